"""The lexicons' examples and counter-examples, tried through the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from extractors.lexicon import Entry
from pipeline.lexicons.firing import Firing, Watch

#: An example by itself, and within a sentence: either may be what the entry is made for.
FRAMES: Final = ("{}", "Noted: {}, as said.")
#: right: read by the entry. same_label: by another entry that means the same. taken: by one that means
#: something else. unsaid: it stands in text that says nothing about the patient. hidden: its anchors do not
#: let the words pass. silent: no expression matches. fires: a counter-example that is read by the entry all
#: the same.
Outcome = Literal["right", "same_label", "taken", "unsaid", "hidden", "silent", "fires"]
#: Outcomes that are no fault.
GOOD: Final = frozenset({"right", "same_label"})
_ORDER: Final = ("right", "same_label", "taken", "unsaid", "hidden", "silent")


@dataclass(frozen=True, slots=True)
class Trial:
    """One example or counter-example of an entry and what came of it."""

    family: str
    entry: str
    kind: Literal["example", "counterexample"]
    text: str
    outcome: Outcome
    by: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether the entry does what its file says."""
        return self.outcome in GOOD


def _outcome(entry: Entry, family: str, firings: Sequence[Firing]) -> tuple[Outcome, tuple[str, ...]]:
    mine = [f for f in firings if f.family == family and f.entry == entry.id]
    if any(f.fate == "kept" for f in mine):
        return "right", ()
    here = [f for f in firings if f.family == family and f.fate == "kept"]
    alike = tuple(dict.fromkeys(f.name for f in here if f.label == entry.label))
    if alike:
        return "same_label", alike
    if not mine:
        return "silent", ()
    if any(f.fate == "unsaid" for f in mine):
        return "unsaid", ()
    if all(f.fate == "hidden" for f in mine):
        return "hidden", ()
    return "taken", tuple(dict.fromkeys(n for f in mine for n in f.by))


def try_entry(watch: Watch, family: str, entry: Entry) -> Iterator[Trial]:
    """Every example and counter-example of one entry."""
    for text in entry.examples:
        found = [_outcome(entry, family, watch.fire(frame.format(text))) for frame in FRAMES]
        outcome, by = min(found, key=lambda x: _ORDER.index(x[0]))
        yield Trial(family, entry.id, "example", text, outcome, by)
    for text in entry.counterexamples:
        fired = [
            f
            for frame in FRAMES
            for f in watch.fire(frame.format(text))
            if f.family == family and f.entry == entry.id and f.fate == "kept"
        ]
        by = tuple(dict.fromkeys(f.name for f in fired))
        yield Trial(family, entry.id, "counterexample", text, "fires" if by else "right", by)

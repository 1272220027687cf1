"""What fires on a text: every match of every expression, and what became of it.

Of two overlapping matches of one family the longer stays (``extractors/targets.py``); a sentence without an
anchor of an expression never reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from extractors.candidates.automaton import AnchorAutomaton
from extractors.engine import Extractor
from extractors.facts import Cue, Fact
from extractors.family import Family
from extractors.note import Mention, Note, Sentence
from extractors.targets import Match, Targets

#: kept: a mention. unsaid: it stands in text that says nothing about the patient. taken: a longer or equal
#: match of the family stands there. hidden: no anchor let it pass.
Fate = Literal["kept", "unsaid", "taken", "hidden"]


@dataclass(frozen=True, slots=True)
class Firing:
    """A match in offsets of the text; ``by`` names the mentions that took its place.

    ``why`` is the reason of a match that is ``unsaid``.
    """

    family: str
    entry: str
    label: str
    pattern: str
    start: int
    end: int
    fate: Fate
    by: tuple[str, ...] = ()
    cues: tuple[Cue, ...] = ()
    flags: tuple[str, ...] = ()
    why: str = ""

    @property
    def id(self) -> str:
        """``family/entry``."""
        return f"{self.family}/{self.entry}"

    @property
    def name(self) -> str:
        """``family/entry#pattern``."""
        return f"{self.id}#{self.pattern}"


def _overlaps(m: Mention, match: Match) -> bool:
    return m.family == match.family and m.start < match.end and match.start < m.end


class Watch:
    """Families under watch. ``families`` decides whose lexicons are matched."""

    def __init__(self, families: Sequence[Family]) -> None:
        self.families = tuple(families)
        self._targets = Targets(f.lexicon for f in self.families)

    @cached_property
    def _extractor(self) -> Extractor:
        return Extractor(self.families)

    @cached_property
    def _automaton(self) -> AnchorAutomaton:
        return AnchorAutomaton(self._targets.anchors)

    @cached_property
    def _all(self) -> frozenset[int]:
        return frozenset(range(len(self._targets.patterns)))

    def note(self, text: str) -> Note:
        """The text with its mentions."""
        return self._extractor.read(text)

    def facts(self, text: str) -> tuple[Fact, ...]:
        """The facts that the families' binders make of the text."""
        return self._extractor.extract(text).facts

    def fire(self, text: str, *, hidden: bool = True) -> list[Firing]:
        """Every match in order of place.

        With ``hidden`` all expressions run on all sentences, also those that their anchors would not let
        pass; leave it out on long texts.
        """
        note = self.note(text)
        bounds = [(s.start, s.end) for s in note.sentences]
        passed = self._automaton.owners(text, bounds)
        left_out: dict[int, list[tuple[Mention, str]]] = {}
        for mention, why in note.left_out:
            left_out.setdefault(mention.sentence.index, []).append((mention, why))
        out: list[Firing] = []
        for sentence, numbers in zip(note.sentences, passed, strict=True):
            tried = self._all if hidden else numbers
            if tried:
                matches = self._targets.find(sentence.text, tried)
                out += self._sentence(sentence, matches, left_out.get(sentence.index, ()))
        return sorted(out, key=lambda f: (f.start, f.end, f.family, f.entry, f.pattern))

    def _sentence(
        self, sentence: Sentence, matches: Iterable[Match], left_out: Sequence[tuple[Mention, str]]
    ) -> Iterable[Firing]:
        reasons = {id(m): why for m, why in left_out}
        read = [*sentence.mentions, *(m for m, _ in left_out)]
        for match in matches:
            near = [m for m in read if _overlaps(m, match)]
            own = [m for m in near if m.entry.id == match.entry.id]
            exact = [m for m in own if m.pattern == match.pattern]
            why = reasons.get(id(exact[0]), "") if exact else ""
            fate: Fate = "unsaid" if why else "kept" if exact else "taken" if near else "hidden"
            by = tuple(dict.fromkeys(m.name for m in near)) if fate == "taken" else ()
            place = sentence.span(match.start, match.end)
            cues = exact[0].cues if exact else ()
            flags = tuple(sorted(exact[0].flags)) if exact else ()
            yield Firing(
                match.family, match.entry.id, match.entry.label, match.pattern, place.start, place.end, fate,
                by, cues, flags, why,
            )  # fmt: skip

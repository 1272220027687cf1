"""Why an entry was missed: which lexicon entries matched at its quote, and what became of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.evaluation.evaluator import NoteResult
from pipeline.evaluation.predict import FoundFact, FoundMention
from pipeline.render.unsaid import UNSAID, reason

#: The lexicons whose matches may become facts of a family of the guide.
LEXICONS: Final[dict[str, tuple[str, ...]]] = {
    "therapies": ("therapies",),
    "injections": ("blocks",),
    "ablations": ("ablations",),
    "surgeries": ("surgeries",),
    "red_flags": ("red_flags",),
    "radicular": ("radicular",),
    "nerve_compression_on_imaging": ("nerve_compression",),
    "pain": ("pain",),
}
#: Characters around a quote in which a match still counts as near.
REACH: Final = 80


@dataclass(frozen=True, slots=True)
class Near:
    """A match at or near a gold quote, and the fact that came of it (None where none did)."""

    mention: FoundMention
    where: Literal["in", "near"]
    fact: FoundFact | None
    rests: bool


def fact_of(result: NoteResult, mention: FoundMention) -> tuple[FoundFact | None, bool]:
    """The fact in whose quotes the match stands, and whether that fact rests on the match's entry."""
    holding = [
        f
        for f in result.prediction.facts.values()
        if any(s <= mention.start < e for s, e in ((f.start, f.end), *f.supporting))
    ]
    for f in holding:
        if mention.entry in f.entries:
            return f, True
    own = [f for f in holding if any(e.split("/")[0] == mention.family for e in f.entries)]
    return (own[0], False) if own else (None, False)


def near(result: NoteResult, family: str, quotes: Sequence[tuple[int, int]]) -> Iterator[Near]:
    """Matches of the family's lexicons in the quotes, then those within reach of them."""
    lexicons = LEXICONS.get(family, ())
    later = []
    for m in (*result.prediction.mentions, *result.prediction.left_out):
        if m.family not in lexicons:
            continue
        inside = any(m.start < e and s < m.end for s, e in quotes)
        fact, rests = (None, False) if m.left_out else fact_of(result, m)
        if inside:
            yield Near(m, "in", fact, rests)
        elif any(m.start < e + REACH and s - REACH < m.end for s, e in quotes):
            later.append(Near(m, "near", fact, rests))
    yield from later


def _made(n: Near, value_of: Mapping[str, str]) -> str:
    """What became of one match, in words."""
    m = n.mention
    if m.left_out:
        return f"{m.entry} matched, but {UNSAID}: {reason(m.left_out)}"
    if n.fact is None:
        flags = f" (context: {', '.join(m.flags)})" if m.flags else ""
        return f"{m.entry} matched here{flags}, but no fact was made of it"
    what = value_of.get(n.fact.id, n.fact.id)
    if n.rests:
        return f"{m.entry} matched here, and the binder made of it: {what}"
    return f"{m.entry} matched here, and its words went into another fact: {what}"


def verdict_of_miss(
    family: str, wanted: str, found: Sequence[Near], value_of: Mapping[str, str], labels: Collection[str]
) -> str:
    """One sentence on why the entry was missed.

    Parameters
    ----------
    family
        Family of the guide.
    wanted
        Kind, modality or target of the gold entry; "" for a region's status.
    found
        What :func:`near` gave.
    value_of
        Fact id to its key in words.
    labels
        What the entries of these lexicons may mean. Where the wanted kind is among them only matches of that
        meaning answer for the miss.
    """
    inside = [n for n in found if n.where == "in"]
    own = [n for n in inside if n.mention.label == wanted] if wanted in labels else inside
    if own:
        # A match of which a fact was made says more than one that was dropped, that more than none at all.
        best = min(own, key=lambda n: (n.fact is None, not n.rests, bool(n.mention.left_out)))
        return f"Lexicon entry {_made(best, value_of)}."
    meant = f" for {wanted.replace('_', ' ')}" if wanted in labels else ""
    names = " or ".join(LEXICONS.get(family, (family,)))
    said = f"No entry of the lexicon {names}{meant} matches these words"
    if inside:
        return f"{said}; {_made(inside[0], value_of)}."
    return f"{said}; one matches near them." if found else f"{said}."

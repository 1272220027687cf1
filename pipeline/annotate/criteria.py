"""Why a note is worth an annotator's time: points by criterion, each with its reason in words.

disagreement
    Evidence that contradicts itself within the note, or two versions that read it differently. Two points
    for each thing of which one fact says yes and another no (radicular signs of a region, a surgery done
    and denied); one point for each fact whose binder says that it decided by default or against doubt;
    half a point for each pair of mentions of one meaning (lexicon label) of which one is negated and the
    other is not; two points for each difference from the run or the facts given with ``--against``.
rare
    Expressions that fire here and seldom in the pool: of those that fire in no more than a fiftieth of the
    notes (at least one note), each gives log2(notes of the pool / notes in which it fires) points. Such an
    expression has been tried on few sentences.
support
    Facts that little stands behind, and matches that came to nothing. One point for each fact of the guide
    that rests on one place and one expression and is weak: decided by default, matched by three characters
    or fewer, or with a cue of doubt on it. Half a point for each mention without a context flag that lies
    in no fact's evidence.

Points are divided by the note's length in thousands of characters (at least one), since reading costs by
length. What counts in the choice is the rank: the share of the pool's notes with fewer points, 0 for a
note without points.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from extractors.note import NO_PATTERN
from pipeline.annotate.reading import Reading
from pipeline.evaluation.predict import FoundFact, FoundMention

CRITERIA: Final = ("disagreement", "rare", "support")
#: Lexicons of which a mention should become a fact of the guide. That of pain is not among them: its words
#: stand in every sentence of such notes, and a note has one pain fact.
_LEXICONS: Final = frozenset(
    {"therapies", "blocks", "ablations", "surgeries", "red_flags", "radicular", "nerve_compression"}
)
#: Families of the case that are facts of the guide.
_GUIDE: Final = frozenset(
    {
        "therapies",
        "injections",
        "ablations",
        "surgeries",
        "red_flags",
        "radicular",
        "nerve_compression",
        "pain",
    }
)
#: What a binder's step ends on where it had nothing firm to go by.
_DOUBT: Final = ("default", "doubt", "doubted_by_author", "weak cue", "fair", "firm_after_resolution")
_DOUBT_CUES: Final = frozenset({"POSSIBLE_EXISTENCE", "HYPOTHETICAL"})
_SHORT: Final = 3
_SHARE: Final = 50


@dataclass(frozen=True, slots=True)
class Points:
    """Points of one criterion, with the reasons: numbers, families and ids, no text."""

    points: float
    reasons: tuple[str, ...] = ()


def doubtful(fact: FoundFact) -> str | None:
    """The step in which the binder decided without anything firm, None where there is none."""
    return next((s for s in fact.steps if s.rpartition("<-")[2] in _DOUBT), None)


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _pairs(mentions: Iterable[FoundMention], labels: Mapping[str, str]) -> Counter[str]:
    """Lexicon and label to its affirmed or its negated mentions, whichever are fewer, where it has both."""
    sides: dict[str, Counter[bool]] = {}
    for m in mentions:
        if m.family not in _LEXICONS or not set(m.flags) <= {"negated"}:
            continue
        name = f"{m.family} {labels.get(m.entry, m.entry)}"
        sides.setdefault(name, Counter())["negated" in m.flags] += 1
    return Counter({n: min(c[True], c[False]) for n, c in sides.items() if len(c) == 2})


def disagreement(reading: Reading, labels: Mapping[str, str], differences: Sequence[str] = ()) -> Points:
    """Evidence against evidence, and version against version."""
    reasons = [f"facts say both yes and no: {what}" for what in reading.opposed]
    points = 2.0 * len(reading.opposed)
    undecided = [f for f in reading.prediction.facts.values() if f.family in _GUIDE and doubtful(f)]
    for family, number in sorted(Counter(f.family for f in undecided).items()):
        points += number
        reasons.append(f"{_many(number, 'fact')} of {family} decided by default or against doubt")
    for name, number in sorted(_pairs(reading.prediction.mentions, labels).items()):
        points += number / 2
        reasons.append(f"{_many(number, 'mention')} of {name} negated beside as many that are not")
    if differences:
        points += 2.0 * len(differences)
        told = ", ".join(f"{what} ({n})" for what, n in sorted(Counter(differences).items()))
        reasons.append(f"read differently by the other run: {told}")
    return Points(points, tuple(reasons))


def fired_in(readings: Sequence[Reading]) -> Counter[str]:
    """Expression to the number of notes in which it fires."""
    return Counter(name for r in readings for name in {m.matched for m in r.prediction.mentions})


def rare(reading: Reading, fired: Mapping[str, int], notes: int) -> Points:
    """Expressions of this note that fire in few others."""
    most = max(1, notes // _SHARE)
    mine = sorted(
        {m.matched for m in reading.prediction.mentions if not m.matched.endswith(f"#{NO_PATTERN}")}
    )
    found = [(fired[n], n) for n in mine if fired[n] <= most]
    points = sum(math.log2(notes / number) for number, _ in found)
    reasons = tuple(f"{name} fires in {_many(number, 'note')} of {notes}" for number, name in sorted(found))
    return Points(points, reasons)


def _weak(fact: FoundFact, mentions: Sequence[FoundMention]) -> str | None:
    """Why a fact on one place and one expression is weak, None where it is not or rests on more."""
    if fact.supporting or len(fact.matched) != 1:
        return None
    if doubtful(fact):
        return "decided by default"
    if any(c.category in _DOUBT_CUES for c in fact.cues):
        return "under a cue of doubt"
    own = [m for m in mentions if m.matched == fact.matched[0] and fact.start <= m.start < fact.end]
    return "on a short word" if own and max(m.end - m.start for m in own) <= _SHORT else None


def _idle(reading: Reading) -> Counter[str]:
    """Lexicon to the number of its mentions without a flag in no fact's evidence."""
    found = reading.prediction
    places = [(f.start, f.end) for f in found.facts.values()]
    places += [p for f in found.facts.values() for p in f.supporting]
    return Counter(
        m.family
        for m in found.mentions
        if m.family in _LEXICONS and not m.flags and not any(a < m.end and m.start < b for a, b in places)
    )


def support(reading: Reading) -> Points:
    """Facts on little, and mentions that gave none."""
    found = reading.prediction
    weak = [
        (f.family, why)
        for f in found.facts.values()
        if f.family in _GUIDE and (why := _weak(f, found.mentions)) is not None
    ]
    reasons = [
        f"{_many(n, 'fact')} of {family} on one mention, {why}"
        for (family, why), n in sorted(Counter(weak).items())
    ]
    points = float(len(weak))
    for family, number in sorted(_idle(reading).items()):
        points += number / 2
        reasons.append(f"{_many(number, 'mention')} of {family} gave no fact")
    return Points(points, tuple(reasons))

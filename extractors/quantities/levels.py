"""Vertebral levels: segments ("L4-5", "L45", "L5S1"), single nerves or vertebrae, and ranges.

The grammar is in ``level_grammar``; this module decides what a mention names. Joints, discs and fusions are
segments ("L3 through L5 facets" is L3-L4 and L4-L5); nerves and vertebrae are single names ("C3-C6 medial
branch" is C3, C4, C5, C6). An adjacent pair with a hyphen stays a segment even beside "medial branch" ("C3-4
and C4-5 medial branch blocks").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from extractors.quantities.level_grammar import (
    Run,
    Term,
    adjacent,
    between,
    find_runs,
    region_of,
    segments_between,
)

Noun = Literal["nerve", "vertebra", "joint", "unknown"]

_NERVE = re.compile(
    r"\b(?:medial\s+branch(?:es)?|mb\b|mbb?s?\b|mbnb|dorsal\s+ram(?:us|i)|dr\b(?!\.)"
    r"|primary\s+ram\w+|lateral\s+branch(?:es)?|ram(?:us|i)\b"
    r"|nerves?(?!\s+(?:root\s+)?(?:compress|imping))|nerve\s+roots?|roots?\b|third\s+occipital"
    r"|ton\b|radicul\w+|dermatom\w+|myotom\w+|selective\s+nerve"
    r"|snrb|radio-?\s?frequency|rf[al]?\b|rftc|rhizotom\w+|neurotom\w+|denervat\w+)",
    re.I,
)
_BRANCH = re.compile(r"\b(?:medial\s+branch|mb\b|mbb?s?\b|dorsal\s+ram|dr\b(?!\.)|lateral\s+branch)", re.I)
_VERTEBRA = re.compile(
    r"\b(?:vertebra\w*|vertebral\s+bod(?:y|ies)|bod(?:y|ies)|lamina\w*|hemilamin\w+|pedicles?"
    r"|spinous|transverse\s+process\w*|burst|compression\s+fx"
    r"|compression\s+fractures?|fractures?|kyphoplast\w+|vertebroplast\w+|screws?|end\s?plates?)\b",
    re.I,
)
_JOINT = re.compile(
    r"\b(?:facets?|z(?:ygapophys\w+)?[-\s]?joints?|joints?|jts?|dis[ck]s?|interspaces?|interbod\w+"
    r"|fusions?|fused|acdf|[tpax]lif|segments?"
    r"|interlaminar|spondylolisthesis|level|levels|discectomy|diskectomy|protrusion|herniation|hnp"
    r"|stenosis)\b",
    re.I,
)
_FUSED_BEFORE = re.compile(
    r"\b(?:fusion|fused|arthrodesis|acdf|[tpax]lif)\s(?:of\s|at\s|from\s)?(?:the\s)?$", re.I
)
_FUSED_AFTER = re.compile(r"\s(?:\w+\s)?(?:fusion|arthrodesis|acdf|[tpax]lif)\b", re.I)


@dataclass(frozen=True, slots=True)
class Levels:
    """One mention: the motion ``segments`` that it spans, and every vertebra or nerve from end to end."""

    kind: Literal["segment", "single", "range"]
    segments: tuple[str, ...]
    vertebrae: tuple[str, ...]
    start: int
    end: int
    region: str
    noun: Noun = "unknown"

    @property
    def values(self) -> tuple[str, ...]:
        """Canonical names as the wording around the mention asks for."""
        if self.kind == "single":
            return self.vertebrae
        if self.kind == "range" and self.noun in {"nerve", "vertebra"}:
            return self.vertebrae
        return self.segments


_NOUNS: tuple[tuple[Noun, re.Pattern[str]], ...] = (
    ("nerve", _NERVE),
    ("vertebra", _VERTEBRA),
    ("joint", _JOINT),
)


def _noun_after(text: str, end: int) -> tuple[Noun, int]:
    window = text[end : end + 60]
    stop = re.search(r"[.;\n]\s|\b(?:for|with|on|under|without|showed|shows|in|from)\b|\d", window)
    window = window[: stop.start()] if stop else window
    hits: list[tuple[int, Noun]] = []
    for noun, pattern in _NOUNS:
        m = pattern.search(window)
        if m:
            hits.append((m.start(), noun))
    if not hits:
        return "unknown", 99
    place, noun = min(hits)
    # "L4 level medial branch": the nerve is what matters, the word level only fills in
    if noun == "joint" and any(n == "nerve" for _, n in hits) and re.match(r"levels?", window[place:], re.I):
        noun = "nerve"
    return noun, place


def _noun_before(text: str, start: int) -> tuple[Noun, int]:
    window = text[max(0, start - 60) : start]
    cut = max((m.end() for m in re.finditer(r"[.;\n]\s|[CTLS]\d\b", window)), default=0)
    window = window[cut:]
    hits: list[tuple[int, Noun]] = []
    for noun, pattern in _NOUNS:
        found = list(pattern.finditer(window))
        if found:
            hits.append((len(window) - found[-1].end(), noun))
    if not hits:
        return "unknown", 99
    gap, noun = min(hits)
    return noun, gap


def _noun_of(text: str, run: Run) -> Noun:
    after, gap_after = _noun_after(text, run.end)
    before, gap_before = _noun_before(text, run.start)
    if after != "unknown" and (gap_after <= 24 or before == "unknown"):
        return after
    return before if before != "unknown" and gap_before <= 40 else after


def _is_row(terms: list[Term]) -> bool:
    """Single neighbours in a row: "L4, L5 and S1"."""
    return all(t.kind == "single" for t in terms) and all(
        adjacent(a.first, b.first) for a, b in pairwise(terms)
    )


def _fused(text: str, run: Run) -> bool:
    """A fusion joins vertebrae: "fusion of L4, L5 and S1" is two segments."""
    return bool(
        _FUSED_BEFORE.search(text[max(0, run.start - 24) : run.start]) or _FUSED_AFTER.match(text, run.end)
    )


def _mention(term: Term, noun: Noun, base: int) -> Levels:
    first, last = term.first, term.last
    vertebrae = tuple(between(first, last))
    if term.kind == "single":
        segments: tuple[str, ...] = ()
    else:
        segments = tuple(segments_between(first, last))
    kind = term.kind
    if kind == "segment" and term.worded and noun in {"nerve", "vertebra"}:
        kind = "range"  # "L4 to L5 medial branches": two nerves, not a joint
    return Levels(kind, segments, vertebrae, term.start + base, term.end + base, region_of(first, last), noun)


def find_levels(text: str, base: int = 0) -> list[Levels]:
    """Every mention of vertebral levels in ``text``, in order, offsets moved by ``base``."""
    found: list[Levels] = []
    for run in find_runs(text):
        noun = _noun_of(text, run)
        terms = run.terms
        if len(terms) == 2 and run.bare_pair and noun not in {"nerve", "vertebra"}:
            # "L5 S1 fusion": two names side by side, with nothing between, are one segment
            terms = [Term("segment", terms[0].first, terms[1].last, terms[0].start, terms[1].end)]
        elif len(terms) > 1 and _is_row(terms) and _fused(text, run):
            terms = [
                Term(
                    "range" if len(terms) > 2 else "segment",
                    terms[0].first,
                    terms[-1].last,
                    run.start,
                    run.end,
                )
            ]
        found.extend(_mention(t, noun, base) for t in terms)
    return found


def levels(text: str, as_nerves: bool = False) -> list[str]:
    """Canonical level names in ``text`` without repeats, from cranial to caudal as first written.

    With ``as_nerves`` (or where the words say medial branch, ramus, nerve) ranges become single names, and if
    single nerves are named, the joints that they supply ("L3, L4 MB + L5 DR (L4-5, L5-S1 facets)") are left
    out.
    """
    mentions = find_levels(text)
    nerves = as_nerves or _BRANCH.search(text) is not None
    if nerves and any(
        m.noun != "joint" and (m.kind == "single" or (m.kind, m.noun) == ("range", "nerve")) for m in mentions
    ):
        kept = [m for m in mentions if not (m.kind == "segment" or (m.noun == "joint" and m.kind == "range"))]
    else:
        # "L3-L4 transforaminal (L3 nerve root)", "L5-S1 protrusion on the S1 root": the segment is the level
        joined = any(m.kind != "single" for m in mentions)
        kept = [m for m in mentions if not (joined and m.kind == "single" and m.noun == "nerve")]
    out: list[str] = []
    for m in kept:
        names = m.vertebrae if as_nerves and m.kind == "range" and m.noun != "joint" else m.values
        out.extend(n for n in names if n not in out)
    return out


def region_of_levels(names: Iterable[str]) -> str:
    """Region that most of ``names`` lie in (cervical, thoracic, lumbar, sacral, unknown); ties go up."""
    count: Counter[str] = Counter()
    for name in names:
        first, _, last = name.upper().partition("-")
        if re.fullmatch(r"[CTLS]\d{1,2}", first):
            count[region_of(first, last or first)] += 1
    order = ("cervical", "thoracic", "lumbar", "sacral")
    return max(order, key=lambda r: (count[r], -order.index(r))) if count else "unknown"

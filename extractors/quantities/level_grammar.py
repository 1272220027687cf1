"""How vertebral levels are written: tokens, lists, ranges, and the look-alikes that are not levels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from extractors.quantities.level_traps import looks_like_level

SPINE = (
    [f"C{i}" for i in range(9)] + [f"T{i}" for i in range(1, 13)] + [f"L{i}" for i in range(1, 6)]
    + [f"S{i}" for i in range(1, 6)]
)  # fmt: skip
_PLACE = {name: i for i, name in enumerate(SPINE)}
_BONES = [name for name in SPINE if name != "C8"]  # C8 is a nerve without a vertebra
_BONE_PLACE = {name: i for i, name in enumerate(_BONES)}
_REGION = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}


@dataclass(frozen=True, slots=True)
class Term:
    """One written term: a single name, an adjacent pair, or a longer range."""

    kind: Literal["single", "segment", "range"]
    first: str
    last: str
    start: int
    end: int
    worded: bool = False


@dataclass(slots=True)
class Run:
    """Terms listed together ("L3, L4 and L5"); ``bare_pair``: two names with a space alone between them."""

    terms: list[Term] = field(default_factory=list)
    bare_pair: bool = False

    @property
    def start(self) -> int:
        """First offset of the list."""
        return self.terms[0].start

    @property
    def end(self) -> int:
        """End offset of the list."""
        return self.terms[-1].end


def between(first: str, last: str) -> list[str]:
    """Every name from ``first`` to ``last``."""
    if first == last:
        return [first]
    if "C8" in (first, last):
        return SPINE[_PLACE[first] : _PLACE[last] + 1]
    return _BONES[_BONE_PLACE[first] : _BONE_PLACE[last] + 1]


def segments_between(first: str, last: str) -> list[str]:
    """Motion segments from ``first`` to ``last``: L3, L5 gives L3-L4 and L4-L5."""
    names = [n for n in between(first, last) if n != "C8"]
    return [f"{a}-{b}" for a, b in pairwise(names)]


def region_of(first: str, last: str) -> str:
    """Region of a term by its upper end: C7-T1 is cervical, T12-L1 thoracic, L5-S1 lumbar."""
    del last
    return _REGION.get(first[:1], "unknown")


def adjacent(first: str, last: str) -> bool:
    """Whether two vertebrae share a disc."""
    return _BONE_PLACE.get(last, -9) - _BONE_PLACE.get(first, -1) == 1


_V = r"[CTLS]\s?(?:1[0-2]|[0-9])"
_DASH = r"\s?[-‐‑–—/]\s?"
_WORD_TO = r"\s?(?:-?\s?to\s?-?|through|thru|thr|down\sto|up\sto|and\sdown\sto)\s(?:the\s)?"
_TOKEN = re.compile(
    r"(?<![\w.$#])(?:"
    # L4-5, L4/L5, L4-S1, C5-6-7, and ranges in words
    r"(?P<v>[CTLS](?:1[0-2]|[0-9]))(?P<tail>(?:\s?[-‐‑–—/]\s?(?:[CTLS]\s?)?(?:1[0-2]"
    r"|[0-9])(?![\d%]|\.\d)){1,4})"
    # L5S1, L4L5
    r"|(?P<ga>[CTLS](?:1[0-2]|[0-9]))(?P<gb>[CTLS](?:1[0-2]|[0-9]))"
    # L45, C56, T1112
    r"|(?P<glued>[CL][1-7][2-8]|T(?:[2-8][3-9]|910|1011|1112))"
    r"|(?P<single>[CTLS](?:1[0-2]|[0-9]))"
    # L 4-5, lumbar 4-5, occiput to C2
    r"|(?P<spaced>(?:[CTLS]|cervical|thoracic|lumbar)\s(?:1[0-2]"
    r"|[1-9]))(?P<stail>\s?[-–/]\s?(?:S\s?)?(?:1[0-2]|[1-8]))"
    r"|(?P<occiput>(?:occiput|occipito|occipital|oc|C0)\s?(?:-|–|/|to)\s?(?P<atlas>C[1-3])(?!\s?[-–/]\s?C?\d))"
    r")(?!(?!to\s)[\w%]|\.\d|\+)",
    re.I,
)
_PIECE = re.compile(r"([CTLS])?\s?(\d{1,2})", re.I)
_RANGE_WORD = re.compile(
    r"\s?(?:-\s?)?(?:to|through|though|thru|thr|down\sto)\s(?:the\s)?(?:level\sof\s)?", re.I
)
_PAIR_WORD = re.compile(r"\s(?:over|on|upon|and)\s", re.I)
_SACRUM = re.compile(r"\s?(?:(?:to|through|thru|down\sto)\s(?:the\s)?|-\s?)(?:sacrum|sacral\sala)\b", re.I)
_LIST_GAP = re.compile(
    r"\s{0,6}(?:,|;|&|\+|/|\band\b|\bplus\b|\bas\swell\sas\b|,\s?and\b|,\s?&)?\s{0,6}(?:then\s"
    r"|again\s|the\s|also\s|at\s|bilateral(?:ly)?\s|left\s|right\s|r\s|l\s)?",
    re.I,
)
_BARE_SEGMENT = re.compile(
    r"(?P<a>1[0-2]|[1-9])(?P<sep>[-–/])(?P<b>S?(?:1[0-2]|[1-9]))(?![\w/%]|\.\d|\s?(?:%|cc|ml|mm|cm|mg|/))",
    re.I,
)
_BARE_SINGLE = re.compile(
    r"(?P<n>1[0-2]|[1-9])(?![\w/%.-]|\s?(?:%|cc|ml|mm|cm|mg|mcg|x\b|days?|weeks?|wks?|months?|mos?"
    r"|years?|yrs?|hours?|hrs?|min|degrees|deg|visits|out|of\s10"
    r"|units?|levels?\b|screws?|needles?|gauge|inch|lb|kg|percent|times|vials?|more|other|patients"
    r"|separate))|(?P<n2>1[0-2]|[1-9])(?=\.(?:\s|$))",
    re.I,
)

_MOTOR = re.compile(r"\s*:?\s*[0-5][+-]?\s?/\s?5\b")


def _name(letter: str, digits: str) -> str | None:
    name = f"{letter.upper()}{int(digits)}"
    return name if name in _PLACE else None


def _chain(first: str, tail: str, start: int, end: int) -> list[Term]:
    """Read "-5", "/S1", "-6-7" after ``first``; bare numbers keep the region or pass to the next one."""
    names = [first]
    for piece in _PIECE.finditer(tail):
        prev = names[-1]
        letter = piece[1] or prev[0]
        name = _name(letter, piece[2])
        if not piece[1] and (name is None or _PLACE[name] <= _PLACE[prev]):
            crossing = {("L5", "1"): "S1", ("C7", "1"): "T1", ("T12", "1"): "L1"}.get((prev, piece[2]))
            name = crossing
        if name is None or _PLACE[name] <= _PLACE[prev]:
            return []
        names.append(name)
    if len(names) == 2:
        a, b = names
        return [Term("segment" if adjacent(a, b) else "range", a, b, start, end)]
    if all(adjacent(a, b) for a, b in pairwise(names)):
        return [Term("range", names[0], names[-1], start, end)]
    return []


def _split(token: str, start: int) -> list[Term]:
    """Part "L3-4/L4-5" and "L3-4/4-5": segments side by side."""
    out: list[Term] = []
    letter = token[0]
    for part in re.finditer(r"(?:[CTLS])?\d{1,2}\s?[-‐‑–—]\s?[CTLS]?\d{1,2}", token, re.I):
        head = re.match(r"([CTLS])?(\d{1,2})", part[0], re.I)
        if head:
            letter = head[1] or letter
            first = _name(letter, head[2])
            out.extend(
                _chain(first, part[0][head.end() :], start + part.start(), start + part.end())
                if first
                else []
            )
    return out


def _token_terms(m: re.Match[str]) -> list[Term]:
    lower = m[0][0].islower()
    if m["occiput"]:
        last = m["atlas"].upper()
        return [Term("segment" if last == "C1" else "range", "C0", last, m.start(), m.end())]
    if m["v"] or m["spaced"]:
        head, tail = (m["v"], m["tail"]) if m["v"] else (m["spaced"], m["stail"])
        first = _name(head[0], head[1:].split()[-1] if m["spaced"] else head[1:])
        whole = _chain(first, tail, m.start(), m.end()) if first else []
        return whole or _split(m[0], m.start())
    if m["ga"]:
        a, b = _name(m["ga"][0], m["ga"][1:]), _name(m["gb"][0], m["gb"][1:])
        ok = a is not None and b is not None and _PLACE[b] > _PLACE[a]
        return (
            [Term("segment" if adjacent(a, b) else "range", a, b, m.start(), m.end())]
            if ok and a and b
            else []
        )
    if m["glued"]:
        digits = m["glued"][1:]
        cut = 2 if len(digits) == 4 else 1
        a, b = _name(m["glued"][0], digits[:cut]), _name(m["glued"][0], digits[cut:])
        return [Term("segment", a, b, m.start(), m.end())] if a and b and not lower and adjacent(a, b) else []
    name = _name(m["single"][0], m["single"][1:])
    return [Term("single", name, name, m.start(), m.end())] if name and name != "C0" and not lower else []


def _terms(text: str) -> list[Term]:
    found: list[Term] = []
    for m in _TOKEN.finditer(text):
        terms = _token_terms(m)
        if terms and not looks_like_level(text, m.start(), m.end(), terms[0].first):
            continue
        if terms and terms[0].kind == "single" and _MOTOR.match(text, m.end()):
            continue  # "L4 5/5": a myotome with its strength
        found.extend(terms)
    return _join_ranges(text, found)


def _join_ranges(text: str, terms: list[Term]) -> list[Term]:
    """Join "L3 through L5", "L1-2 to L5-S1", "L4 to the sacrum", "between L4 and L5", "L5 on S1"."""
    out: list[Term] = []
    for term in terms:
        if out:
            prev, gap = out[-1], text[out[-1].end : term.start]
            forward = _PLACE[term.last] > _PLACE[prev.first]
            if len(gap) <= 24 and forward and prev.kind != "range" and _RANGE_WORD.fullmatch(gap):
                kind: Literal["segment", "range"] = "segment" if adjacent(prev.first, term.last) else "range"
                out[-1] = Term(kind, prev.first, term.last, prev.start, term.end, worded=True)
                continue
            pair = prev.kind == term.kind == "single" and adjacent(prev.first, term.first)
            if pair and _PAIR_WORD.fullmatch(gap):
                lead = text[max(0, prev.start - 20) : prev.start]
                if gap.strip().lower() != "and" or re.search(r"\bbetween\s(?:the\s)?$", lead, re.I):
                    out[-1] = Term("segment", prev.first, term.first, prev.start, term.end)
                    continue
        out.append(term)
    for i, term in enumerate(out):
        m = _SACRUM.match(text, term.end)
        if m and term.first[0] in "TL":
            out[i] = Term(
                "segment" if term.first == "L5" else "range",
                term.first,
                "S1",
                term.start,
                m.end(),
                worded=True,
            )
    return out


def _continue(text: str, term: Term, limit: int) -> list[Term]:
    """Terms that go on without a letter: "L3-4 and 4-5", "L4-5, 5-1", "L3, 4 and 5"."""
    out: list[Term] = []
    last = term
    while len(out) < 6:
        gap = re.compile(r"\s?(?:,\s?(?:and|&)\s|,|&|\band\b|/)\s?").match(text, last.end)
        if not gap or gap.end() >= limit:
            break
        m = _BARE_SEGMENT.match(text, gap.end())
        if m and last.kind == "segment" and m.end() <= limit:
            letter = term.first[0]
            a = _name(letter, m["a"])
            pieces = _chain(a, m["sep"] + m["b"], m.start(), m.end()) if a else []
            if pieces and pieces[0].kind == "segment" and _PLACE[pieces[0].first] > _PLACE[last.first]:
                out.append(pieces[0])
                last = pieces[0]
                continue
        n = _BARE_SINGLE.match(text, gap.end())
        if n and last.kind == "single" and n.end() <= limit:
            name = _name(last.first[0], n["n"] or n["n2"])
            if name and _PLACE[name] == _PLACE[last.first] + 1 and name[0] == last.first[0]:
                last = Term("single", name, name, n.start(), n.end())
                out.append(last)
                continue
        break
    return out


def find_runs(text: str) -> list[Run]:
    """Lists of level terms in ``text``, in order. Linear in its length."""
    terms = _terms(text)
    whole: list[Term] = []
    for i, term in enumerate(terms):
        whole.append(term)
        whole.extend(_continue(text, term, terms[i + 1].start if i + 1 < len(terms) else len(text)))
    runs: list[Run] = []
    for term in whole:
        gap = text[runs[-1].end : term.start] if runs else ""
        if runs and len(gap) <= 24 and _LIST_GAP.fullmatch(gap):
            run = runs[-1]
            a, b = run.terms[-1], term
            run.bare_pair = (
                len(run.terms) == 1
                and a.kind == b.kind == "single"
                and gap == " "
                and adjacent(a.first, b.first)
            )
            run.terms.append(term)
        else:
            runs.append(Run([term]))
    return runs

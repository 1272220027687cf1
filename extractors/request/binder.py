"""Facts of the request: claim lines, diagnoses as submitted, and its context."""

from __future__ import annotations

import re
from dataclasses import replace

from extractors.facts import Fact, Trace
from extractors.family import Family, fact_of, stripped
from extractors.note import Note
from extractors.request.codes import Code, diagnosis_codes, requested_codes
from extractors.request.context import context_of
from extractors.request.lines import Line, claim_lines
from extractors.request.rows import ruling_tables

VERSION = "1"
_BULLET = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|[-*•]|[a-z][.)]|\[[xX ]?\])\s*")
_LABEL = re.compile(
    r"^(?:(?:pre|post)-?\s?(?:op(?:erative)?|procedure|procedural)?\s*)?(?:diagnos[ie]s|dx|icd-?10(?:-cm)?|assessment|impression|imp|a/p)(?: codes?)?\s*(?:#?\d)?\s*[:\-]?\s*",
    re.IGNORECASE,
)
_EDGE = " \t,;:-([{)]}.#=/\"'"
_STOP = re.compile(r"[;\n]|\. |\s-\s(?=request|plan|will|rec)|,? and (?=[A-Z]\d\d)", re.IGNORECASE)
#: A description that names no disease is none ("code", "with", "and").
_WORDY = re.compile(r"[A-Za-z]{4,}")
_NO_DESCRIPTION = re.compile(
    r"\b(?:code|codes|coded|request\w*|submitted|diagnosis|under|icd|cpt|for my patient|units?|\d{5}|0\d{3}T)\b",
    re.IGNORECASE,
)
_PROSE = re.compile(
    r"(?:if|and|or|for|in|with|when|who|whose|because|whether|is|are|was|were|after|given|on|to|at|from|under|as|but|while|"
    r"since|by|of|that|which|this|has|have|had|be|being|despite|even|though|although|he|she|they|i|we|you|the patient|"
    r"a patient|my patient|her|his|our)\b",
    re.IGNORECASE,
)


def _clean(text: str) -> str:
    return _LABEL.sub("", _BULLET.sub("", text.strip())).strip(_EDGE).strip()


def _description(code: Code, others: list[Code]) -> str | None:
    """The words beside the code: after it where it leads its line, else before it."""
    text = code.sentence.text
    same = [c for c in others if c.sentence is code.sentence and c is not code]
    left = max((c.end for c in same if c.end <= code.start), default=0)
    right = min((c.start for c in same if c.start >= code.end), default=len(text))
    before = text[left : code.start]
    stop = max((m.end() for m in _STOP.finditer(before)), default=0)
    before = _clean(before[stop:])
    tail = text[code.end : right]
    m = _STOP.search(tail)
    after = _clean(tail[: m.start()] if m else tail)
    for candidate in (before, after) if before else (after,):
        if _PROSE.match(candidate):
            continue  # "M47.816 if my patient has sciatica": prose goes on, nobody describes the code
        if 4 <= len(candidate) <= 140 and _WORDY.search(candidate) and not _NO_DESCRIPTION.search(candidate):
            return candidate
    return None


def _diagnoses(note: Note) -> list[Fact]:
    codes = diagnosis_codes(note)
    out = []
    for code in codes:
        if not code.asked:
            continue
        a, b = stripped(code.sentence.text, *code.mention.clause)
        span = code.sentence.span(a, b) if b - a <= 220 else code.sentence.span(code.start, code.end)
        value: dict[str, object] = {"code": code.code, "description": _description(code, codes)}
        out.append(fact_of(code.mention, "diagnoses", value, version=VERSION, span=span))
    return out


def _distinct(lines: list[Line]) -> list[Line]:
    """Each line once: rows of one table stay apart, what prose repeats is one line.

    Where a table has several rows of a code, those rows are the code's lines.
    """
    ruling = ruling_tables([(x.code.code, x.code.row) for x in lines])
    with_detail = {x.code.code for x in lines if x.levels or x.laterality != "unknown"}
    kept: list[Line] = []
    places: dict[tuple[str, str, tuple[str, ...]], int] = {}
    for line in lines:
        name, row = line.code.code, line.code.row
        if name in ruling:
            if row is not None and row.firm and row.table == ruling[name]:
                kept.append(line)
            continue
        # A code repeated without levels or side says nothing new.
        if not line.levels and line.laterality == "unknown" and name in with_detail:
            continue
        key = (name, line.laterality, line.levels)
        if key in places:
            kept[places[key]] = _completed(kept[places[key]], line)
            continue
        anew = "side<-modifier" in line.steps or "levels<-code" in line.steps
        if any(k[0] == name for k in places) and not (anew or _other_side(line, kept)):
            continue
        places[key] = len(kept)
        kept.append(line)
    return kept


def _other_side(line: Line, kept: list[Line]) -> bool:
    """Whether its sentence asks for the code on the one side and the other ("64635 right ..., 64635 left")."""
    return any(
        other.code.code == line.code.code
        and other.code.sentence is line.code.sentence
        and {other.laterality, line.laterality} == {"left", "right"}
        and "side<-code" in line.steps
        for other in kept
    )


def _completed(line: Line, again: Line) -> Line:
    """A line with what its repetition adds: modifiers, stated units, date of service."""
    units = again.units if "units<-default" in line.steps else line.units
    return replace(
        line,
        modifiers=line.modifiers or again.modifiers,
        units=units,
        service_date=line.service_date or again.service_date,
    )


def _lines(note: Note) -> list[Fact]:
    out = []
    for line in _distinct(claim_lines(note, requested_codes(note))):
        value: dict[str, object] = {
            "cpt": line.code.code, "units": line.units, "modifiers": line.modifiers,
            "laterality": line.laterality, "levels": line.levels, "called": line.called,
            "service_date": line.service_date,
        }  # fmt: skip
        sentence, row = line.code.sentence, line.code.row
        span = sentence.whole if len(sentence.text) <= 220 else sentence.span(line.code.start, line.code.end)
        if row is not None and row.firm and row.place.end - row.place.start <= 220:
            span = row.place
        out.append(
            fact_of(line.code.mention, "claim_lines", value, version=VERSION, span=span, steps=line.steps)
        )
    return out


def _context(note: Note) -> list[Fact]:
    return [
        Fact(
            "request_context", {"field": field, "value": value}, place.start, place.end, f"request/{field}", VERSION,
            trace=Trace(steps=(step,)),
        )
        for field, (value, place, step) in context_of(note)
    ]  # fmt: skip


def bind(note: Note) -> list[Fact]:
    """Claim lines, diagnoses and request context of a note."""
    return _lines(note) + _diagnoses(note) + _context(note)


FAMILY = Family.load(__file__, VERSION, bind)

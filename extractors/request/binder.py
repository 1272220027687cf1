"""Facts of the request: claim lines, diagnoses as submitted, and its context."""

from __future__ import annotations

import re

from extractors.facts import Fact, Trace
from extractors.family import Family, fact_of, stripped
from extractors.note import Note
from extractors.request.codes import Code, diagnosis_codes, requested_codes
from extractors.request.context import context_of
from extractors.request.lines import claim_lines

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


def _lines(note: Note) -> list[Fact]:
    out = []
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    codes_with_detail: set[str] = set()
    lines = claim_lines(note, requested_codes(note))
    for line in lines:
        if line.levels or line.laterality != "unknown":
            codes_with_detail.add(line.code.code)
    for line in lines:
        # A code repeated without levels or side says nothing new.
        bare = not line.levels and line.laterality == "unknown"
        key = (line.code.code, line.laterality, line.levels)
        if key in seen or (bare and line.code.code in codes_with_detail):
            continue
        if (
            any(k[0] == line.code.code for k in seen)
            and "side<-modifier" not in line.steps
            and "levels<-code" not in line.steps
        ):
            continue
        seen.add(key)
        value: dict[str, object] = {
            "cpt": line.code.code, "units": line.units, "modifiers": line.modifiers,
            "laterality": line.laterality, "levels": line.levels, "called": line.called,
        }  # fmt: skip
        sentence = line.code.sentence
        span = sentence.whole if len(sentence.text) <= 220 else sentence.span(line.code.start, line.code.end)
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

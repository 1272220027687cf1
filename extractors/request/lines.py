"""Claim lines: units, side, levels and name of each requested code."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.note import Note
from extractors.quantities.numbers import parse_number
from extractors.request.boxes import BOX, without_empty_options
from extractors.request.codes import Code, is_placeless
from extractors.request.place import PRIMARY_OF, levels_of, side_of
from extractors.request.words import UNITS_BEFORE, Group, grouped

_UNITS = re.compile(
    r"(?:\bx ?(?P<a>\d{1,2})\b(?! ?(?:min|sec|hr|wk|week|mo|day|mg|ml|cm))|\((?P<b>\d{1,2})\)|\bqty:? ?(?P<c>\d{1,2})\b|\bquantity:? ?(?P<d>\d{1,2})\b|"
    r"\b(?P<e>\d{1,2}|one|two|three|four|five|six) units?\b|\bunits?[:= ]+(?P<f>\d{1,2})\b|#(?P<g>\d{1,2})\b)",
    re.IGNORECASE,
)
#: A row behind its code: modifiers, then a small number; and the heading of such a table.
_ROW_UNITS = re.compile(
    r"^[\s|]{1,4}(?:-?(?:RT|LT|50|59|KX|XS|76|77)\b[\s,/|]{1,4}){0,3}(?P<n>[1-9])\b(?!\s?(?:st|nd|rd|th|level|side|[-/.%]|[lLcC]\d))",
    re.IGNORECASE,
)
_UNIT_HEAD = re.compile(
    r"\b(?:CPT|HCPCS|codes?|proc(?:edure)?|service)\b[^\n]{0,60}\b(?:units?|qty|quantity)\b", re.IGNORECASE
)
_SHARED_UNITS = re.compile(
    r"\b(?P<n>\d{1,2}|one|two|three) units? (?:of )?(?:each|apiece|per code)\b|\b(?P<m>one|two|\d) each\b",
    re.IGNORECASE,
)
_ASK = re.compile(
    r"\b(?:request\w*|ask\w*|authoriz\w+|order\w*|plan\w*|schedul\w+|propos\w+|proceed\w*|recommend\w*|appeal\w*)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:relief|after|prior|previous\w*|s/p|status post|underwent|performed|history|had|last)\b|%",
    re.IGNORECASE,
)
_ABLATION = re.compile(
    r"\b(?:RFA|RFN|RF|radio[- ]?frequency|neurotom\w+|ablat\w+|denervat\w+|rhizotom\w+|neuroly\w+|lesion\w+|thermocoag\w+)\b",
    re.IGNORECASE,
)
_BLOCK = re.compile(r"\b(?:blocks?|MBBs?)\b", re.IGNORECASE)
_INJECTION = re.compile(r"\binject\w+\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A requested code with what the text says of it."""

    code: Code
    units: int
    laterality: str
    levels: tuple[str, ...]
    modifiers: tuple[str, ...]
    called: str | None
    steps: tuple[str, ...]
    #: Date of service of the line's own row (ISO), where it states one.
    service_date: str | None = None


def _units(text: str) -> int | None:
    m = _UNITS.search(text)
    if not m:
        return None
    value = parse_number(next(g for g in m.groups() if g))
    return int(value) if value and 1 <= value <= 20 else None


def _units_of(group: Group, i: int) -> int | None:
    """Units stated for a code: before it ("two units of 64636") or behind it."""
    code = group.codes[i]
    m = UNITS_BEFORE.search(code.sentence.text[max(0, code.start - 30) : code.start])
    value = parse_number(m["n"]) if m else None
    if value:
        return int(value)
    cell = code.row.units if code.row is not None else None
    return cell or _units(group.own(i)) or _column(group, i)


def _column(group: Group, i: int) -> int | None:
    """Units as a column of a table whose heading says so: 64493, 50, 1, and the words."""
    m = _ROW_UNITS.match(group.own(i))
    if m is None:
        return None
    at = group.codes[i].sentence.index
    heads = group.note.sentences[max(0, at - 8) : at + 1]
    return int(m["n"]) if any(_UNIT_HEAD.search(s.text) for s in heads) else None


def _name_in(text: str) -> str | None:
    if _ABLATION.search(text):
        return "ablation"
    if _BLOCK.search(text):
        return "block"
    return "injection" if _INJECTION.search(text) else None


def _called(group: Group, i: int) -> str | None:
    """What the request calls the procedure: beside the code, else where the sentences before it ask."""
    code, first = group.codes[i], group.codes[0]
    start = max(0, first.start - 90) if first.sentence is code.sentence else 0
    near = _name_in(code.sentence.text[start : code.end + 90])
    if near:
        return near
    for before in group.before[:2]:
        asks = list(_ASK.finditer(before))
        plain = code.sentence.section.category == "plan" and not _PAST.search(before)
        said = before[asks[-1].end() :] if asks else before if plain else ""
        if not said and BOX.search(before) and not _PAST.search(before):
            said = without_empty_options(before)  # the ticked option of a form
        if name := _name_in(said):
            return name
    return None


def claim_lines(note: Note, codes: list[Code]) -> list[Line]:
    """Requested lines in the order of the note."""
    out: list[Line] = []
    for group in grouped(note, [c for c in codes if c.asked]):
        shared = _SHARED_UNITS.search(group.text)
        common = parse_number(shared["n"] or shared["m"]) if shared else None
        units = [_units_of(group, i) for i in range(len(group.codes))]
        levels, level_step = levels_of(group, units)
        for i, code in enumerate(group.codes):
            side, side_step = side_of(group, i)
            own = levels[i]
            if is_placeless(code.code):
                own, side, level_step, side_step = (), "unknown", "levels<-none", "side<-none"
            n = units[i] or (int(common) if common else None)
            step = "units<-stated" if n else "units<-default"
            if n is None and code.code in PRIMARY_OF and len(own) > 1:
                n, step = len(own), "units<-levels"
            steps = (level_step, side_step, step)
            day = code.row.date if code.row is not None else None
            out.append(Line(code, n or 1, side, own, code.modifiers, _called(group, i), steps, day))
    return out

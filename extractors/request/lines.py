"""Claim lines: units, side and levels of each requested code.

Codes that stand together (one sentence, or sentences one after the other) form a group. A code's own
words come first (up to the next code); what they leave open is read from the group's words, then from
the sentences before it. Where levels are stated for the group as a whole, the first joint belongs to
the primary code and the further joints to the add-on codes, as facet codes are built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.note import Note
from extractors.quantities.laterality import laterality
from extractors.quantities.levels import find_levels
from extractors.quantities.numbers import parse_number
from extractors.request.codes import Code
from extractors.request.joints import joints_of_nerves

#: Facet codes: primary to its add-ons, in order. Source: NCCI add-on code table, 1 July 2024.
ADD_ONS = {
    "64633": ("64634",),
    "64635": ("64636",),
    "64490": ("64491", "64492"),
    "64493": ("64494", "64495"),
}
PRIMARY_OF = {addon: primary for primary, addons in ADD_ONS.items() for addon in addons}
#: Interlaminar and caudal epidurals are midline: a side named elsewhere is that of the symptoms.
_MIDLINE = frozenset({"62320", "62321", "62322", "62323", "62324", "62325", "62326", "62327"})
_UNITS = re.compile(
    r"(?:\bx ?(?P<a>\d{1,2})\b(?! ?(?:min|sec|hr|wk|week|mo|day|mg|ml|cm))|\((?P<b>\d{1,2})\)|\bqty:? ?(?P<c>\d{1,2})\b|\bquantity:? ?(?P<d>\d{1,2})\b|"
    r"\b(?P<e>\d{1,2}|one|two|three|four|five|six) units?\b|\bunits?[:= ]+(?P<f>\d{1,2})\b|#(?P<g>\d{1,2})\b)",
    re.IGNORECASE,
)
_SHARED_UNITS = re.compile(r"\b(?P<n>\d{1,2}|one|two|three) units? (?:of )?(?:each|apiece|per code)\b|\b(?P<m>one|two|\d) each\b", re.IGNORECASE)
_BOTH_50 = re.compile(r"-\s?50\b[^.;\n]{0,12}\b(?:both|each)\b|\b(?:both|each)\b[^.;\n]{0,20}(?:-\s?50\b|modifier 50)|\bmodifier:? ?-?50\b|\b(?:fifty|50) modifier\b|\bmod 50\b", re.IGNORECASE)
_ABLATION = re.compile(r"\b(?:RFA|RFN|RF|radio-?frequency|neurotom\w+|ablat\w+|denervat\w+|rhizotom\w+|neuroly\w+|lesion\w+|thermocoag\w+)\b", re.IGNORECASE)
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


def groups(codes: list[Code]) -> list[list[Code]]:
    """Codes that stand together: in one sentence or at most two sentences apart."""
    out: list[list[Code]] = []
    for code in codes:
        if out and code.sentence.index - out[-1][-1].sentence.index <= 2:
            out[-1].append(code)
        else:
            out.append([code])
    return out


def _own_words(group: list[Code], i: int) -> str:
    """The words after a code, up to the next code or the end of its sentence."""
    code = group[i]
    end = len(code.sentence.text)
    if i + 1 < len(group) and group[i + 1].sentence is code.sentence:
        end = group[i + 1].start
    return code.sentence.text[code.end : end]


def _segments(text: str) -> tuple[str, ...]:
    found: list[str] = []
    nerves: list[str] = []
    for mention in find_levels(text):
        if mention.kind == "segment" or (mention.kind == "range" and mention.noun != "nerve"):
            found += [s for s in mention.segments if s not in found]
        else:
            nerves += [v for v in mention.vertebrae if v not in nerves]
    return tuple(found) or joints_of_nerves(nerves)


def _units(text: str) -> int | None:
    m = _UNITS.search(text)
    if not m:
        return None
    value = parse_number(next(g for g in m.groups() if g))
    return int(value) if value and 1 <= value <= 20 else None


def _group_text(note: Note, group: list[Code]) -> str:
    first, last = group[0].sentence.index, group[-1].sentence.index
    return " ".join(s.text for s in note.sentences[first : last + 1])


def _bracket(group: list[Code]) -> str:
    """What stands in brackets right behind the last code: "64633 and 64634 (right, C4/5 and C5/6)"."""
    last = group[-1]
    m = re.match(r"\s?[(\[]([^)\]]{3,120})[)\]]", last.sentence.text[last.end :])
    return m.group(1) if m else ""


def _before(note: Note, group: list[Code], most: int = 4) -> list[str]:
    """Sentences before the group, nearest first, not past its section's start."""
    first = group[0].sentence
    out = []
    for sentence in reversed(note.sentences[max(0, first.index - most) : first.index]):
        if sentence.section is not first.section and out:
            break
        out.append(sentence.text)
    return out


def _after(note: Note, group: list[Code]) -> list[str]:
    last = group[-1].sentence
    return [s.text for s in note.sentences[last.index + 1 : last.index + 3] if s.section is last.section]


_WISH = re.compile(
    r"\b(?:would like|wish\w*|wants?|plan\w*|propos\w+|request\w*|recommend\w*|treat(?:ed|ing)?|target\w*|proceed\w*)\b[^.;]{0,80}\b(?:joints?|facets?|levels?|RFA|radio-?frequency|ablation|neurotomy|blocks?)\b"
    r"|\b(?:RFA|radio-?frequency|ablation|neurotomy|blocks?)\b[^.;]{0,60}\b(?:planned|requested|proposed|recommended)\b",
    re.IGNORECASE,
)


def _wishes(note: Note) -> list[str]:
    """Sentences anywhere in the note that say which joints are to be treated."""
    return [s.text for s in note.sentences if s.section.category != "family_history" and _WISH.search(s.text)]


def _share_levels(group: list[Code], shared: tuple[str, ...], units: list[int | None]) -> list[tuple[str, ...]]:
    """Distribute the joints of a group: first to the primary, then one unit each to the add-ons in order."""
    names = [c.code for c in group]
    facet = [n for n in names if n in ADD_ONS or n in PRIMARY_OF]
    out: list[tuple[str, ...]] = []
    rest = list(shared)
    addons = [n for n in names if n in PRIMARY_OF]
    for i, name in enumerate(names):
        if name in ADD_ONS:
            if any(a in ADD_ONS[name] for a in addons) or len(set(facet)) > 1:
                out.append(tuple(rest[:1]))
                rest = rest[1:]
            else:
                out.append(shared)
        elif name in PRIMARY_OF:
            left = len([n for n in names[i + 1 :] if n in PRIMARY_OF])
            if PRIMARY_OF[name] not in names:
                take = len(rest)
            elif left:
                take = units[i] or 1
            else:
                take = len(rest)
            out.append(tuple(rest[:take]))
            rest = rest[take:]
        else:
            out.append(shared)
    return out


def _levels(note: Note, group: list[Code], units: list[int | None]) -> tuple[list[tuple[str, ...]], str]:
    own = [_segments(_own_words(group, i)) for i in range(len(group))]
    distinct = {c.code for c in group}
    if all(own) and (len(distinct) == 1 or len({o for o in own}) > 1):
        return own, "levels<-code"
    for source, texts in (
        ("bracket", [_bracket(group)]),
        ("group", [_group_text(note, group)]),
        ("before", _before(note, group)),
        ("after", _after(note, group)),
        ("wish", _wishes(note)),
    ):
        for text in texts:
            shared = _segments(text)
            if shared:
                return _share_levels(group, shared, units), f"levels<-{source}"
    return own, "levels<-none"


_BOX = re.compile(r"[\[(] ?[\])][^\[(\n]{0,30}")


def _ticked(text: str) -> str:
    """The text without the words behind empty check boxes."""
    return _BOX.sub(" ", text)


def _side(note: Note, group: list[Code], i: int) -> tuple[str, str]:
    mods = set(group[i].modifiers)
    if "50" in mods or {"RT", "LT"} <= mods:
        return "bilateral", "side<-modifier"
    if "RT" in mods or "LT" in mods:
        return ("right" if "RT" in mods else "left"), "side<-modifier"
    text = _group_text(note, group)
    if _BOTH_50.search(text):
        return "bilateral", "side<-modifier"
    for source, piece in (("code", _own_words(group, i)), ("bracket", _bracket(group)), ("group", text)):
        side = laterality(_ticked(piece))
        if side != "unknown":
            return side, f"side<-{source}"
    if group[i].code in _MIDLINE:
        return "unknown", "side<-none"
    for other in group:
        if "50" in other.modifiers:
            return "bilateral", "side<-modifier"
    for source, texts in (("after", _after(note, group)[:1]), ("before", _before(note, group))):
        for piece in texts:
            side = laterality(piece)
            if side != "unknown":
                return side, f"side<-{source}"
    return "unknown", "side<-none"


def _called(group: list[Code], i: int) -> str | None:
    code = group[i]
    text = code.sentence.text
    near = text[max(0, group[0].start - 90 if group[0].sentence is code.sentence else 0) : code.end + 90]
    if _ABLATION.search(near):
        return "ablation"
    if _BLOCK.search(near):
        return "block"
    return "injection" if _INJECTION.search(near) else None


def claim_lines(note: Note, codes: list[Code]) -> list[Line]:
    """Requested lines in the order of the note."""
    out: list[Line] = []
    for group in groups([c for c in codes if c.asked]):
        text = _group_text(note, group)
        shared = _SHARED_UNITS.search(text)
        common = parse_number(shared.group("n") or shared.group("m")) if shared else None
        units = [_units(_own_words(group, i)) for i in range(len(group))]
        levels, level_step = _levels(note, group, units)
        for i, code in enumerate(group):
            side, side_step = _side(note, group, i)
            n = units[i] or (int(common) if common else None)
            step = "units<-stated" if n else "units<-default"
            if n is None and code.code in PRIMARY_OF and len(levels[i]) > 1:
                n, step = len(levels[i]), "units<-levels"
            out.append(Line(code, n or 1, side, levels[i], code.modifiers, _called(group, i), (level_step, side_step, step)))
    return out

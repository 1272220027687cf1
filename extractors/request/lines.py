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
from extractors.request.boxes import without_empty_options
from extractors.request.codes import Code, is_placeless
from extractors.request.joints import joints_of_nerves

#: Codes by level: primary to its add-ons, in order. Source: NCCI add-on code table, 1 July 2024.
ADD_ONS = {
    "64479": ("64480",),
    "64483": ("64484",),
    "64461": ("64462",),
    "64633": ("64634",),
    "64635": ("64636",),
    "64490": ("64491", "64492"),
    "64493": ("64494", "64495"),
}
PRIMARY_OF = {addon: primary for primary, addons in ADD_ONS.items() for addon in addons}
#: Done in vertebral bodies, not at joints or discs: basivertebral nerve ablation, augmentation.
_VERTEBRAL = frozenset({"64628", "64629", "22510", "22511", "22512", "22513", "22514", "22515"})
#: Interlaminar and caudal epidurals are midline: a side named elsewhere is that of the symptoms.
_MIDLINE = frozenset({"62320", "62321", "62322", "62323", "62324", "62325", "62326", "62327"})
_UNITS = re.compile(
    r"(?:\bx ?(?P<a>\d{1,2})\b(?! ?(?:min|sec|hr|wk|week|mo|day|mg|ml|cm))|\((?P<b>\d{1,2})\)|\bqty:? ?(?P<c>\d{1,2})\b|\bquantity:? ?(?P<d>\d{1,2})\b|"
    r"\b(?P<e>\d{1,2}|one|two|three|four|five|six) units?\b|\bunits?[:= ]+(?P<f>\d{1,2})\b|#(?P<g>\d{1,2})\b)",
    re.IGNORECASE,
)
_SHARED_UNITS = re.compile(r"\b(?P<n>\d{1,2}|one|two|three) units? (?:of )?(?:each|apiece|per code)\b|\b(?P<m>one|two|\d) each\b", re.IGNORECASE)
_UNITS_BEFORE = re.compile(r"\b(?P<n>\d{1,2}|one|two|three|four) (?:units? (?:of )?|x )(?:CPT (?:code )?)?$", re.IGNORECASE)
#: "For left leg pain" tells the side of the symptom.
_SYMPTOM_SIDE = re.compile(
    r"\b(?:left|right|bilateral|[LR])(?:[- ]sided)?(?: \w+)? (?:leg|legs|arm|arms|lower extremit\w+|upper extremit\w+|LE|UE|buttock|thigh|foot|hand|shoulder|calf|radicul\w+|radic|sciatica|pain|symptoms?|[LSC]\d (?:radic\w*|root|distribution))\b",
    re.IGNORECASE,
)
_SIDE_LABEL = re.compile(r"\b(?:laterality|sides?|site/side)\s?[:=]\s?", re.IGNORECASE)
_LEVEL_LABEL = re.compile(r"\b(?:(?:spinal |facet |joint )?levels?(?:\(s\))?|joints?(?:\(s\))?|segments?|levels? requested)\s?[:=]\s?", re.IGNORECASE)
_ASK = re.compile(r"\b(?:request\w*|ask\w*|authoriz\w+|order\w*|plan\w*|schedul\w+|propos\w+|proceed\w*|recommend\w*|appeal\w*)\b", re.IGNORECASE)
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
    words = code.sentence.text[code.end : end]
    m = _UNITS_BEFORE.search(words) if end < len(code.sentence.text) else None
    return words[: m.start()] if m else words


def _segments(text: str, bodies: bool = False) -> tuple[str, ...]:
    """Joints or discs named in the text; with ``bodies`` the vertebrae, one by one."""
    if bodies:
        return tuple(dict.fromkeys(v for m in find_levels(text) if m.kind != "segment" for v in m.vertebrae))
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


def _units_of(group: list[Code], i: int) -> int | None:
    """Units stated for a code: before it ("two units of 64636") or behind it."""
    code = group[i]
    m = _UNITS_BEFORE.search(code.sentence.text[max(0, code.start - 30) : code.start])
    value = parse_number(m["n"]) if m else None
    return int(value) if value else _units(_own_words(group, i))


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
    by_level = {n for n in names if n in ADD_ONS or n in PRIMARY_OF}
    # An add-on may be named before its primary; the joints are shared out from the primary on all the same.
    order = sorted(range(len(names)), key=lambda i: (names[i] in PRIMARY_OF, i))
    out: dict[int, tuple[str, ...]] = {}
    rest = list(shared)
    for at, i in enumerate(order):
        name = names[i]
        if name not in by_level or (name in ADD_ONS and len(by_level) == 1):
            out[i] = shared
            continue
        take = len(rest)
        if name in ADD_ONS:
            take = 1
        elif PRIMARY_OF[name] in names and any(names[j] in PRIMARY_OF for j in order[at + 1 :]):
            take = units[i] or 1
        out[i] = tuple(rest[:take])
        rest = rest[take:]
    return [out[i] for i in range(len(names))]


def _levels(note: Note, group: list[Code], units: list[int | None]) -> tuple[list[tuple[str, ...]], str]:
    bodies = all(c.code in _VERTEBRAL for c in group)
    own = [_segments(_own_words(group, i), bodies) for i in range(len(group))]
    distinct = {c.code for c in group}
    if all(own) and (len(distinct) == 1 or len(set(own)) > 1):
        return own, "levels<-code"
    for source, texts in (
        ("bracket", [_bracket(group)]),
        ("group", [_group_text(note, group)]),
        ("before", _before(note, group)),
        ("after", _after(note, group)),
        ("label", _labelled(note, group, _LEVEL_LABEL)),
        ("wish", _wishes(note)),
    ):
        for text in texts:
            shared = _segments(text, bodies)
            if shared:
                return _share_levels(group, shared, units), f"levels<-{source}"
    return own, "levels<-none"


def _labelled(note: Note, group: list[Code], label: re.Pattern[str]) -> list[str]:
    """What stands behind a form's label, the labels nearest to the group first."""
    found = []
    for sentence in note.sentences:
        text = without_empty_options(sentence.text)
        for m in label.finditer(text):
            found.append((abs(sentence.index - group[-1].sentence.index), sentence.index, text[m.end() : m.end() + 80]))
    return [text for _, _, text in sorted(found)]


def _side_words(text: str, code: str) -> str:
    """The text without unticked options and, for midline injections, without the side of the symptoms."""
    text = without_empty_options(text)
    return _SYMPTOM_SIDE.sub(" ", text) if code in _MIDLINE else text


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
        side = laterality(_side_words(piece, group[i].code))
        if side != "unknown":
            return side, f"side<-{source}"
    for piece in _labelled(note, group, _SIDE_LABEL):
        side = laterality(re.split(r"\b[A-Z]\w+ ?:", piece)[0])
        if side != "unknown":
            return side, "side<-label"
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


def _name_in(text: str) -> str | None:
    if _ABLATION.search(text):
        return "ablation"
    if _BLOCK.search(text):
        return "block"
    return "injection" if _INJECTION.search(text) else None


def _called(note: Note, group: list[Code], i: int) -> str | None:
    """What the request calls the procedure: beside the code, else where the sentences before it ask."""
    code = group[i]
    text = code.sentence.text
    near = _name_in(text[max(0, group[0].start - 90 if group[0].sentence is code.sentence else 0) : code.end + 90])
    if near:
        return near
    for before in _before(note, group, most=2):
        asks = list(_ASK.finditer(before))
        if asks and (name := _name_in(before[asks[-1].end() :])):
            return name
    return None


def claim_lines(note: Note, codes: list[Code]) -> list[Line]:
    """Requested lines in the order of the note."""
    out: list[Line] = []
    for group in groups([c for c in codes if c.asked]):
        text = _group_text(note, group)
        shared = _SHARED_UNITS.search(text)
        common = parse_number(shared.group("n") or shared.group("m")) if shared else None
        units = [_units_of(group, i) for i in range(len(group))]
        levels, level_step = _levels(note, group, units)
        for i, code in enumerate(group):
            side, side_step = _side(note, group, i)
            if is_placeless(code.code):
                levels[i], side = (), "unknown"
            n = units[i] or (int(common) if common else None)
            step = "units<-stated" if n else "units<-default"
            if n is None and code.code in PRIMARY_OF and len(levels[i]) > 1:
                n, step = len(levels[i]), "units<-levels"
            out.append(Line(code, n or 1, side, levels[i], code.modifiers, _called(note, group, i), (level_step, side_step, step)))
    return out

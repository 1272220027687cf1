"""Code mentions of a note in order, and whether each is really asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extractors.document import is_procedure_note
from extractors.note import Mention, Note, Sentence
from extractors.request.boxes import ticked
from extractors.request.rows import Row, rows_of
from extractors.request.screens import (
    ASKING,
    DONE,
    is_earlier,
    is_excluded,
    is_hypothetical,
    is_number,
    is_room,
)


@dataclass(frozen=True, slots=True)
class Code:
    """A code as it stands in the note: canonical form, modifiers, and where."""

    code: str
    modifiers: tuple[str, ...]
    sentence: Sentence
    #: Bounds in the sentence's text, modifiers included.
    start: int
    end: int
    mention: Mention
    asked: bool
    #: Never part of the request, whatever else the note says (a relative's, an unticked box, a past claim).
    never: bool = False
    #: The row of a table that the code leads, with its cells.
    row: Row | None = None


_MODIFIERS = re.compile(
    r"(?:\s?-\s?(?:\d{2}|[A-Z]{2})(?![A-Za-z0-9]))+(?:/(?:RT|LT|KX|59|50)(?![A-Za-z0-9]))*|(?:\s?[/+&]\s?(?:RT|LT|KX|50)(?![A-Za-z0-9]))+|(?:\s(?:and|plus)\s(?:RT|LT)(?![A-Za-z0-9]))|(?:,-(?:\d{2}|[A-Z]{2})(?![A-Za-z0-9]))|"
    r"(?:[ ,]+(?:\||with )?[ (]{0,3}(?:RT|LT|KX|X[SUEP]|mod(?:ifier)?s? ?-?(?:50|RT|LT|59|KX|X[SUEP])(?:(?: and |, )(?:50|59|RT|LT|KX|X[SUEP])(?![A-Za-z0-9]))?)\)?(?![A-Za-z]))",
    re.IGNORECASE,
)
_ONE_MODIFIER = re.compile(r"\d{2}|[A-Z]{2}", re.IGNORECASE)
_MODIFIER_WORDS = re.compile(r"mod(?:ifier)?s?|with|and|plus", re.IGNORECASE)
_KNOWN_MODIFIERS = frozenset(
    "50 59 RT LT KX XS XU XE XP 26 TC 51 52 53 76 77 78 79 22 25 GA GY GZ SG".split()
)
#: Add-ons written by their last two digits: "64635/36", "64633 & 34", "64493, -94 and -95".
_SHORT = re.compile(
    r"\s?(?:/|&|\+|-|,? and|,)\s?[-+/]{0,2}(?P<n>\d{2})(?![\d%./]|\s?(?:mg|ml|weeks?|min|units?|percent))",
    re.IGNORECASE,
)
_SHORT_OF = {"6463": ("34", "36"), "6449": ("91", "92", "94", "95"), "6448": ("80", "84")}
_CPT = re.compile(
    r"(?<!\d)\d{5}(?!\d)|(?<![A-Z\d])\d{4}[A-Z](?![A-Z\d])|(?<![A-Z\d])[A-Z]\d{4}(?![A-Z\d])|(?<!\d)\d{2} \d{3}(?!\d)",
    re.IGNORECASE,
)
#: Codes without a spinal level or side of their own: visits, guidance, therapy.
_PLACELESS = ("992", "770", "970", "971", "990")
#: What joins two codes so that a word of exclusion before the first holds for the second.
_JOINED = re.compile(r"^\W{0,2}(?:through|thru|to|and|or|nor|&|/)\s?$", re.IGNORECASE)
_ICD = re.compile(
    r"(?<![A-Z0-9])[A-Z] ?\d[0-9A-Z](?: ?\. ?[0-9A-Z]{1,4}(?: \d{1,2})?|[0-9A-Z]{1,4})?", re.IGNORECASE
)


def _find(note: Note, label: str, pattern: re.Pattern[str]) -> Iterator[tuple[Mention, re.Match[str]]]:
    """Codes of the mentions of a label, each place once; one mention may hold several ("64493/64494")."""
    seen: set[tuple[int, int]] = set()
    for mention in note.mentions("request"):
        if mention.label != label:
            continue
        for m in pattern.finditer(mention.sentence.text, mention.start, mention.end):
            place = (mention.sentence.index, m.start())
            if place not in seen:
                seen.add(place)
                yield mention, m


def _joined(last: Code | None, sentence: Sentence, start: int) -> bool:
    """Whether the code at ``start`` is joined to an excluded one before it."""
    return (
        last is not None
        and last.never
        and last.sentence is sentence
        and bool(_JOINED.match(sentence.text[last.end : start]))
    )


def _modifiers(text: str, at: int) -> tuple[tuple[str, ...], int]:
    found: list[str] = []
    end = at
    for _ in range(3):
        m = _MODIFIERS.match(text, end)
        if not m:
            break
        names = [x.upper() for x in _ONE_MODIFIER.findall(_MODIFIER_WORDS.sub("", m.group(0)))]
        if not names or any(n not in _KNOWN_MODIFIERS for n in names):
            break
        found += names
        end = m.end()
    return tuple(dict.fromkeys(found)), end


def _never(note: Note, mention: Mention, start: int, end: int, first: int) -> bool:
    text = mention.sentence.text
    if is_excluded(text, start, end) or mention.has("family"):
        return True
    if ticked(note, mention.sentence, start, end, first) is False:
        return True
    a, b = mention.clause
    return bool(
        (DONE.search(text[a:b]) or DONE.search(text[a:start]))
        and not ASKING.search(text[a:b])
        and not is_procedure_note(note)
    )


def _asked(mention: Mention, start: int) -> bool:
    text = mention.sentence.text
    a, b = mention.clause
    clause = text[a:b]
    if (DONE.search(clause) or mention.has("hypothetical")) and not ASKING.search(clause):
        return False
    return not is_hypothetical(text, start) and not is_earlier(text, start)


def _short_addons(text: str, code: str, end: int) -> Iterator[tuple[str, int, int]]:
    """Add-ons by their last two digits behind a code ending at ``end``: code, start, end."""
    known = _SHORT_OF.get(code[:4], ())
    while m := _SHORT.match(text, end):
        if m["n"] not in known or code[:3] + m["n"] == code:
            return
        yield code[:3] + m["n"], m.start("n"), m.end("n")
        end = m.end("n")


def is_placeless(code: str) -> bool:
    """Whether the code has no spinal level or side of its own (a visit, guidance, therapy)."""
    return code.startswith(_PLACELESS)


def procedure_codes(note: Note) -> list[Code]:
    """CPT and HCPCS codes in order, with modifiers; ``asked`` tells those of the request."""
    out: list[Code] = []
    first: dict[int, int] = {}
    for mention, m in _find(note, "cpt", _CPT):
        text = mention.sentence.text
        if is_number(text, m.start(), m.end()):
            continue
        code = m.group(0).replace(" ", "").upper()
        start, behind = m.start(), m.end()
        head = first.setdefault(mention.sentence.index, start)
        shorts = list(_short_addons(text, code, behind))
        mods, end = _modifiers(text, behind)
        if not shorts and mods:
            shorts = list(_short_addons(text, code, end))
        last = out[-1] if out else None
        never = _never(note, mention, start, end, head) or _joined(last, mention.sentence, start)
        asked = not never and _asked(mention, start)
        out.append(Code(code, mods, mention.sentence, start, end, mention, asked, never))
        for addon, a, b in shorts:
            own, b = _modifiers(text, b)
            out.append(Code(addon, own or mods, mention.sentence, a, b, mention, asked, never))
    if not any(c.asked for c in out):
        # Nothing is asked for in so many words: codes that the note states are its request.
        out = [replace(c, asked=not c.never) for c in out]
    places = [c.sentence.span(c.start, c.start + 1).start for c in out]
    return [_with_row(c, row) for c, row in zip(out, rows_of(note, places), strict=True)]


def requested_codes(note: Note) -> list[Code]:
    """The codes of ``procedure_codes``, made once a note."""
    return note.once("request.codes", procedure_codes)


def _with_row(code: Code, row: Row | None) -> Code:
    """The code with its row's cells; a modifier may stand in a column of its own."""
    if row is None:
        return code
    return replace(code, row=row, modifiers=tuple(dict.fromkeys((*code.modifiers, *row.modifiers))))


def _canonical(found: str) -> str:
    """The code with its point, without blanks, in capitals."""
    code = found.replace(" ", "").upper()
    return f"{code[:3]}.{code[3:]}" if "." not in code and len(code) > 3 else code


def diagnosis_codes(note: Note) -> list[Code]:
    """ICD-10-CM codes in order, dotted and in capitals; ``asked`` tells those submitted for the patient."""
    out: list[Code] = []
    first: dict[int, int] = {}
    for mention, m in _find(note, "icd", _ICD):
        text = mention.sentence.text
        code = _canonical(m.group(0))
        if code[0] == "V" and len(code) < 7:
            continue  # V45.4 is ICD-9; the V codes of ICD-10-CM have an encounter character
        if is_room(text, m.start()):
            continue
        head = first.setdefault(mention.sentence.index, m.start())
        never = (
            is_excluded(text, m.start(), m.end())
            or _joined(out[-1] if out else None, mention.sentence, m.start())
            or mention.has("family")
            or ticked(note, mention.sentence, m.start(), m.end(), head) is False
        )
        out.append(Code(code, (), mention.sentence, m.start(), m.end(), mention, not never, never))
    return out

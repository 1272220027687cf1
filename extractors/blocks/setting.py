"""What kind of note this is for its procedures: the record of one, or a note that speaks about them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from extractors.blocks.cues import cue
from extractors.note import Note
from extractors.quantities import find_dates

#: Sections that describe or head the procedure of the note.
TITLE = frozenset(
    {"procedure", "header", "preoperative_diagnosis", "postoperative_diagnosis", "anesthesia", "plan"}
)
_REGIONS = {
    "cervical": re.compile(r"\b(?:cervical|neck|c-?spine|C[3-7])\b", re.I),
    "thoracic": re.compile(r"\b(?:thoracic|mid[- ]?back|t-?spine|T(?:[2-9]|1[0-2])-)\b", re.I),
    "lumbar": re.compile(
        r"\b(?:lumbar|lumbosacral|low(?:er)? back|LBP|l-?spine|L/S|sciatica|L[1-5])\b", re.I
    ),
}
_FACET = re.compile(
    r"\b(?:facets?|medial branch\w*|mbbs?|spondylosis|zygapo\w+|6449[0-5]|6463[3-6]|M47\.\d+)\b", re.I
)
_DOS = re.compile(
    r"\b(?:DOS|date of (?:service|procedure|visit|note|operation|exam\w*)|service date|visit date|date|seen)\b[^\n]{0,16}",
    re.I,
)
_DONE = r"(?:injections?|blocks?|ablation|rhizotomy|neurotomy|denervation|thermo-?coagulation|epidural|discogra\w+|radio[- ]?frequency|ESI|MBB|RFA)\b"
_TITLED = re.compile(
    rf"^[ \t]*(?:procedures?|operations?|exam(?:ination)?|study|title of (?:procedure|operation)|name of (?:procedure|operation))(?: performed)?[ \t]*(?::|\t| {{2}})[^\n]{{0,120}}\b{_DONE}",
    re.I | re.M,
)
_FIRST_LINE = re.compile(rf"\s*(?-i:(?=[^\na-z]{{8,110}}\n))[^\n]{{0,90}}\b{_DONE}", re.I)
#: A record that opens with what was done.
_TOP = re.compile(
    rf"\s*(?:procedures?|operations?|operative|injection)(?: (?:note|record|report|performed))?\b[ \t:-]{{1,8}}(?![^\n]{{0,40}}\b(?:request|plan|schedul|propos))[^\n]{{0,120}}\b{_DONE}",
    re.I,
)
_NOTE_OF = re.compile(r"\b(?:PROCEDURE|OPERATIVE|INJECTION|ABLATION) (?:NOTE|REPORT|RECORD)\b", re.I)
_LETTER = re.compile(r"^\s*(?:dear|to whom)\b|\bRE:|\bsincerely\b", re.I | re.M)


@dataclass(frozen=True)
class Setting:
    """Facts of the whole note that help to read its procedures."""

    procedure_note: bool
    facet: bool
    region: str
    date: date | None


def note_date(text: str) -> date | None:
    """The date of the note: the one behind "DOS", "date of service" or such, else the first full date near its top."""
    head = text[:1500]
    for m in _DOS.finditer(head):
        for d in find_dates(text[m.end() - 16 : m.end() + 30]):
            if d.value and d.precision == "day":
                return d.value
    for line in head.split("\n"):
        if re.search(r"\b(?:DOB|birth|denial|MRI|injur\w+)\b", line, re.I) and not re.search(
            r"\bDOS\b", line
        ):
            continue
        for d in find_dates(line):
            if d.value and d.precision == "day" and not d.inferred:
                return d.value
    return None


def main_region(text: str) -> str:
    """The spinal region named most often, or unknown."""
    counts = Counter({r: len(p.findall(text)) for r, p in _REGIONS.items()})
    name, most = counts.most_common(1)[0]
    return name if most else "unknown"


def region_in(words: str) -> str | None:
    """The region that ``words`` name first, or None."""
    hits = [(m.start(), r) for r, p in _REGIONS.items() if (m := p.search(words))]
    return min(hits)[1] if hits else None


def setting_of(note: Note) -> Setting:
    """The note's setting, made once a note."""
    return note.once("blocks.setting", _setting)


def _setting(note: Note) -> Setting:
    text = note.text
    words = {m.group().lower() for m in cue("technique_words").finditer(text)}
    first = _TOP.match(text) is not None or _NOTE_OF.search(text[:200]) is not None
    titled = first or _TITLED.search(text) is not None or _FIRST_LINE.match(text) is not None
    procedure_note = len(words) >= (1 if first else 2 if titled else 4) and not _LETTER.search(text)
    return Setting(procedure_note, _FACET.search(text) is not None, main_region(text), note_date(text))

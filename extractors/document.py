"""What a note as a whole tells: its kind, its date, its main region, today's procedure.

Pure functions over the :class:`~extractors.note.Note`; each is computed once a note (``Note.once``).
"""

from __future__ import annotations

import datetime as dt
import re

from extractors.document_date import date_of_text
from extractors.note import Note

_REGION_WORDS = {
    "cervical": re.compile(r"\b(?:cervical|neck|C-?[2-7]\b|C-spine|cervicalgia|ACDF|cervico\w+)", re.I),
    "thoracic": re.compile(r"\b(?:thoracic|mid-?back|T-spine|thoraco(?!lumbar)\w+)\b|(?-i:\bT(?:[1-9]|1[0-2])[-/]T?\d)", re.I),
    "lumbar": re.compile(r"\b(?:lumb\w+|lower back|low back|low-back|LBP|L-?[1-5]\b|L-spine|L/S|backache|back pain)", re.I),
    "sacral": re.compile(r"\b(?:sacr(?!oiliitis)\w+|SI joints?|SIJ|coccy\w+)\b", re.I),
}  # fmt: skip
#: Limb words point to the region whose roots serve the limb.
_LIMB_WORDS = {
    "lumbar": re.compile(
        r"\b(?:legs?|thighs?|cal(?:f|ves)|shins?|foot|feet|toes?|buttocks?|knees?|ankles?|lower extremit\w+|LEs?|RLE|LLE|BLE|"
        r"straight[- ]leg\w*|SLR|sciatic\w*|EHL|hamstrings?|groin)\b", re.I),
    "cervical": re.compile(
        r"\b(?:arms?|forearms?|hands?|fingers?|thumbs?|elbows?|wrists?|upper extremit\w+|UEs?|RUE|LUE|BUE|spurling\W?s?|"
        r"trapezius|scapul\w+|shoulders?|biceps|triceps|deltoid|grip)\b", re.I),
}  # fmt: skip
_PROCEDURE_HEAD = re.compile(
    r"\b(?:procedures? (?:performed|note|report)|operative (?:report|note|procedure)|operation performed|title of (?:the )?(?:procedure|operation)|"
    r"name of procedure|(?:pre|post)-?\s?(?:op|operative|procedure|procedural) (?:diagnos[ie]s|dx)|description of (?:the )?procedure|"
    r"procedure in detail|details? of (?:the )?procedure)\b",
    re.I,
)


def region_of(text: str, default: str = "unknown") -> str:
    """Region named in a piece of text: spine words first, then limb words; ``default`` where none is named.

    Where several are named, the one named most often wins, ties going to the first named.
    """
    for table in (_REGION_WORDS, _LIMB_WORDS):
        hits = {name: list(p.finditer(text)) for name, p in table.items()}
        named = [(-len(h), h[0].start(), name) for name, h in hits.items() if h]
        if named:
            return min(named)[2]
    return default


def _main_region(note: Note) -> str:
    counts = {name: len(p.findall(note.text)) for name, p in _REGION_WORDS.items() if name != "sacral"}
    best = max(counts, key=lambda name: counts[name])
    if counts[best]:
        return best
    found = region_of(note.text[:20000], "lumbar")
    return found if found in counts else "lumbar"


def main_region(note: Note) -> str:
    """``cervical``, ``thoracic`` or ``lumbar``: the region that the note speaks of most (lumbar where none)."""
    return note.once("main_region", _main_region)


#: "I read him the operative note", "the procedure note of 2021 says": prose about another document.
_PROSE = re.compile(r"\b[a-z]{3,}\b")
_DOCUMENT = re.compile(r"(?:operative|procedure) (?:note|report)s?$", re.IGNORECASE)


def _is_procedure_note(note: Note) -> bool:
    head = note.text[:2500]
    for m in _PROCEDURE_HEAD.finditer(head):
        ahead = head[head.rfind("\n", 0, m.start()) + 1 : m.start()]
        if not (_DOCUMENT.search(m[0]) and _PROSE.search(ahead)):
            return True
    return any(s.category in ("preoperative_diagnosis", "postoperative_diagnosis") for s in note.sections)


def is_procedure_note(note: Note) -> bool:
    """Whether the note reports a procedure or operation done on its date (as against a visit)."""
    return note.once("is_procedure_note", _is_procedure_note)


def _note_date(note: Note) -> dt.date | None:
    return date_of_text(note.text, procedure=is_procedure_note(note))


def note_date(note: Note) -> dt.date | None:
    """The note's own date (see :mod:`extractors.document_date`), or None."""
    return note.once("note_date", _note_date)


_QUESTION = re.compile(r"\s*(?:are|is|would|can|could|does|do|should|please advise)\b[^\n]{0,1500}\?", re.I)
_KINDS = (
    ("letter", re.compile(r"\b(?:to whom it may concern|dear (?:dr|doctor|sir|medical director|colleague|reviewer)|sincerely|letter of medical necessity)\b", re.I)),
    ("form", re.compile(r"\[[ xX]\]|\([ xX]\)|☐|☒|_{6,}", re.I)),
    ("therapy_discharge", re.compile(r"\b(?:physical therapy (?:discharge|progress|evaluation)|PT discharge|discharge summary[^\n]{0,30}therapy|therapist:)", re.I)),
    ("imaging", re.compile(r"\b(?:technique|comparison)\s*:[\s\S]{0,3000}?\bimpression\b|\bradiology report\b|\b(?:MRI|CT) [^\n]{0,40}\breport\b", re.I)),
)  # fmt: skip


def _kind(note: Note) -> str:
    if is_procedure_note(note):
        return "procedure_note"
    if _QUESTION.match(note.text):
        return "question"
    text = note.text[:6000]
    headed = {s.category for s in note.sections} & {"history", "examination", "plan", "assessment"}
    for kind, pattern in _KINDS:
        if kind in ("imaging", "form") and len(headed) >= 3:
            continue  # a visit note may hold check boxes and a pasted report
        if pattern.search(text):
            return kind
    return "visit"


def document_kind(note: Note) -> str:
    """``visit``, ``procedure_note``, ``imaging``, ``therapy_discharge``, ``letter``, ``form`` or ``question``."""
    return note.once("document_kind", _kind)

"""What a note as a whole tells: its kind, its date, its main region, today's procedure.

Pure functions over the :class:`~extractors.note.Note`; each is computed once a note (``Note.once``).
"""

from __future__ import annotations

import datetime as dt
import re

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
_NOTE_DATE = re.compile(
    r"\b(?:date of (?:service|visit|note|procedure|exam|encounter|dictation|operation|surgery|study|letter)|DOS|visit date|encounter date|service date|"
    r"date seen|seen on|signed|e-?signed|date|completed on)\b[^\n]{0,24}?",
    re.I,
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DATE = re.compile(
    r"\b(?:(?P<m>0?[1-9]|1[0-2])[/-](?P<d>0?[1-9]|[12]\d|3[01])[/-](?P<y>(?:19|20)?\d\d)"
    r"|(?P<y2>20\d\d|19\d\d)-(?P<m2>0[1-9]|1[0-2])-(?P<d2>0[1-9]|[12]\d|3[01])"
    r"|(?P<mon>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? (?P<d3>\d{1,2})(?:st|nd|rd|th)?,? (?P<y3>(?:19|20)\d\d)"
    r"|(?P<d4>\d{1,2})(?:st|nd|rd|th)? (?P<mon4>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?,? (?P<y4>(?:19|20)\d\d))\b",
    re.I,
)
_NOT_NOTE_DATE = re.compile(r"\b(?:DOB|date of birth|born|birth ?date|birth)\b[^\n]{0,12}$", re.I)


def _as_date(m: re.Match[str]) -> dt.date | None:
    g = m.groupdict()
    if g["mon"] or g["mon4"]:
        month = _MONTHS.index((g["mon"] or g["mon4"]).lower()) + 1
        year, day = int(g["y3"] or g["y4"]), int(g["d3"] or g["d4"])
    else:
        year, month, day = int(g["y"] or g["y2"]), int(g["m"] or g["m2"]), int(g["d"] or g["d2"])
    if year < 100:
        year += 2000
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


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


def _is_procedure_note(note: Note) -> bool:
    head = note.text[:2500]
    if _PROCEDURE_HEAD.search(head):
        return True
    return any(s.category in ("preoperative_diagnosis", "postoperative_diagnosis") for s in note.sections)


def is_procedure_note(note: Note) -> bool:
    """Whether the note reports a procedure or operation done on its date (as against a visit)."""
    return note.once("is_procedure_note", _is_procedure_note)


def _dates(text: str) -> list[tuple[int, dt.date]]:
    out = []
    for m in _DATE.finditer(text):
        value = _as_date(m)
        if value and not _NOT_NOTE_DATE.search(text[max(0, m.start() - 30) : m.start()]):
            out.append((m.start(), value))
    return out


def _note_date(note: Note) -> dt.date | None:
    text = note.text
    labelled = []
    for m in _NOTE_DATE.finditer(text):
        line_end = text.find("\n", m.end())
        line_end = len(text) if line_end < 0 else line_end
        for at, value in _dates(text[m.end() : min(line_end, m.end() + 40)])[:1]:
            before = text[max(0, m.start() - 12) : m.start()].lower()
            if "birth" in before or "dob" in before:
                continue
            labelled.append((m.group(0).lower().startswith(("signed", "e-signed", "esigned")), m.start() + at, value))
    if labelled:
        return min(labelled, key=lambda x: (x[0], x[1]))[2]
    head = _dates(text[:900])
    if head:
        return head[0][1]
    tail = _dates(text[-300:]) if len(text) > 900 else []
    return tail[-1][1] if tail else None


def note_date(note: Note) -> dt.date | None:
    """The note's own date: a labelled one (date of service, visit), else the first in its head, else None."""
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

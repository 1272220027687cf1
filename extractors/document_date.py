"""The note's own date: which of its dates is the day that the note speaks from.

Each date is ranked by the words before it on its line (or by a label alone on the line above). A date that is
labelled as another event's (birth, injury, surgery, denial, expiry, a study, the next visit) never is the note's.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

#: How much of head and tail is read, in characters.
HEAD, TAIL = 4000, 700
#: Without a label, a date must stand this early.
UNLABELLED_HEAD = 900
#: An unlabelled date so many years older than the note's newest is somebody's birthday.
BIRTH_YEARS = 15

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = re.compile(
    r"(?<![\d/.-])(?:(?P<n1>\d{1,2})(?P<sep>[/.-])(?P<n2>\d{1,2})(?P=sep)(?P<y>(?:19|20)\d\d|\d\d)(?![\d/]|-\d|\.\d)"
    r"|(?P<y2>20\d\d|19\d\d)-(?P<m2>0[1-9]|1[0-2])-(?P<d2>0[1-9]|[12]\d|3[01])(?!\d)"
    rf"|\b(?P<mon>{_MONTH})\.? ?(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,? ?(?P<y3>(?:19|20)\d\d)\b"
    rf"|(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -](?P<mon4>{_MONTH})\.?,?[ -](?P<y4>(?:19|20)\d\d)\b)",
    re.IGNORECASE,
)
#: Labels of another event, as the last words before the date. Those of ``_TITLE_WORDS`` may also stand in
#: the title of the note itself ("F/U 3/4/25", "MEDIAL BRANCH BLOCK #1  5/6/25").
_OTHER = re.compile(
    r"\b(?:d\.?o\.?b|birth\w*|born|d\.?o\.?i|doi/doa|doa|d\.?o\.?l|injur\w*|accident|loss|crash|mv[ac]|onset|surger(?:y|ies)|operati(?:on|ve)|operated|fusion|"
    r"expir\w*|exp|valid|effective|through|thru|until|till|denial|denied|denies|determination|decision|appeal\w*|lmp|hire\w?|employ\w*|retire\w*|"
    r"last|previous|prior|next|due|since|from|started|began|mri|ct|x-?rays?|emg(?:/ncs)?|imaging|radiograph\w*|films?|stud(?:y|ies)|referr\w*|admission|admitted|"
    r"discharged?|death|died|refill\w*|filled|revised|rev|issued|return(?:s|ing)? (?:on|to|date|visit|in)|note|letter|"
    r"hospital on|then seen [^\n\d]{0,40})\b[^\n\d]{0,16}$|\b(?:to|and|after|before|by|in)\W{1,2}$",
    re.IGNORECASE,
)
_TITLE_WORDS = re.compile(
    r"\b(?:follow[- ]?up|f/u|return\w*|rtc|appointment|appt|scheduled|initial|first|series|blocks?|mbbs?|rfa|esi|injections?|therapy|form|completed)\b[^\n\d]{0,16}(?:# ?\d)?[^\n\d]{0,8}$",
    re.IGNORECASE,
)
#: Where the title of a note may stand, in characters.
_TITLE_HEAD = 250
#: A date further than this from the start of its line, in characters, stands in prose.
_BESIDE_TITLE = 60
_AFTER_OTHER = re.compile(
    r"\s*\(?\s*(?:d\.?o\.?b|birth|age\b|\d{2,3} ?(?:y\.?o|years? old|yrs? old))", re.IGNORECASE
)
#: Ranks of labels, best first.
_LABELS = (
    (0, re.compile(
        r"(?:\b(?:dates? of (?:this )?(?:service|visit|encounter|note|exam\w*|evaluation|consult\w*|contact|assessment|clinic|review|report)|d\.?o\.?s|d/s|"
        r"(?:visit|encounter|service|exam\w*|note|clinic|consult\w*|evaluation|review|appt) ?(?:date|dt)|date (?:seen|examined|evaluated)|today'?s date)"
        r"|^[\s*#>-]*(?:visit|office visit|clinic visit|encounter|clinic note|progress note|today|seen|date of (?:letter|request)))"
        r"[^\n\w]{0,6}(?:date)?[^\n\w]{0,14}$", re.IGNORECASE)),
    (1, re.compile(
        r"(?:(?:^|[|;,(\[.]|\s{2})[\s*#>-]*(?:dates?|dt|dated|d)|\bdate(?=\s?:)|\b(?:date of (?:submission|fax|dictation)|(?:letter|report|request|dictation) date|dictated(?: on)?|date dictated)"
        r"|\btoday|\b(?:seen|examined|evaluated)(?: today)?,?(?: on)?|\b(?:consultation|examination|evaluation)(?: and \w+)? on)"
        r"[^\n\w]{0,14}$", re.IGNORECASE)),
    (3, re.compile(
        r"\b(?:e-?signed|signed|electronically signed|signature|authenticated|completed on|transcribed|t|printed|faxed|received|rec'?d|reviewed|attest\w+)\b[^\n\d]{0,60}$", re.IGNORECASE)),
)  # fmt: skip
_PROCEDURE = re.compile(
    r"\b(?:date of (?:the )?(?:procedure|operation|surgery|injection|block|study|scan)|dop|doo|date performed|(?:procedure|operation|surgery|injection|block|study|scan) date|"
    r"^\W*performed(?: on)?)[^\n\w]{0,14}$",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"(?:[^\n\d]{0,30}\b)?(?:date\b[^\n\d]{0,20}|d\.?o\.?[bsil]\.?) ?:?|[^\n\d:]{2,30}:", re.IGNORECASE
)


def _value(m: re.Match[str], day_first: bool) -> dt.date | None:
    g = m.groupdict()
    if g["mon"] or g["mon4"]:
        year, day = int(g["y3"] or g["y4"]), int(g["d3"] or g["d4"])
        month = _MONTHS.index((g["mon"] or g["mon4"])[:3].lower()) + 1
    elif g["y2"]:
        year, month, day = int(g["y2"]), int(g["m2"]), int(g["d2"])
    else:
        year, month, day = int(g["y"]), int(g["n1"]), int(g["n2"])
        if day_first:
            month, day = day, month
        if year < 100:
            year += 2000 if year < 60 else 1900
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _day_first(matches: list[re.Match[str]]) -> bool:
    """Whether the note writes day before month: some date only reads so, and none only the other way."""
    pairs = [(int(m["n1"]), int(m["n2"])) for m in matches if m["n1"]]
    return any(a > 12 >= b for a, b in pairs) and not any(b > 12 >= a for a, b in pairs)


def _label(text: str, m: re.Match[str], floor: int) -> str:
    """The words that may label the date: on its line after the date before it, else a label alone on the line above."""
    line = text.rfind("\n", 0, m.start()) + 1
    label = text[max(line, floor, m.start() - 70) : m.start()]
    if label.strip(" \t|*-:") or line == 0:
        return label
    above = text[text.rfind("\n", 0, line - 1) + 1 : line - 1].strip()
    return above + " " if _ALONE.fullmatch(above) else label


def _starts_line(text: str, m: re.Match[str], label: str) -> bool:
    """Whether the label begins its line."""
    start = m.start() - len(label)
    return start == 0 or text[start - 1] == "\n"


def _rank(text: str, m: re.Match[str], floor: int, procedure: bool) -> int | None:
    """Rank of the date (0 best), 4 for one without a label, None for another event's."""
    label = _label(text, m, floor)
    if _AFTER_OTHER.match(text, m.end()):
        return None
    if _PROCEDURE.search(label):
        return 0 if procedure and _starts_line(text, m, label) else None
    for rank, pattern in _LABELS:
        if (found := pattern.search(label)) and not (rank and _OTHER.search(label[: found.start()])):
            return rank
    if _OTHER.search(label):
        return None
    if _TITLE_WORDS.search(label):
        return 2 if m.start() < _TITLE_HEAD and _starts_line(text, m, label) else None
    return 4


def _unlabelled(text: str, m: re.Match[str]) -> int | None:
    """Rank of a date without a label: 2 alone on its line, 5 beside a title, 6 at the note's end, None in prose."""
    start = text.rfind("\n", 0, m.start()) + 1
    beside = m.start() - start <= _BESIDE_TITLE and not text[start : m.start()].rstrip().lower().endswith(
        " on"
    )
    if m.start() < UNLABELLED_HEAD:
        stop = text.find("\n", m.end())
        rest = text[m.end() : stop if stop >= 0 else len(text)].strip()
        if not text[start : m.start()].strip(" \t|*-:,") and (not rest or m.start() < _TITLE_HEAD):
            return 2
        if beside:
            return 5
    return 6 if beside and m.start() >= len(text) - TAIL // 2 else None


def _ranked(text: str, procedure: bool) -> Iterator[tuple[int, int, dt.date]]:
    """(rank, offset, date) of each date that may be the note's."""
    matches = list(_DATE.finditer(text))
    day_first = _day_first(matches)
    values = [(m, _value(m, day_first)) for m in matches]
    newest = max((v for _, v in values if v), default=None)
    floor = 0
    for m, value in values:
        here, floor = floor, m.end()
        if value is None or newest is None or HEAD < m.start() < len(text) - TAIL:
            continue
        rank = _rank(text, m, here, procedure)
        if rank == 4:
            if newest.year - value.year >= BIRTH_YEARS:
                continue
            rank = _unlabelled(text, m)
        if rank is not None:
            yield rank, m.start(), value


def date_of_text(text: str, *, procedure: bool = False) -> dt.date | None:
    """The date that the note speaks from, or None where no date can be it.

    Parameters
    ----------
    text
        The note as ingested.
    procedure
        Whether the note reports a procedure: then the day of the procedure is the note's.
    """
    best = min(_ranked(text, procedure), key=lambda x: (x[0], x[1] if x[0] < 6 else -x[1]), default=None)
    return best[2] if best else None

"""Dates on which the complaint began: "since September 2024", "rear-ended on 11 February of this year", "D/I 4/16/25"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

from extractors.note import Sentence
from extractors.quantities import find_dates

_YEAR = re.compile(
    r"\b(?:since|in|onset|from|began|started|(?:dating|dates|dated|going|goes)(?: all the way)? back to)\s(?:at least |about |around |approximately |sometime in |(?:the )?(?P<part>early|mid|late|spring|summer|fall|autumn|winter|beginning|middle|end)[- ]?(?:of |in )?)*(?P<year>(?:19|20)\d\d)\b(?![/-]\d)",
    re.IGNORECASE,
)
_MONTH_OF = {
    "early": 2,
    "beginning": 1,
    "winter": 1,
    "spring": 4,
    "mid": 7,
    "middle": 7,
    "summer": 7,
    "fall": 10,
    "autumn": 10,
    "late": 11,
    "end": 12,
}
_SINCE = re.compile(
    r"\b(?:since|ever since|dating (?:back )?to|goes back to|dates (?:back )?to|from)\s(?:about |around |at least |early |late |mid |the (?:beginning|end|middle) of |\w{1,6}day,? )*$",
    re.I,
)
#: The "since" nearest the date: "since 2018, worse since June" tells of two.
_LAST_SINCE = re.compile(r"\bsince\b(?!.*\bsince\b)[^.;\n]{0,50}$", re.I)
_BEGAN = re.compile(
    r"\b(?:start\w*|began|begun|onset|develop\w*|occurr\w*|came on|noticed|first felt|appeared|sustained|injured|hurt|fell|happened|struck)\b[^.;\n]{0,60}$",
    re.I,
)
_RETURNED = re.compile(r"\b(?:return\w*|came back|recurr\w*|flar\w*)\b[^.;\n]{0,40}$", re.I)
_DOI = re.compile(
    r"(?:\bD/I|\bDOI|\bdate of (?:injury|accident|loss|onset)|\bD/A|\binjury date|\bonset(?: date)?|\b(?:MV[AC]|accident|injury|crash|collision)(?: on| of)?)[\s:(#-]{0,3}$",
    re.I,
)
_EVENT = re.compile(
    r"\b(?:rear-?end(?:ed|er)?|whiplash|found on|collision|crash|accident|MV[AC]|T-boned|fell|fall|slipped|lift(?:ed|ing)|bent|bend|twist\w*|strain\w*|pulled|pop|tripped|injur\w*|hit by|struck|thrown|moving an?|shovel\w*)\b",
    re.I,
)
_AND_PAIN = re.compile(
    r"^[^.;]{0,20}\b(?:and|with|,) ?(?:\w+ ){0,4}(?:had|felt|developed|noticed|immediate|sudden|onset)\b[^.;]{0,40}\b(?:pain|pop|ache|pull|tear|crack|snap|twinge|give|spasm)|^[;,][^.;]{0,30}\b(?:pain|ache|hurt\w*)\b[^.;]{0,30}\bsince\b(?! \d)",
    re.I,
)
_NOT_EVENT = re.compile(
    r"\b(?:surgery|fusion|block|injection|MRI|CT|x-?ray|ablation|RFA|visit|note|seen|evaluat\w*|underwent|procedure|denied|letter|DOB|born|signed|therapy|PT)\b",
    re.I,
)


def _resolved(
    value: dt.date | None, month: int | None, day: int | None, as_of: dt.date, after: str
) -> dt.date | None:
    """The date itself; one without a year is the latest of that name before the note."""
    if value is not None:
        return value
    if month is None:
        return None
    try:
        first = dt.date(as_of.year, month, day or 1)
        if first >= as_of or re.match(r"\s?(?:of )?last year", after, re.I):
            first = dt.date(as_of.year - 1, month, day or 1)
    except ValueError:
        return None
    return first


def onset_dates(
    sentence: Sentence,
    as_of: dt.date,
    clause: Callable[[str, int], str],
    governor: Callable[[str], str | None],
) -> Iterator[tuple[int, dt.date]]:
    """(rank, date) of each date in the sentence on which the complaint began; ranks as in ``onset``."""
    text = sentence.text
    for d in find_dates(text, as_of=as_of):
        first = _resolved(d.value, d.month, d.day, as_of, text[d.end : d.end + 14])
        if first is None or d.precision == "year" or first >= as_of or (as_of - first).days > 365 * 45:
            continue
        left = clause(text, d.start)
        since = _LAST_SINCE.search(left)
        by = governor(left[: since.start()] if since else left)
        if _AND_PAIN.match(text[d.end :]) and _EVENT.search(text[: d.start]):
            yield 3, first
        elif _DOI.search(left[-30:]):
            yield 3, first
        elif since and by == "own":
            yield 1, first
        elif _SINCE.search(left) and by is None and d.start <= 14 and sentence.section.category == "history":
            yield 4, first
        elif _BEGAN.search(left) and by == "own":
            yield 2, first
        elif _RETURNED.search(left) and by in ("own", None):
            yield 5, first
        elif _EVENT.search(text) and not _NOT_EVENT.search(text) and sentence.index < 25 and by != "other":
            yield 4, first
    for m in _YEAR.finditer(text):
        left = clause(text, m.start())
        since = _LAST_SINCE.search(left)
        told = _BEGAN.search(left) or (since and governor(left[: since.start()]) == "own")
        if (governor(left + m[0][:8]) != "own" and not (since and told)) or (
            m[0].lower().startswith("in") and not told
        ):
            continue
        if m["year"] is None:
            continue
        first = dt.date(int(m["year"]), _MONTH_OF.get((m["part"] or "mid").lower(), 7), 1)
        if first < as_of:
            yield 2, first

"""The stay in hospital that a discharge summary tells of: what was done in it is the note's own work."""

from __future__ import annotations

import datetime as dt
import re

from extractors.note import Note
from extractors.quantities import find_dates

_ADMITTED = re.compile(
    r"\b(?:admitted|admit(?: date)?|date of admission|admission(?: date)?|DOA)\b[^\n\d]{0,20}", re.I
)
_DISCHARGED = re.compile(r"\b(?:discharged?(?: date)?|date of discharge|D/?C(?: date)?)\b[^\n\d]{0,20}", re.I)
_MONTH_DAY = re.compile(r"(?<![\d/.-])(?P<m>1[0-2]|0?[1-9])/(?P<d>3[01]|[12]\d|0?[1-9])(?![\d/])")
#: How far down a summary names its dates, in characters.
_HEAD = 1500
_LONGEST = dt.timedelta(days=200)


def _date_behind(text: str, label: re.Pattern[str]) -> dt.date | None:
    for m in label.finditer(text[:_HEAD]):
        found = [
            d.value
            for d in find_dates(text[m.end() : m.end() + 24])
            if d.value and d.precision == "day" and d.start < 3
        ]
        if found:
            return found[0]
    return None


def _stay(note: Note) -> tuple[dt.date, dt.date] | None:
    first, last = _date_behind(note.text, _ADMITTED), _date_behind(note.text, _DISCHARGED)
    if first is None or last is None or not first <= last <= first + _LONGEST:
        return None
    return first, last


def stay(note: Note) -> tuple[dt.date, dt.date] | None:
    """First and last day of the stay, where the note's head names both; else None."""
    return note.once("stay", _stay)


def in_stay(note: Note, words: str) -> bool:
    """Whether ``words`` name a day of the stay; month and day are enough."""
    days = stay(note)
    if days is None:
        return False
    named = [
        (d.month, d.day, d.year if not d.inferred else None) for d in find_dates(words) if d.month and d.day
    ]
    named += [(int(m["m"]), int(m["d"]), None) for m in _MONTH_DAY.finditer(words)]
    return any(_within(days, month, day, year) for month, day, year in named)


def _within(days: tuple[dt.date, dt.date], month: int | None, day: int | None, year: int | None) -> bool:
    for own in sorted({days[0].year, days[1].year}):
        if year not in {None, own} or month is None or day is None:
            continue
        try:
            if days[0] <= dt.date(own, month, day) <= days[1]:
                return True
        except ValueError:
            return False
    return False

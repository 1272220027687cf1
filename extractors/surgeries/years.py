"""Years of operations: which numbers are none, and the year of a record's line."""

from __future__ import annotations

import datetime as dt
import re

from extractors.document import note_date
from extractors.note import Note
from extractors.quantities.dates import find_dates
from extractors.surgeries.phrases import Phrase

_RECORD = re.compile(r"\b(?:operative|op) (?:report|note)|\bsurger", re.IGNORECASE)
#: "9/18" is a month of 2018 or the 18th of September.
_MONTH_NUMBER = re.compile(r"(?<![\d/.-])(?P<month>1[0-2]|0?[1-9])/(?P<n>\d\d)(?![\d/%])")
_FIELD = re.compile(
    r"\b(?:year|date|when)s?\b[^\d\n]{0,16}(?:\d{1,2}/){0,2}(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE
)
_NEAR_NOTE = dt.timedelta(days=75)


def _after_note(note: Note, year: int) -> bool:
    """Whether a year lies after the note's: "02/26" was a month and a day."""
    today = note_date(note)
    return today is not None and year > today.year


def days_not_years(note: Note, p: Phrase) -> bool:
    """Drop years that were days ("9/18" a week before the note, "02/26" after it); True where a day lies ahead."""
    today = note_date(note)
    if today is None:
        return False
    ahead = False
    for m in _MONTH_NUMBER.finditer(p.sentence.text):
        year, month, day = 2000 + int(m["n"]), int(m["month"]), int(m["n"])
        if not 1 <= day <= 28:
            continue
        near = [dt.date(y, month, day) for y in (today.year - 1, today.year, today.year + 1)]
        day_named = min(near, key=lambda d: abs(d - today))
        if abs(day_named - today) <= _NEAR_NOTE:
            ahead = ahead or (day_named > today and year in p.years)
            p.not_years |= {year}
    p.years = tuple(y for y in p.years if y not in p.not_years and not _after_note(note, y))
    return ahead


def before_note(note: Note, year: int) -> bool:
    """Whether a year lies before the note: no date of a plan."""
    today = note_date(note)
    return today is not None and year < today.year


def form_year(note: Note, at: int) -> tuple[int, ...]:
    """Year in a form's field behind a ticked answer: the same line or the next ("Year: 2018")."""
    m = _FIELD.search("\n".join(note.text[at : at + 160].split("\n")[:2]))
    return (int(m["year"]),) if m else ()


def line_year(note: Note, p: Phrase) -> tuple[int, ...]:
    """Year of a record's line: "04/06/2022, operative report. L4-5 interbody fusion"."""
    at = p.sentence.span(p.start, p.end).start
    line = note.text[max(0, at - 140) : at].rsplit("\n", 1)[-1]
    if len(line) > 120 or not _RECORD.search(line):
        return ()
    found = find_dates(line[:40])
    value = next((d.value for d in found if d.value is not None and d.start <= 6), None)
    return (value.year,) if value else ()

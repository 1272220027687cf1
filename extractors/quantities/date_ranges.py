"""Stretches between two dates, and "since" phrases."""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from extractors.quantities.dates import DateMention, find_dates, resolve

_JOIN = re.compile(
    r"\s?(?:-|–|—|to|through|thru|until|till|til|up\sto|and\sended|ending|and)\s?(?:on\s)?(?:the\s)?", re.I
)
_OPEN = re.compile(
    r"\s?(?:-|–|—|to|through|until|till)\s?(?:the\s)?(?:present|date|now|today|current(?:ly)?|ongoing)\b",
    re.I,
)
_FROM = re.compile(r"\b(?:from|between|started|starting|began|dates?:?|during)\s(?:about\s)?$", re.I)
_SINCE = re.compile(
    r"\bsince\s(?:(?:about|around|roughly|approximately|early|late|mid|the|his|her|their|my|that"
    r"|an?|at\sleast|then|last)[\s-]){0,3}"
    r"(?P<event>d/c|discharge|surgery|operation|fusion|procedure|injury|accident|mva|mvc|mvi|fall"
    r"|collision|block|injection|rfa|ablation|childhood"
    r"|birth|visit|week|month|year|spring|summer|winter|autumn|incident|delivery|pregnancy|then"
    r"|highschool|college)?",
    re.I,
)


def _days(d: DateMention) -> tuple[date, date] | None:
    """First and last day that a date may mean; None for a year alone or an unknown year."""
    if d.year is None or d.month is None or d.value is None:
        return None
    if d.precision != "month":
        return d.value, d.value
    return date(d.year, d.month, 1), date(d.year, d.month, monthrange(d.year, d.month)[1])


def month_bounds(
    first: tuple[date, date] | None, last: tuple[date, date] | None
) -> tuple[float, float] | None:
    """Fewest and most weeks between two dates, each given by the first and last day that it may mean."""
    if first is None or last is None or last[1] < first[0]:
        return None
    fewest, most = max(0, (last[0] - first[1]).days + 1), (last[1] - first[0]).days + 1
    return round(fewest / 7, 2), round(most / 7, 2)


@dataclass(frozen=True, slots=True)
class DateRange:
    """From ``first`` to ``last`` (None where it is open: "to present").

    ``weeks`` is None unless both days are known; months and years count from their first day.
    """

    first: DateMention
    last: DateMention | None
    start: int
    end: int
    weeks: float | None
    open: bool = False

    @property
    def bounds(self) -> tuple[float, float] | None:
        """Fewest and most weeks where a date is a month without a day, both ends counted; else None."""
        if self.last is None or "month" not in (self.first.precision, self.last.precision):
            return None
        return month_bounds(_days(self.first), _days(self.last))


@dataclass(frozen=True, slots=True)
class Since:
    """A phrase such as "since January" or "since d/c": its date if one is named, else the event."""

    date: DateMention | None
    event: str
    start: int
    end: int
    kind: Literal["date", "event"] = "date"


def _inherit(first: DateMention, last: DateMention) -> DateMention:
    """Give the first of "October 7 through December 2, 2024" the year of the second, or the one before."""
    if (first.year is not None and not first.inferred) or last.year is None or first.month is None:
        return first
    bare = replace(first, year=None, value=None, inferred=False)
    later = (first.month, first.day or 1) > (last.month or 12, last.day or 28)
    return resolve(bare, last.year - 1 if later else last.year)


def _follow(first: DateMention, last: DateMention) -> DateMention:
    """Give the second of "October 7, 2024 to December 2" the year of the first, or the one after."""
    if (last.year is not None and not last.inferred) or first.year is None or last.month is None:
        return last
    bare = replace(last, year=None, value=None, inferred=False)
    earlier = (last.month, last.day or 28) < (first.month or 1, first.day or 1)
    return resolve(bare, first.year + 1 if earlier else first.year)


def _weeks(first: DateMention, last: DateMention) -> float | None:
    if first.value is None or last.value is None or "year" in (first.precision, last.precision):
        return None
    days = (last.value - first.value).days
    return round(days / 7, 2) if days > 0 else None


def find_date_ranges(
    text: str, default_year: int | None = None, base: int = 0, as_of: date | None = None
) -> list[DateRange]:
    """Ranges such as "from 3/4/25 to 4/29/25", "October 7 through December 2, 2024", "9/8/25-10/20/25"."""
    dates = find_dates(text, default_year, as_of=as_of)
    found: list[DateRange] = []
    skip = -1
    for i, first in enumerate(dates):
        if i == skip:
            continue
        lead = _FROM.search(text[max(0, first.start - 16) : first.start])
        start = (
            first.start
            if not lead
            else first.start - (16 if first.start >= 16 else first.start) + lead.start()
        )
        until_now = _OPEN.match(text, first.end)
        if until_now:
            found.append(DateRange(first, None, start + base, until_now.end() + base, None, open=True))
            continue
        if i + 1 == len(dates):
            break
        last = dates[i + 1]
        gap = text[first.end : last.start]
        if len(gap) > 16 or not _JOIN.fullmatch(gap):
            continue
        joined_by_and = "and" in gap.lower().split()
        if joined_by_and and not (lead and "between" in lead[0].lower()):
            continue
        first, last = _inherit(first, last), _follow(first, last)
        if first.value and last.value and last.value <= first.value:
            continue
        weeks = _weeks(first, last)
        moved = [replace(d, start=d.start + base, end=d.end + base) for d in (first, last)]
        found.append(DateRange(moved[0], moved[1], start + base, moved[1].end, weeks))
        skip = i + 1
    return found


def find_since(
    text: str, default_year: int | None = None, base: int = 0, as_of: date | None = None
) -> list[Since]:
    """Find "since" phrases, with the date or the event they start from."""
    dates = find_dates(text, default_year, as_of=as_of)
    starts = [d.start for d in dates]
    found: list[Since] = []
    for m in _SINCE.finditer(text):
        i = bisect_left(starts, m.start() + 5)
        day = dates[i] if i < len(dates) and starts[i] <= m.start() + 24 else None
        if day is not None and (not m["event"] or day.start <= m.start("event")):
            moved = replace(day, start=day.start + base, end=day.end + base)
            found.append(Since(moved, "", m.start() + base, moved.end))
        elif m["event"]:
            found.append(Since(None, m["event"].lower(), m.start() + base, m.end() + base, "event"))
    return found

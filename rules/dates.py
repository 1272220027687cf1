"""Partial dates: the first and the last day that a note's "2024" or "2024-12" may mean, and differences."""

from __future__ import annotations

import calendar
import datetime as dt
import math

#: Days of the whole calendar.
_CALENDAR = dt.date.max.toordinal()


def first_day(partial: str) -> dt.date:
    """Return the earliest day that a partial date may mean: ``2024`` gives 1 January 2024."""
    parts = [int(p) for p in partial.split("-")]
    return dt.date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


def last_day(partial: str) -> dt.date:
    """Return the latest day that a partial date may mean: ``2024-02`` gives 29 February 2024."""
    parts = [int(p) for p in partial.split("-")]
    if len(parts) == 3:
        return dt.date(*parts)
    month = parts[1] if len(parts) > 1 else 12
    return dt.date(parts[0], month, calendar.monthrange(parts[0], month)[1])


def is_day(partial: str | None) -> bool:
    """Whether a partial date names a day."""
    return partial is not None and partial.count("-") == 2


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the day so many months earlier, at the month's end where the month is shorter.

    What would lie outside the calendar (before the year 1, after 9999) is its first or its last day.
    """
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return dt.date.min if year < dt.MINYEAR else dt.date.max
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def shifted(day: dt.date, days: float) -> dt.date:
    """Return the day so many days later (earlier where negative), within the calendar's first and last day.

    Parameters
    ----------
    day
        Where to count from.
    days
        A fraction of a day is rounded down.
    """
    ordinal = day.toordinal() + math.floor(max(-_CALENDAR, min(_CALENDAR, days)))
    return dt.date.fromordinal(max(dt.date.min.toordinal(), min(dt.date.max.toordinal(), ordinal)))

"""Partial dates: the first and the last day that a note's "2024" or "2024-12" may mean, and differences."""

from __future__ import annotations

import calendar
import datetime as dt


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
    """Return the day so many months earlier, at the month's end where the month is shorter."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

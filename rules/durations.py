"""Lengths of time: one scale for what a note says ("3 months", "12 weeks") and what a policy asks.

A month is 4.345 weeks (30.415 days) and a year 365 days, as in ``corpora/GUIDELINES.md``. Both sides are held
against one another in whole days, a policy's months rounded down and a note's figure to the nearest day, so
that "6 months" in a note, and 26 weeks too, always reach "6 months" in a policy: a fraction of a day never
decides. Lengths between two calendar dates are counted by the calendar (``back``), never by this mean month.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from types import MappingProxyType

from rules.bounds import Interval, interval, number
from rules.dates import months_before, shifted
from rules.threshold import Threshold
from rules.values import Bound

#: Days of a month: 4.345 weeks (corpora/GUIDELINES.md).
MONTH = 4.345 * 7
DAYS: Mapping[str, float] = MappingProxyType(
    {"hours": 1 / 24, "days": 1.0, "weeks": 7.0, "months": MONTH, "years": 365.0}
)
_MONTHS: Mapping[str, int] = MappingProxyType({"months": 1, "years": 12})


def in_days(figure: float, unit: str) -> float:
    """Return a length in days.

    Raises
    ------
    ValueError
        Where the unit is none of hours, days, weeks, months and years.
    """
    if unit not in DAYS:
        raise ValueError(f"{unit!r} is no unit of time: write one of {', '.join(DAYS)}")
    return figure * DAYS[unit]


def asked_days(need: Threshold) -> float:
    """Return the length that a policy states, in days; whole days downwards from a week on.

    Raises
    ------
    ValueError
        Where the policy's unit is no unit of time.
    """
    days = in_days(need.value, need.parameter.unit or "")
    return float(math.floor(days + 1e-9)) if days >= DAYS["weeks"] else days


def span(figure: float, unit: str, bound: Bound = "exact") -> Interval:
    """Return what a stated length allows, in days: "more than 3 months" lies above 91.245."""
    return interval(in_days(figure, unit), bound)


def as_days(found: Interval, unit: str) -> Interval:
    """Return an interval of weeks (or another unit) in days."""
    one = in_days(1, unit)
    return Interval(found.low * one, found.high * one, found.low_open, found.high_open)


def lasts(need: Threshold, found: Interval) -> bool | None:
    """Whether a length satisfies the policy's; None where the bounds of the record leave that open.

    Parameters
    ----------
    need
        The policy's length with its unit (weeks, months) and comparison.
    found
        What the record allows, in days.
    """
    asked = asked_days(need)
    if asked >= DAYS["weeks"]:
        found = Interval(_whole(found.low), _whole(found.high), found.low_open, found.high_open)
    return Threshold(need.parameter, asked, need.comparison).holds(found)


def _whole(days: float) -> float:
    return days if math.isinf(days) else float(round(days))


def back(day: dt.date, need: Threshold) -> dt.date:
    """Return the day that lies the policy's length before a day: months and years by the calendar.

    Raises
    ------
    ValueError
        Where the policy's unit is no unit of time.
    """
    unit = need.parameter.unit or ""
    if unit in _MONTHS:
        return months_before(day, round(need.value * _MONTHS[unit]))
    return shifted(day, -round(in_days(need.value, unit)))


def told_days(days: float) -> str:
    """Return a length in days in the unit that a note would use: ``6 months``, ``12 weeks``, ``10 days``."""
    months = days / MONTH
    for unit, figure in (("month", months), ("week", days / DAYS["weeks"])):
        if round(figure) >= 1 and abs(figure - round(figure)) * DAYS[f"{unit}s"] < 0.5:
            return _plural(round(figure), unit)
    if days < 1:
        return _plural(days * 24, "hour")
    return _plural(days, "day")


def grain(days: float) -> float:
    """Return the unit, in days, to which a length is usually told: a month, a week or a day."""
    return next((DAYS[u] for u in ("months", "weeks") if days >= DAYS[u]), DAYS["days"])


def _plural(figure: float, unit: str) -> str:
    told = number(figure)
    return f"{told} {unit}" if told == "1" else f"{told} {unit}s"

"""Courses of conservative care: how long each lasted, how it ended, and when.

Courses that overlap are never added up: six weeks of tablets during four weeks of therapy are six weeks.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from rules.bounds import Interval, interval, number, reaches, told
from rules.case import Fact
from rules.dates import first_day, is_day, last_day, shifted
from rules.values import Therapy
from rules.view import CaseView

#: The response was inadequate. "Partial" is relief that did not suffice (corpora/GUIDELINES.md).
INADEQUATE = ("failed", "partial", "not_tolerated")
#: Assertions under which a course took place.
_REAL = ("present", "historical")


@dataclasses.dataclass(frozen=True)
class Course:
    """A course that took place.

    ``weeks`` is as stated, else from its two days, both counted, else from its two months, else None.
    ``span`` is what the record allows it to be. ``ended`` is the last day that it can have ended, None where
    the note gives no date or the course goes on.
    """

    fact: Fact[Therapy]
    weeks: float | None
    span: Interval | None
    started: dt.date | None
    ended: dt.date | None

    @property
    def name(self) -> str:
        """Return the modality in words."""
        return self.fact.value.modality.replace("_", " ")

    @property
    def length(self) -> str:
        """Return the length in words: ``4 to 6 weeks``, ``less than 6 weeks``, ``no duration``."""
        value = self.fact.value
        if value.weeks is not None:
            return f"{told(value.weeks, value.weeks_bound, value.weeks_low, value.weeks_high)} weeks"
        if self.span is None:
            return "no duration"
        low, high = number(self.span.low), number(self.span.high)
        return f"{low} weeks" if low == high else f"{low} to {high} weeks by its months"

    def reaches(self, least: float) -> bool | None:
        """Whether it lasted so many weeks; None where its bounds leave that open or it has no length."""
        return None if self.span is None else reaches(self.span, least)

    @property
    def inadequate(self) -> bool:
        """Whether the record says that the course did not help enough."""
        return self.fact.value.outcome in INADEQUATE


def _over_by(start: str | None, weeks: float | None, told: dt.date | None) -> dt.date | None:
    """Return the latest day on which a past course without an end can have ended, or None."""
    bounds = [told] if told else []
    if start and weeks is not None:
        bounds.append(shifted(last_day(start), weeks * 7))
    return min(bounds, default=None)


def _course(view: CaseView, fact: Fact[Therapy]) -> Course:
    value = fact.value
    start, end = value.start, value.end
    started = first_day(start) if start and is_day(start) else None
    ended = last_day(end) if end else None
    until = ended if is_day(end) else None
    if end is None and value.status == "current":
        until = view.date_of(fact)
    span = weeks_of(value)
    if span is None and started and until and until > started:
        days = (until - started).days + 1
        span = Interval(days / 7, days / 7)
    if span is None and start and end:
        span = _between_months(start, end)
    weeks = value.weeks if value.weeks is not None or span is None else (span.low + span.high) / 2
    if ended is None and value.status == "past":
        ended = _over_by(start, weeks, view.date_of(fact))
    return Course(fact, weeks, span, started, ended)


def weeks_of(value: Therapy) -> Interval | None:
    """Return what the record allows the stated length to be, in weeks; None without a figure.

    The first and the last day both belong to a course: where the figure is the distance between its two days,
    one day is added (1 December to 11 January are 42 days). A length in the record's own words stands as it
    is: 41 days are 41 days.
    """
    if value.weeks is None:
        return None
    days = _between_days(value)
    if value.weeks_bound == "exact" and days is not None and days == round(value.weeks * 7):
        return Interval((days + 1) / 7, (days + 1) / 7)
    return interval(value.weeks, value.weeks_bound, value.weeks_low, value.weeks_high)


def _between_days(value: Therapy) -> int | None:
    """Return the days from the first day to the last, None unless the record dates both by the day."""
    if not (value.start and value.end and is_day(value.start) and is_day(value.end)):
        return None
    return (last_day(value.end) - first_day(value.start)).days


def _between_months(start: str, end: str) -> Interval | None:
    """Return the weeks between two dates of which at least one is a month only; None where one is a year."""
    if min(start.count("-"), end.count("-")) < 1 or last_day(end) <= first_day(start):
        return None
    fewest = max(0, (first_day(end) - last_day(start)).days + 1)
    return Interval(fewest / 7, ((last_day(end) - first_day(start)).days + 1) / 7)


def courses(view: CaseView) -> tuple[Course, ...]:
    """Return the courses that took place or go on; planned, declined and denied ones are not among them."""
    return tuple(
        _course(view, f)
        for f in view.case.therapies
        if f.value.status in ("past", "current") and f.assertion in _REAL
    )


def not_taken(view: CaseView) -> tuple[Fact[Therapy], ...]:
    """Return care that is planned, declined or told as never tried."""
    return tuple(
        f
        for f in view.case.therapies
        if f.assertion in ("planned", "declined", "absent")
        or (f.value.status in ("planned", "declined") and f.assertion in _REAL)
    )


def successive_weeks(found: tuple[Course, ...]) -> float:
    """Return the weeks that dated courses cover together, overlap counted once; 0 without two dates."""
    spans = sorted(
        (c.started, shifted(c.started, c.weeks * 7)) for c in found if c.started and c.weeks is not None
    )
    days, reached = 0, dt.date.min
    for start, end in spans:
        days += max(0, (end - max(start, reached)).days)
        reached = max(reached, end)
    return days / 7 if len(spans) > 1 else 0.0

"""Courses of conservative care: how long each lasted, how it ended, and when.

Courses that overlap are never added up: six weeks of tablets during four weeks of therapy are six weeks.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

from rules.case import Fact
from rules.dates import first_day, is_day, last_day
from rules.values import Therapy
from rules.view import CaseView

#: The response was inadequate. "Partial" is relief that did not suffice (corpora/GUIDELINES.md).
INADEQUATE = ("failed", "partial", "not_tolerated")
#: Assertions under which a course took place.
_REAL = ("present", "historical")


@dataclasses.dataclass(frozen=True)
class Course:
    """A course that took place.

    ``weeks`` is as stated, else from its two days, else None. ``ended`` is the last day that it can have
    ended, None where the note gives no date or the course goes on.
    """

    fact: Fact[Therapy]
    weeks: float | None
    started: dt.date | None
    ended: dt.date | None

    @property
    def name(self) -> str:
        """Return the modality in words."""
        return self.fact.value.modality.replace("_", " ")

    @property
    def inadequate(self) -> bool:
        """Whether the record says that the course did not help enough."""
        return self.fact.value.outcome in INADEQUATE


def _over_by(start: str | None, weeks: float | None, told: dt.date | None) -> dt.date | None:
    """Return the latest day on which a past course without an end can have ended, or None."""
    bounds = [told] if told else []
    if start and weeks is not None:
        bounds.append(last_day(start) + dt.timedelta(weeks=weeks))
    return min(bounds, default=None)


def _course(view: CaseView, fact: Fact[Therapy]) -> Course:
    value = fact.value
    start, end = value.start, value.end
    started = first_day(start) if start and is_day(start) else None
    ended = last_day(end) if end else None
    until = ended if is_day(end) else None
    if end is None and value.status == "current":
        until = view.date_of(fact)
    weeks = value.weeks
    if weeks is None and started and until and until > started:
        weeks = (until - started).days / 7
    if ended is None and value.status == "past":
        ended = _over_by(start, weeks, view.date_of(fact))
    return Course(fact, weeks, started, ended)


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
        (c.started, c.started + dt.timedelta(weeks=c.weeks))
        for c in found
        if c.started and c.weeks is not None
    )
    days, reached = 0, dt.date.min
    for start, end in spans:
        days += max(0, (end - max(start, reached)).days)
        reached = max(reached, end)
    return days / 7 if len(spans) > 1 else 0.0

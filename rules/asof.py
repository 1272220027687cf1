"""The case as it stood on the day asked: what the record dates later is no evidence for that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from rules.case import Case, Fact
from rules.dates import first_day

#: Statuses that tell of something done. What is planned may lie ahead.
_DONE = ("past", "performed", "current")


def _therapy(value: Any) -> tuple[str | None, ...]:
    return (value.start, value.end)


def _dated(value: Any) -> tuple[str | None, ...]:
    return (value.date,)


def _surgery(value: Any) -> tuple[str | None, ...]:
    return (str(value.year) if value.year else None,)


#: Families whose facts are events, with the dates that a value itself carries.
_EVENTS: Mapping[str, Callable[[Any], tuple[str | None, ...]]] = {
    "therapies": _therapy,
    "injections": _dated,
    "ablations": _dated,
    "surgeries": _surgery,
    "imaging": _dated,
}


def _is_late(fact: Fact[Any], own: tuple[str | None, ...], told: dt.date | None, on: dt.date) -> bool:
    """Whether an event lies after the day: by its own dates, else by the date of the document."""
    if fact.assertion not in ("present", "historical") or getattr(fact.value, "status", "past") not in _DONE:
        return False
    dates = [first_day(d) for d in own if d]
    return max(dates) > on if dates else told is not None and told > on


def as_of(case: Case, on: dt.date | None) -> tuple[Case, tuple[Fact[Any], ...]]:
    """Split off the events that lie after the day.

    An event is dated by what the note says of it (a month counts from its first day, a course of care by its
    last date), else by its document. Symptoms and codes are no events and stay.

    Returns
    -------
    The case without the later events, and those events.
    """
    if on is None:
        return case, ()
    told = {d.id: d.date for d in case.documents}
    late: list[Fact[Any]] = []
    kept: dict[str, tuple[Fact[Any], ...]] = {}
    for family, dates in _EVENTS.items():
        facts: tuple[Fact[Any], ...] = getattr(case, family)
        after = [f for f in facts if _is_late(f, dates(f.value), told.get(f.document), on)]
        late += after
        kept[family] = tuple(f for f in facts if f not in after)
    return (case.model_copy(update=kept), tuple(late)) if late else (case, ())

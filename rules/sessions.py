"""Procedures in time: when each can have taken place, which statements tell of one, how many sessions.

A note's "January 2026" is a span of days, and a procedure without a date took place at some time before it
was told. Counts are therefore intervals: the fewest sessions that the statements need and the most that they
allow. Procedures of one day are one session, whatever their sides and levels.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from rules.bounds import Interval
from rules.case import Fact
from rules.dates import first_day, last_day
from rules.view import CaseView


@dataclasses.dataclass(frozen=True)
class Event:
    """A procedure that took place, with the first and the last day on which it can have been.

    ``told`` is False where the record gives no date at all: it lies before its document, no more is known.
    """

    fact: Fact[Any]
    first: dt.date
    last: dt.date
    told: bool

    @property
    def is_day(self) -> bool:
        """Whether the day is known."""
        return self.first == self.last

    @property
    def when(self) -> str:
        """The date as far as it is known: ``2026-01-05``, ``2026-01``, ``no date``."""
        if not self.told:
            return "no date"
        return self.first.isoformat() if self.is_day else str(self.fact.value.date)


def event_of(view: CaseView, fact: Fact[Any]) -> Event:
    """Date a past injection or ablation: by its own date, else, if done in that note, by the document's."""
    own, written = fact.value.date, view.date_of(fact)
    if own:
        last = last_day(own)
        return Event(fact, first_day(own), max(first_day(own), _earlier(last, view.on, written)), True)
    if fact.value.status == "performed" and written:
        return Event(fact, written, written, True)
    return Event(fact, dt.date.min, _earlier(dt.date.max, view.on, written), False)


def _earlier(day: dt.date, *others: dt.date | None) -> dt.date:
    return min((day, *(d for d in others if d)))


def in_time(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return events from the earliest to the latest, by the last day on which each can have been."""
    return tuple(sorted(events, key=lambda e: (e.last, e.first, e.fact.id)))


def same_event(one: Event, other: Event) -> bool:
    """Whether two statements tell of one procedure.

    Of one day and one place; or, in two documents, of times that agree and figures that do not differ; or,
    without dates, the same figure at the same levels in two documents.
    """
    a, b = one.fact.value, other.fact.value
    if not _one_place(a, b):
        return False
    agree = None in (a.percent_relief, b.percent_relief) or a.percent_relief == b.percent_relief
    if a.date and a.date == b.date:
        return _one_side(a, b) and (one.is_day or agree)
    if one.fact.document == other.fact.document:
        return False
    if one.told and other.told:
        if one.is_day and other.is_day:
            return one.first == other.first and _one_side(a, b)
        return one.first <= other.last and other.first <= one.last and agree and _one_side(a, b)
    return bool(a.percent_relief == b.percent_relief and set(a.levels) == set(b.levels))


def _one_side(a: Any, b: Any) -> bool:
    return a.laterality == b.laterality or "unknown" in (a.laterality, b.laterality)


def _one_place(a: Any, b: Any) -> bool:
    """Whether side and levels of two statements can be those of one procedure."""
    if {a.laterality, b.laterality} == {"left", "right"}:
        return False
    return not a.levels or not b.levels or bool(_vertebrae(a.levels) & _vertebrae(b.levels))


def _vertebrae(levels: Sequence[str]) -> set[str]:
    return {name for level in levels for name in level.upper().split("-")}


def each_once(view: CaseView, facts: Iterable[Fact[Any]]) -> tuple[Fact[Any], ...]:
    """Return procedures told more than once a single time: the statement that has a figure of relief."""
    kept: list[Event] = []
    # Statements of two known days that differ are never one; the others are compared.
    by_day: dict[dt.date | None, set[int]] = {}
    for fact in facts:
        event = event_of(view, fact)
        day = event.first if event.is_day else None
        near = sorted(by_day.get(day, set()) | by_day.get(None, set())) if day else range(len(kept))
        known = next((n for n in near if same_event(kept[n], event)), None)
        if known is None:
            by_day.setdefault(day, set()).add(len(kept))
            kept.append(event)
        elif kept[known].fact.value.percent_relief is None and fact.value.percent_relief is not None:
            by_day.setdefault(day, set()).add(known)
            kept[known] = event
    return tuple(e.fact for e in kept)


def count(events: Sequence[Event], after: dt.date | None = None, before: dt.date | None = None) -> Interval:
    """Return how many sessions lie between two days, neither of which is counted: the fewest and the most.

    Parameters
    ----------
    events
        Procedures; those of one day are one session.
    after, before
        The ends of the window; None where it has none. A window of twelve months that reaches back from
        1 March 2026 lies after 1 March 2025.
    """
    low, high = after or dt.date.min, before or dt.date.max
    may = [e for e in events if (after is None or e.last > low) and (before is None or e.first < high)]
    surely = [e for e in may if (after is None or e.first > low) and (before is None or e.last < high)]
    most = len({e.first for e in may if e.is_day}) + sum(not e.is_day for e in may)
    return Interval(_fewest(surely), most)


def _fewest(events: Iterable[Event]) -> int:
    """Return the fewest days that meet every event's span: each span is met by the end of an earlier one."""
    sessions, day = 0, None
    for event in sorted(events, key=lambda e: e.last):
        if day is None or event.first > day:
            sessions, day = sessions + 1, event.last
    return sessions


def days_between(one: Event, other: Event) -> Interval:
    """Return how many days can lie between two events, whichever was first."""
    apart = ((other.first - one.last).days, (one.first - other.last).days)
    return Interval(max(0, *apart), max((other.last - one.first).days, (one.last - other.first).days))

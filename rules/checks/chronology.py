"""Events of the record with their days.

Days are as the record states them: of a month or a year alone every day counts, so that an order is called
impossible only where no reading of the dates allows it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from rules import values as v
from rules.case import Fact
from rules.dates import first_day, last_day
from rules.view import CaseView

#: What is done and dated, with the fields that date it.
_DATED: Mapping[type[v.Value], tuple[str, ...]] = {
    v.Therapy: ("start", "end"),
    v.Injection: ("date",),
    v.Ablation: ("date",),
    v.Surgery: ("year",),
    v.ImagingStudy: ("date",),
}
_DONE = ("past", "performed")


@dataclasses.dataclass(frozen=True)
class Event:
    """Something done: its fact, the dates that the record states for it, and its document's date."""

    fact: Fact[Any]
    dates: tuple[str, ...]
    #: The date of the document that tells it; None where that has none, and for what a what-if supposes.
    told: dt.date | None

    @property
    def earliest(self) -> dt.date | None:
        """The first day on which it may have been; None where nothing dates it."""
        return min((first_day(d) for d in self.dates), default=None)

    @property
    def latest(self) -> dt.date | None:
        """The last day on which it may have been; None where nothing dates it."""
        return max((last_day(d) for d in self.dates), default=None)


def day_first(partial: str) -> str | None:
    """Return a day with day and month changed about, as some records write them; None where it is none."""
    parts = partial.split("-")
    if len(parts) < 3:
        return None
    try:
        return dt.date(int(parts[0]), int(parts[2]), int(parts[1])).isoformat()
    except ValueError:
        return None


def _done(fact: Fact[Any]) -> bool:
    """Whether a fact tells of something done: not planned, denied, suspected or another person's."""
    return fact.assertion in ("present", "historical") and getattr(fact.value, "status", "past") in _DONE


def events(view: CaseView) -> tuple[Event, ...]:
    """Return what was done, dated or not, in the order of the record.

    What the record dates after the day asked is among them: no other check counts it, but its order is
    judged all the same.
    """
    case = view.case
    every: tuple[Fact[Any], ...] = (
        *case.therapies, *case.injections, *case.ablations, *case.surgeries, *case.imaging, *view.later,
    )  # fmt: skip
    found = []
    for fact in every:
        if not _done(fact):
            continue
        stated = (getattr(fact.value, field) for field in _DATED[type(fact.value)])
        dates = tuple(str(date) for date in stated if date)
        found.append(Event(fact, dates, view.date_of(fact) if fact.quote else None))
    return tuple(found)

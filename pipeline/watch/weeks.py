"""What the results of a span of weeks hold, in numbers: no case, no text."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import UsageError
from pipeline.store import Store
from pipeline.store.following import Counted, counted
from pipeline.watch.counts import counts_of

#: A re-check tells of documents again that were counted when they came in.
LEFT_OUT: Final = ("recheck",)


@dataclass(frozen=True, order=True)
class Week:
    """An ISO week, in UTC."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-W{self.number:02}"

    @property
    def monday(self) -> dt.date:
        """Its first day."""
        return dt.date.fromisocalendar(self.year, self.number, 1)

    def __sub__(self, weeks: int) -> Week:
        return _week_of(self.monday - dt.timedelta(weeks=weeks))

    @property
    def next(self) -> Week:
        """The week after it."""
        return self - -1

    def span(self) -> tuple[float, float]:
        """Its start and its end, seconds since the epoch."""
        start = dt.datetime.combine(self.monday, dt.time(), dt.UTC)
        return start.timestamp(), (start + dt.timedelta(weeks=1)).timestamp()

    def before(self, weeks: int) -> list[Week]:
        """The weeks before it, the earliest first."""
        return [self - n for n in range(weeks, 0, -1)]


def _week_of(day: dt.date) -> Week:
    year, number, _ = day.isocalendar()
    return Week(year, number)


def week_at(now: float) -> Week:
    """The week of a moment (seconds since the epoch)."""
    return _week_of(dt.datetime.fromtimestamp(now, dt.UTC).date())


def week_named(text: str) -> Week:
    """The week that ``2026-W30`` names; UsageError for anything else."""
    found = re.fullmatch(r"([12][0-9]{3})-W([0-9]{2})", text)
    try:
        if not found:
            raise ValueError
        week = Week(int(found[1]), int(found[2]))
        week.span()
    except ValueError:
        raise UsageError("--week", "is no ISO week", "write e.g. 2026-W30") from None
    return week


class _Numbers(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Facts(_Numbers):
    """Facts of a family: results that have some, and the sums of facts a document and of its squares."""

    present: int = Field(0, ge=0)
    total: float = Field(0.0, ge=0)
    squares: float = Field(0.0, ge=0)


class Tally(_Numbers):
    """The results of some weeks in numbers.

    ``findings`` counts results that have the finding at least once.
    """

    results: int = Field(0, ge=0)
    #: Results without counts (of an older release); they are part of nothing else here.
    uncounted: int = Field(0, ge=0)
    answers: dict[str, int] = Field(default_factory=dict)
    findings: dict[str, int] = Field(default_factory=dict)
    facts: dict[str, Facts] = Field(default_factory=dict)
    #: Results by the versions that made them.
    versions: dict[str, int] = Field(default_factory=dict)

    def add(self, one: Counted) -> None:
        """Count a result."""
        counts = counts_of(one.summary)
        if counts is None:
            self.uncounted += 1
            return
        self.results += 1
        self.answers[one.answer] = self.answers.get(one.answer, 0) + 1
        self.versions[one.versions] = self.versions.get(one.versions, 0) + 1
        for name in counts.findings:
            self.findings[name] = self.findings.get(name, 0) + 1
        for name, n in counts.facts.items():
            family = self.facts.setdefault(name, Facts())
            family.present += 1
            family.total += n / counts.documents
            family.squares += (n / counts.documents) ** 2


class Baseline(_Numbers):
    """What a week is held against; a file of it is JSON."""

    form: str = Field("notewarrant-baseline/1", pattern=r"^notewarrant-baseline/1$")
    weeks: list[str]
    tally: Tally


def tally(store: Store, weeks: Iterable[Week]) -> Tally:
    """The results of some weeks; of several results of a question within a week only the newest counts."""
    out = Tally()
    for week in weeks:
        with store.database.transaction(write=False) as c:
            for one in counted(c, *week.span(), but=LEFT_OUT):
                out.add(one)
    return out


def last_whole_week(store: Store) -> Week:
    """The week before this one."""
    with store.database.transaction(write=False) as c:
        return week_at(store.database.now(c)) - 1


def baseline_before(store: Store, week: Week, weeks: int) -> Baseline:
    """The weeks before a week."""
    span = week.before(weeks)
    return Baseline(weeks=[str(w) for w in span], tally=tally(store, span))


def baseline_from(text: str) -> Baseline:
    """A baseline that was stored; ValueError where the text is none."""
    data: Any = json.loads(text)
    return Baseline.model_validate(data)

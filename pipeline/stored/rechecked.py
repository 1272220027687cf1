"""Stored cases under today's policy and rules: assessed from their structured case, recorded.

The notes are not read again: what was extracted stays, what the rules make of it is today's. The new result
stands beside the old one, under the versions of the old extraction and of today's rules.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import and_, exists, func, select

from pipeline.errors import DocumentError, UsageError, contained
from pipeline.policies import known_policies, policy_named
from pipeline.store import Job, Store
from pipeline.store.schema import job, version_set
from pipeline.summary import summary_json
from rules.assessment import Assessment
from rules.engine import assess
from rules.policy import Policy
from rules.replay import Replayed, replay
from rules.versions import versions

#: Stored results in memory at a time.
_PART: Final = 50


class Rechecked(BaseModel):
    """What became of the stored cases whose policy or rules are no longer today's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: Policies under which cases were assessed anew.
    policies: tuple[str, ...]
    #: Cases whose stored result is of another policy version, or of other rules.
    outdated: int = 0
    #: New results.
    recorded: int = 0
    #: New results that there would be, where nothing was recorded (``dry_run``).
    would_record: int = 0
    #: Cases that had today's result already, or got it from somebody else meanwhile, or were erased.
    known: int = 0
    #: Of the new results (or those that there would be): the answer stayed and some finding turned.
    findings_turned: int = 0
    #: Of the new results: those whose answer turned, in the store's order.
    flips: tuple[Replayed, ...] = ()
    #: Ids of jobs whose result today's rules cannot read, or on which they fail; the others go on.
    unreadable: tuple[int, ...] = ()
    #: Policies of stored results that are not known here (any more).
    unknown_policies: tuple[str, ...] = ()
    #: Nothing was recorded: this is what would have been.
    dry_run: bool = False

    def counts(self) -> dict[str, int]:
        """Counts alone, for orchestrators and logs."""
        return {
            "outdated": self.outdated, "recorded": self.recorded, "known": self.known,
            "findings_turned": self.findings_turned, "flips": len(self.flips),
            "unreadable": len(self.unreadable),
        }  # fmt: skip


@dataclass(frozen=True)
class _Task:
    """From the stored results of a policy to results of one as it is today."""

    source: str
    policy: Policy
    today: Mapping[str, str]
    #: Digests of the sets of versions whose results are not today's.
    outdated: tuple[str, ...]


def _sets(store: Store, policy: str) -> dict[str, dict[str, str]]:
    query = select(version_set.c.digest, version_set.c.versions).where(
        exists().where(
            and_(job.c.versions == version_set.c.digest, job.c.policy == policy, job.c.state == "done")
        )
    )
    with store.database.transaction(write=False) as c:
        return {r.digest: json.loads(r.versions) for r in c.execute(query)}


def _policies(store: Store) -> list[str]:
    with store.database.transaction(write=False) as c:
        return list(c.execute(select(job.c.policy).where(job.c.state == "done").distinct()).scalars())


def _task(store: Store, source: str, policy: Policy) -> _Task:
    today = versions(policy)
    other = [
        digest
        for digest, found in _sets(store, source).items()
        if source != policy.id or any(found.get(name) != value for name, value in today.items())
    ]
    return _Task(source, policy, today, tuple(other))


def _newest(task: _Task) -> Any:
    """The condition for the newest result of every question that is not today's."""
    newer = job.alias()
    return and_(
        job.c.state == "done",
        job.c.policy == task.source,
        job.c.versions.in_(task.outdated),
        ~exists().where(
            and_(newer.c.subject == job.c.subject, newer.c.state == "done", newer.c.id > job.c.id)
        ),
    )


def _rows(store: Store, task: _Task) -> Iterator[Any]:
    query = (
        select(job, version_set.c.versions.label("set"))
        .join(version_set, version_set.c.digest == job.c.versions)
        .where(_newest(task))
        .order_by(job.c.id)
        .limit(_PART)
    )
    last = 0
    while True:
        with store.database.transaction(write=False) as c:
            rows = c.execute(query.where(job.c.id > last)).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id


def _job(row: Any, task: _Task, on: dt.date | None) -> Job:
    """The stored question, under the versions of its extraction and of today's rules."""
    return Job(
        case_id=row.case_id,
        documents=tuple(json.loads(row.documents)),
        paths=tuple(json.loads(row.paths)),
        policy=task.policy.id,
        versions={**json.loads(row.set), **task.today},
        as_of=on.isoformat() if on else row.as_of,
        request=json.loads(row.request),
        llm=row.llm,
        patient=row.patient,
        source="recheck",
    )


def assessed_anew(stored: Assessment, policy: Policy, on: dt.date | None = None) -> Assessment:
    """A stored case under a policy as it is today, on the day of the stored result unless another is asked.

    What came from reading the notes (facts, notices, the extraction's versions) stays as it was.
    """
    now = assess(stored.case, policy, on or stored.on)
    merged = dict(sorted({**stored.versions, **now.versions}.items()))
    return now.model_copy(update={"versions": merged, "notices": stored.notices})


def _turned(before: Assessment, after: Assessment) -> bool:
    def outcomes(a: Assessment) -> dict[str, str]:
        return {f.id: f.outcome for f in a.findings if f.outcome != "not_applicable"}

    return outcomes(before) != outcomes(after)


class _Recheck:
    """One run: counts, flips, and whom to tell."""

    def __init__(
        self,
        store: Store,
        on: dt.date | None,
        dry_run: bool,
        tick: Callable[[], object],
        flipped: Callable[[Replayed], object],
    ) -> None:
        self.store = store
        self.on = on
        self.dry_run = dry_run
        self.tick = tick
        self.flipped = flipped
        self.outdated = self.recorded = self.known = self.findings_turned = 0
        self.flips: list[Replayed] = []
        self.unreadable: list[int] = []

    def run(self, task: _Task) -> None:
        part: list[Any] = []
        for row in _rows(self.store, task):
            part.append(row)
            if len(part) == _PART:
                self._part(task, part)
                part = []
        self._part(task, part)

    def _part(self, task: _Task, rows: list[Any]) -> None:
        wanted = {row.id: _job(row, task, self.on) for row in rows}
        there = self.store.ids(j.key for j in wanted.values())
        missing = [i for i, j in wanted.items() if j.key not in there]
        payloads = {s.id: s.payload for s in self.store.results(missing, states=("done",))}
        for row in rows:
            self.outdated += 1
            # Known, or erased since the row was read.
            if (payload := payloads.get(row.id)) is None:
                self.known += 1
            else:
                self._one(task, row, payload, wanted[row.id])
            self.tick()

    def _one(self, task: _Task, row: Any, payload: str, wanted: Job) -> None:
        try:
            with contained(str(row.id)):
                stored = Assessment.model_validate_json(payload)
                now = assessed_anew(stored, task.policy, self.on)
                turned = _turned(stored, now)
                told = replay(stored, task.policy, self.on) if turned else None
                answer, new, summary = now.determination.answer, now.model_dump_json(), summary_json(now)
        except (DocumentError, ValidationError):
            self.unreadable.append(row.id)
            return
        flips = answer != stored.determination.answer
        if flips and told is None:  # the answer turned though no finding did: the rules weigh otherwise
            told = replay(stored, task.policy, self.on)
        if told is not None and flips:
            # Told before it is recorded: a run that is killed here tells it again, and loses none.
            self.flipped(told)
        if not self.dry_run:
            since = row.created if row.source == "recheck" else row.updated
            if not self.store.record(wanted, answer, new, summary, origin=row.id, since=since):
                self.known += 1
                return
        self.recorded += 1
        if told is not None and flips:
            self.flips.append(told)
        elif turned:
            self.findings_turned += 1


def tasks(store: Store, policy: str | None = None, old: str | None = None) -> tuple[list[_Task], list[str]]:
    """What there is to do, and policies of stored results that are not known here."""
    there = sorted(_policies(store))
    if policy is not None:
        new = policy_named(policy)
        if (source := old or new.id) not in there:
            raise UsageError(
                "--from" if old else "--policy", f"no stored result was made under {source!r}",
                f"the store's policies: {', '.join(there) or 'none'}"
                + ("" if old else f"; write --from to check others under {new.id}"),
            )  # fmt: skip
        return [_task(store, source, new)], []
    known = known_policies()  # a policy file that is faulty is an error, none that is not known
    found = [_task(store, name, policy_named(name)) for name in there if name in known]
    return found, [name for name in there if name not in known]


def to_do(store: Store, found: list[_Task]) -> int:
    """How many stored cases the tasks concern, for a progress bar."""
    with store.database.transaction(write=False) as c:
        return sum(
            c.execute(select(func.count()).select_from(job).where(_newest(t))).scalar_one() for t in found
        )


def recheck_store(
    store: Store,
    policy: str | None = None,
    old: str | None = None,
    on: dt.date | None = None,
    *,
    dry_run: bool = False,
    total: Callable[[int], object] = lambda n: None,
    tick: Callable[[], object] = lambda: None,
    flipped: Callable[[Replayed], object] = lambda r: None,
) -> Rechecked:
    """Assess stored cases anew where their policy or the rules have changed, and record the results.

    The newest result of every question counts. A second run finds nothing to do; of two at once each case is
    recorded by one. Stored results that stay readable are never altered.

    Parameters
    ----------
    store
        The store.
    policy
        Id or file of a policy; by default every policy that stored results were made under.
    old
        Results of this policy are assessed under ``policy``; by default those of ``policy`` itself.
    on
        The day asked; by default that of each stored result.
    dry_run
        Record nothing.
    total
        Called once with the number of cases.
    tick
        Called after each case.
    flipped
        Called with each flip before its result is recorded.

    Raises
    ------
    UsageError
        For an unknown policy or one that no stored result was made under, a policy file that is faulty,
        or ``old`` without ``policy``.
    OutputError
        Where the store cannot be used; what was recorded stays.
    """
    if old is not None and policy is None:
        raise UsageError("--from", "needs the policy to go to", "add --policy NEW")
    found, unknown = tasks(store, policy, old)
    total(to_do(store, found))
    run = _Recheck(store, on, dry_run, tick, flipped)
    for task in found:
        if task.outdated:
            run.run(task)
    return Rechecked(
        policies=tuple(t.policy.id for t in found), outdated=run.outdated,
        recorded=0 if dry_run else run.recorded, would_record=run.recorded if dry_run else 0,
        known=run.known, findings_turned=run.findings_turned, flips=tuple(run.flips),
        unreadable=tuple(run.unreadable), unknown_policies=tuple(unknown), dry_run=dry_run,
    )  # fmt: skip

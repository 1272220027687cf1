"""Looking into the store; nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, select

from pipeline.store.connection import Database
from pipeline.store.leases import free, unseen
from pipeline.store.parts import CHUNK, Limits, chunks
from pipeline.store.rows import Stored, stored
from pipeline.store.schema import STATES, audit_head, job, result, version_set


@dataclass(frozen=True)
class Overview:
    """The queue at a glance; ages are seconds, counts are of jobs."""

    states: dict[str, int]
    #: Of the jobs that wait or are in hand; None where there is none.
    oldest_waiting: float | None
    #: Waiting jobs that may not be tried yet.
    backing_off: int
    #: Dead letters by code.
    dead: dict[str, int] = field(default_factory=dict)
    #: Waiting jobs by attempts so far.
    attempts: dict[int, int] = field(default_factory=dict)
    #: Jobs by source; empty where that was not asked for.
    sources: dict[str, int] = field(default_factory=dict)
    #: Processes that hold jobs.
    workers: int = 0
    #: Results of the last minute and the last hour.
    last_minute: int = 0
    last_hour: int = 0
    #: When the last result was finished (seconds since the epoch); None where there is none.
    last_result: float | None = None
    #: Waiting jobs of versions that no worker has had of late, and digests of those versions.
    left_behind: int = 0
    left_versions: tuple[str, ...] = ()
    #: When a worker last looked for work, to the minute (seconds since the epoch); None where none ever did.
    worker_seen: float | None = None
    #: Number and hash of the audit trail's last entry.
    audit_seq: int = 0
    audit_head: str = ""


def ids_of(c: Connection, keys: Iterable[str]) -> dict[str, int]:
    """Row ids by key, of the keys that the store knows."""
    out: dict[str, int] = {}
    for part in chunks(list(keys)):
        rows = c.execute(select(job.c.key, job.c.id).where(job.c.key.in_(part)))
        out.update({row.key: row.id for row in rows})
    return out


def pending(c: Connection, now: float, ids: Iterable[int], limits: Limits) -> list[int]:
    """Those of the rows that a worker may claim now, fewest attempts first."""
    found: list[tuple[int, int]] = []
    for part in chunks(list(ids)):
        rows = c.execute(select(job.c.attempts, job.c.id).where(job.c.id.in_(part), free(now, limits)))
        found += [(attempts, i) for attempts, i in rows]
    return [i for _, i in sorted(found)]


def next_due(
    c: Connection, now: float, ids: Iterable[int] | None, versions: Sequence[str] | None, limits: Limits
) -> float | None:
    """Seconds until the first waiting row may be tried; None where none waits."""
    due = case((free(now, limits), now), else_=job.c.not_before)
    query = select(func.min(due)).where(job.c.state == "queued")
    if versions is not None:
        query = query.where(job.c.versions.in_(versions))
    found: list[float] = []
    for part in [None] if ids is None else list(chunks(list(ids))):
        soonest = c.execute(query if part is None else query.where(job.c.id.in_(part))).scalar()
        if soonest is not None:
            found.append(soonest)
    return max(0.0, min(found) - now) if found else None


def counts(c: Connection, ids: Iterable[int] | None = None) -> dict[str, int]:
    """Rows by state (all states, also those with none), of the whole store or of some rows."""
    out = dict.fromkeys(STATES, 0)
    query = select(job.c.state, func.count()).group_by(job.c.state)
    for part in [None] if ids is None else list(chunks(list(ids))):
        for state, n in c.execute(query if part is None else query.where(job.c.id.in_(part))):
            out[state] += n
    return out


def _since(c: Connection, then: float) -> int:
    return c.execute(select(func.count()).where(result.c.finished > then)).scalar_one()


def overview(c: Connection, now: float, limits: Limits, *, sources: bool = True) -> Overview:
    """The queue at a glance; ``sources`` costs a walk over all jobs."""
    waiting = job.c.state.in_(("queued", "leased"))
    # By ids, which an index has at hand, instead of by all times.
    first = select(func.min(job.c.id)).where(waiting).scalar_subquery()
    oldest = c.execute(select(job.c.created).where(job.c.id == first)).scalar()

    def grouped(column: ColumnElement[object], where: ColumnElement[bool] | None = None) -> dict[object, int]:
        query = select(column, func.count()).group_by(column).order_by(column)
        rows = c.execute(query if where is None else query.where(where)).all()
        return {row[0]: row[1] for row in rows}

    owners = c.execute(select(job.c.owner).where(job.c.state == "leased").distinct()).scalars()
    old = select(version_set.c.digest).where(unseen(now, limits.adopt_after))
    left = c.execute(old).scalars().all()
    behind = grouped(job.c.versions, and_(job.c.state == "queued", job.c.versions.in_(left))) if left else {}
    head = c.execute(select(audit_head.c.seq, audit_head.c.hash)).one()
    return Overview(
        states=counts(c),
        oldest_waiting=None if oldest is None else max(0.0, now - oldest),
        backing_off=c.execute(
            select(func.count()).where(job.c.state == "queued", job.c.attempts > 0, not_(free(now, limits)))
        ).scalar_one(),
        dead={str(k): n for k, n in grouped(job.c.error_code, job.c.state == "dead").items()},
        attempts={int(str(k)): n for k, n in grouped(job.c.attempts, waiting).items()},
        sources={str(k): n for k, n in grouped(job.c.source).items()} if sources else {},
        # A process names each of its batches anew; the last part of the name is the batch's.
        workers=len({str(owner).rpartition(":")[0] or owner for owner in owners}),
        last_minute=_since(c, now - 60),
        last_hour=_since(c, now - 3600),
        last_result=c.execute(select(func.max(result.c.finished))).scalar(),
        left_behind=sum(behind.values()),
        left_versions=tuple(str(k) for k in behind),
        worker_seen=c.execute(select(func.max(version_set.c.signed))).scalar() or None,
        audit_seq=head.seq,
        audit_head=head.hash,
    )


def results(
    database: Database,
    ids: Iterable[int] | None = None,
    *,
    payloads: bool = True,
    where: ColumnElement[bool] | None = None,
) -> Iterator[Stored]:
    """Rows in the order of their ids, read in parts so that a large store fits in memory."""
    columns = [*job.c, result.c.answer, *([result.c.payload] if payloads else [])]
    query = select(*columns).select_from(job.outerjoin(result, result.c.job == job.c.id)).order_by(job.c.id)
    if where is not None:
        query = query.where(where)
    if ids is not None:
        for part in chunks(sorted(set(ids))):
            with database.transaction(write=False) as c:
                rows = c.execute(query.where(job.c.id.in_(part))).all()
            yield from (stored(row._asdict()) for row in rows)
        return
    last = 0
    while True:
        with database.transaction(write=False) as c:
            rows = c.execute(query.where(job.c.id > last).limit(CHUNK)).all()
        if not rows:
            return
        yield from (stored(row._asdict()) for row in rows)
        last = rows[-1].id

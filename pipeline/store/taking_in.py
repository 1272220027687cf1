"""Jobs into the store: each key once, however often it is delivered."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection, and_, func, select, update

from pipeline.store.audit import Event, append
from pipeline.store.job import Job, canonical
from pipeline.store.leases import lock
from pipeline.store.parts import REQUEUED, chunks, insert, one_at_a_time
from pipeline.store.schema import RETENTION, job, version_set

#: Dead letters of these codes wait for their file: a new delivery of the same document brings it.
_WAIT_FOR_FILE: Final = ("MISSING", "CHANGED")


def know(c: Connection, now: float, sets: Mapping[str, Mapping[str, str]]) -> None:
    """Note sets of versions by their digests, each once, numbered in the order in which they come."""
    known = set(c.execute(select(version_set.c.digest).where(version_set.c.digest.in_(list(sets)))).scalars())
    if known >= sets.keys():
        return
    one_at_a_time(c)
    last = c.execute(select(func.coalesce(func.max(version_set.c.number), 0))).scalar_one()
    for digest, versions in sets.items():
        if digest not in known:
            last += 1
            c.execute(
                insert(c, version_set)
                .values(digest=digest, versions=canonical(dict(versions)), number=last, seen=now)
                .on_conflict_do_nothing()
            )


def add_versions(c: Connection, now: float, jobs: Sequence[Job]) -> None:
    """Note the sets of versions of the jobs, each once."""
    know(c, now, {j.versions_digest: j.versions for j in jobs})


def row_of(j: Job, now: float) -> dict[str, Any]:
    """The job as a new row."""
    code, kind = j.error or (None, None)
    return {
        "key": j.key, "subject": j.subject, "case_id": j.case_id, "patient": j.patient,
        "documents": json.dumps(j.documents), "request": canonical(dict(j.request)), "policy": j.policy,
        "as_of": j.as_of, "llm": j.llm, "versions": j.versions_digest, "paths": json.dumps(j.paths),
        "source": j.source, "state": "dead" if j.error else "queued", "token": 0, "attempts": 0,
        "not_before": 0.0, "error_code": code, "error_class": kind, "created": now, "updated": now,
    }  # fmt: skip


def _asked_by_newer(c: Connection, part: Sequence[Job]) -> set[str]:
    """Subjects that wait for versions met later than the job's own (an older release asks again)."""
    number = {r.digest: r.number for r in c.execute(select(version_set.c.digest, version_set.c.number))}
    mine = {j.subject: number[j.versions_digest] for j in part}
    waiting = c.execute(
        select(job.c.subject, job.c.versions).where(
            job.c.subject.in_(list(mine)), job.c.state.in_(("queued", "leased"))
        )
    )
    return {r.subject for r in waiting if number[r.versions] > mine[r.subject]}


def _erased(c: Connection, part: Sequence[Job]) -> set[str]:
    """Subjects that somebody had erased: a new delivery, or a new release, does not bring them back."""
    mine = job.c.subject.in_([j.subject for j in part])
    gone = and_(mine, job.c.state == "erased", job.c.erased_by.is_distinct_from(RETENTION))
    return set(c.execute(select(job.c.subject).where(gone)).scalars())


def revive(c: Connection, now: float, delivered: Mapping[str, Job], **more: object) -> list[tuple[int, Job]]:
    """Fill in anew, under their ids, the jobs (by key) that their age erased; ``more`` are other values."""
    rows = c.execute(
        select(job.c.id, job.c.key)
        .where(job.c.key.in_(list(delivered)), job.c.state == "erased", job.c.erased_by == RETENTION)
        .order_by(job.c.id)
    ).all()
    for row in rows:
        values = {**row_of(delivered[row.key], now), "erased_by": None, **more}
        del values["token"]  # who had it in hand before is fenced as ever
        c.execute(update(job).where(job.c.id == row.id).values(values))
    return [(row.id, delivered[row.key]) for row in rows]


def _supersede(c: Connection, now: float, new: Sequence[Job]) -> list[Event]:
    """Nobody would want the answers of older versions that nobody has begun to make."""
    # Where one delivery holds a question for two sets of versions, the later one stands.
    last = {j.subject: j.versions_digest for j in new if j.error is None}
    by_versions: dict[str, list[str]] = defaultdict(list)
    for subject, digest in last.items():
        by_versions[digest].append(subject)
    events: list[Event] = []
    for digest, subjects in by_versions.items():
        gone = lock(c, and_(job.c.subject.in_(subjects), job.c.versions != digest, job.c.state == "queued"))
        c.execute(update(job).where(job.c.id.in_(gone)).values(state="superseded", updated=now))
        events += [Event("superseded", i, {}) for i in gone]
    return events


def _again(c: Connection, now: float, delivered: Mapping[str, Job]) -> list[Event]:
    """Known jobs that were delivered again: a new place of their files, another round where that may help."""
    events: list[Event] = []
    known = c.execute(
        select(job.c.id, job.c.key, job.c.state, job.c.paths, job.c.error_code).where(
            job.c.key.in_(list(delivered)), job.c.state.in_(("queued", "dead", "superseded"))
        )
    ).all()
    for row in known:
        j = delivered[row.key]
        paths = json.dumps(j.paths)
        still = and_(job.c.id == row.id, job.c.state == row.state)
        if j.error or (row.state == "queued" and row.paths == paths):
            continue
        if row.state == "queued":
            c.execute(update(job).where(still).values(paths=paths))
            continue
        helps = row.error_code in _WAIT_FOR_FILE if row.state == "dead" else not _answered(c, row.id)
        if (
            helps
            and c.execute(
                update(job).where(still).values({**REQUEUED, "paths": paths, "updated": now})
            ).rowcount
        ):
            events.append(Event("requeued", row.id, {"why": "delivered again"}))
    return events


def _answered(c: Connection, superseded: int) -> bool:
    """Whether the versions that superseded a job have answered its question, or still may."""
    other = job.alias()
    return (
        c.execute(
            select(other.c.id)
            .join(job, job.c.subject == other.c.subject)
            .where(job.c.id == superseded, other.c.state.in_(("queued", "leased", "done")))
        ).first()
        is not None
    )


@dataclass(frozen=True)
class TakenIn:
    """How many jobs of a delivery were ``new``, and how many were left out since they were ``erased``."""

    new: int = 0
    erased: int = 0


def enqueue(c: Connection, now: float, jobs: Sequence[Job]) -> TakenIn:
    """Add the jobs that the store does not know (see ``Store.enqueue``)."""
    keys = Counter(j.key for j in jobs)
    unique = list({j.key: j for j in jobs}.values())
    one_at_a_time(c)
    add_versions(c, now, unique)
    added = left_out = 0
    events: list[Event] = []
    for part in chunks(unique):
        late, erased = _asked_by_newer(c, part), _erased(c, part)
        left_out += sum(keys[j.key] for j in part if j.subject in erased)
        wanted = {j.key: j for j in part if j.subject not in erased and (j.subject not in late or j.error)}
        if not wanted:
            continue
        rows = [row_of(j, now) for j in wanted.values()]
        made = c.execute(
            insert(c, job).values(rows).on_conflict_do_nothing().returning(job.c.id, job.c.key)
        ).all()
        new = [(r.id, wanted.pop(r.key)) for r in made]
        for i, j in revive(c, now, wanted):
            new.append((i, wanted.pop(j.key)))
        new.sort(key=itemgetter(0))
        added += len(new)
        for i, j in new:
            events.append(
                Event("taken_in", i, {"key": j.key, "source": j.source, "documents": len(j.documents)})
            )
            if j.error:
                events.append(Event("dead", i, {"code": j.error[0], "class": j.error[1], "attempts": 0}))
        events += _supersede(c, now, [j for _, j in new])
        events += _again(c, now, wanted)
    append(c, now, events)
    return TakenIn(added, left_out)

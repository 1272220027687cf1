"""What became of a job: result and state in one transaction, refused where the lease has passed on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, and_, select, update

from pipeline.store.audit import Event, append
from pipeline.store.failpoints import failpoint
from pipeline.store.job import Job
from pipeline.store.leases import held, lock
from pipeline.store.parts import REQUEUED, Limits, chunks, insert, one_at_a_time
from pipeline.store.rows import Claimed
from pipeline.store.schema import job, result
from pipeline.store.taking_in import add_versions, revive, row_of


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def finish(c: Connection, now: float, row: Claimed, answer: str, payload: str, summary: str) -> bool:
    """Write result and state at once; False, and nothing written, where the lease is lost.

    A second call after a commit whose confirmation got lost finds its own work done, and says so.
    """
    mine = c.execute(
        update(job)
        .where(held(row))
        .values(state="done", owner=None, lease_until=None, error_code=None, error_class=None, updated=now)
    ).rowcount
    if not mine:
        own = select(job.c.id).where(job.c.id == row.id, job.c.token == row.token, job.c.state == "done")
        return c.execute(own).first() is not None
    c.execute(
        result.insert().values(job=row.id, answer=answer, payload=payload, summary=summary, finished=now)
    )
    detail = {"key": row.key, "answer": answer, "payload": _sha(payload), "token": row.token}
    append(c, now, [Event("done", row.id, detail)])
    failpoint("finishing")
    return True


def fail(c: Connection, now: float, row: Claimed, code: str, kind: str, final: bool, limits: Limits) -> bool:
    """Note an error by code and class; a final one, and the last try, make the job a dead letter."""
    attempts = c.execute(select(job.c.attempts).where(held(row))).scalar()
    if attempts is None:
        return False
    dead = final or attempts >= limits.attempts
    changed = c.execute(
        update(job)
        .where(held(row))
        .values(
            state="dead" if dead else "queued", owner=None, lease_until=None, error_code=code,
            error_class=kind, not_before=0.0 if dead else now + limits.delay(attempts), updated=now,
        )
    ).rowcount  # fmt: skip
    if changed:
        detail = {"code": code, "class": kind, "attempts": attempts}
        append(c, now, [Event("dead" if dead else "retry", row.id, detail)])
    return changed == 1


def record(
    c: Connection,
    now: float,
    j: Job,
    answer: str,
    payload: str,
    summary: str,
    origin: int | None,
    since: float | None,
) -> bool:
    """Add a job with its result (a stored case that was checked again); see ``Store.record``."""
    one_at_a_time(c)
    if origin is not None:
        found = c.execute(select(job.c.state).where(job.c.id == origin)).scalar()
        if found != "done":
            return False
    add_versions(c, now, [j])
    row = {**row_of(j, now), "state": "done", "created": now if since is None else since}
    made = c.execute(insert(c, job).values(row).on_conflict_do_nothing().returning(job.c.id)).scalar()
    if made is None:
        ended = {"state": "done", "created": row["created"]}
        made = next((i for i, _ in revive(c, now, {j.key: j}, **ended)), None)
    if made is None:
        return False
    c.execute(result.insert().values(job=made, answer=answer, payload=payload, summary=summary, finished=now))
    append(c, now, [
        Event("taken_in", made, {"key": j.key, "source": j.source, "documents": len(j.documents)}),
        Event("done", made, {"key": j.key, "answer": answer, "payload": _sha(payload), "token": 0}),
    ])  # fmt: skip
    failpoint("finishing")
    return True


def requeue(c: Connection, now: float, ids: Sequence[int]) -> int:
    """Give dead letters another round of tries under their ids; return how many."""
    events: list[Event] = []
    one_at_a_time(c)
    for part in chunks(sorted(set(ids))):
        back = lock(c, and_(job.c.id.in_(part), job.c.state == "dead"))
        c.execute(update(job).where(job.c.id.in_(back)).values({**REQUEUED, "updated": now}))
        events += [Event("requeued", i, {"why": "replayed"}) for i in back]
    append(c, now, events)
    return len(events)

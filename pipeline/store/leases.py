"""Who works on what until when: claims under a lease, fenced by a token that counts the claims."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from pipeline.store.audit import Event, append
from pipeline.store.job import key_of
from pipeline.store.owners import owner_is_gone
from pipeline.store.parts import REQUEUED, Limits, chunks, one_at_a_time
from pipeline.store.rows import Claimed, claimed
from pipeline.store.schema import job, version_set

#: Ids that a claim may be asked to choose from.
_MOST_IDS = 30_000
#: A lease that ends later than this beyond the longest one was given by a clock that has been set back since.
_DAY = 86_400.0


def held(row: Claimed) -> ColumnElement[bool]:
    """The condition under which a worker may still write: nobody has claimed the row since.

    The token counts the claims; but a claim whose commit a dying server lost was never counted, and the next
    one has the same number. Its owner tells the two apart.
    """
    return and_(
        job.c.id == row.id, job.c.token == row.token, job.c.owner == row.owner, job.c.state == "leased"
    )


def free(now: float, limits: Limits) -> ColumnElement[bool]:
    """The condition under which a row may be claimed."""
    # No wait is longer than the cap: what waits longer was put off by a clock that has been set back since.
    due = or_(job.c.not_before <= now, job.c.not_before > now + limits.backoff_cap)
    return and_(job.c.state == "queued", due)


def lock(c: Connection, where: ColumnElement[bool], *, skip: bool = False) -> list[int]:
    """Lock rows in the order of their ids, as everybody does, so that no two wait for each other."""
    query = select(job.c.id).where(where).order_by(job.c.id)
    return list(c.execute(query.with_for_update(skip_locked=skip)).scalars())


def reclaim(c: Connection, now: float, limits: Limits) -> int:
    """Take back leases that ran out or whose owner is gone; give up rows that crashed too often.

    Returns how many rows were taken back.
    """
    owners = c.execute(select(job.c.owner).where(job.c.state == "leased").distinct()).scalars()
    gone = [o for o in owners if o and owner_is_gone(o)]
    over = or_(job.c.lease_until < now, job.c.lease_until > now + limits.lease + _DAY)
    lost = and_(job.c.state == "leased", or_(over, job.c.owner.in_(gone)))
    rows = c.execute(
        select(job.c.id, job.c.attempts).where(lost).order_by(job.c.id).with_for_update(skip_locked=True)
    ).all()
    events = []
    values: dict[str, object]
    for row in rows:
        if row.attempts >= limits.attempts:
            values = {"state": "dead", "error_code": "CRASH", "error_class": None}
            events.append(Event("dead", row.id, {"code": "CRASH", "class": None, "attempts": row.attempts}))
        else:
            # A row that was only claimed, never begun, is not to blame and need not wait.
            wait = limits.delay(row.attempts) if row.attempts else 0.0
            values = {"state": "queued", "not_before": now + wait}
            events.append(Event("lease_lost", row.id, {"attempts": row.attempts}))
        c.execute(
            update(job).where(job.c.id == row.id).values(owner=None, lease_until=None, updated=now, **values)
        )
    append(c, now, events)
    return len(rows)


def claim(
    c: Connection,
    now: float,
    owner: str,
    n: int,
    *,
    ids: Sequence[int] | None,
    versions: Sequence[str] | None,
    lease: float,
    limits: Limits,
) -> list[Claimed]:
    """Take up to ``n`` free rows, fewest attempts first; other claimers pass over what this one is taking."""
    query = select(job.c.id).where(free(now, limits)).order_by(job.c.attempts, job.c.id).limit(n)
    if ids is not None:
        query = query.where(job.c.id.in_(list(ids)[:_MOST_IDS]))
    if versions is not None:
        query = query.where(job.c.versions.in_(versions))
    chosen = list(c.execute(query.with_for_update(skip_locked=True)).scalars())
    out: list[Claimed] = []
    for part in chunks(chosen):
        c.execute(
            update(job)
            .where(job.c.id.in_(part))
            .values(state="leased", owner=owner, lease_until=now + lease, token=job.c.token + 1, updated=now)
        )
        rows = c.execute(
            select(job, version_set.c.versions.label("set"))
            .join(version_set, version_set.c.digest == job.c.versions)
            .where(job.c.id.in_(part))
            .order_by(job.c.attempts, job.c.id)
        )
        out += [claimed(row._asdict()) for row in rows]
    return out


def begin(c: Connection, now: float, row: Claimed, lease: float) -> bool:
    """Count an attempt at the row and renew all leases of its owner; False where the lease is lost."""
    renew(c, now, row.owner, lease)
    # Counted from what was claimed: a second call, after a commit whose confirmation got lost, adds nothing.
    begun = {"attempts": row.attempts + 1, "updated": now}
    return c.execute(update(job).where(held(row)).values(begun)).rowcount == 1


def renew(c: Connection, now: float, owner: str, lease: float) -> int:
    """A sign of life: the owner's leases run from now; return how many it still has."""
    mine = and_(job.c.owner == owner, job.c.state == "leased")
    lock(c, mine)
    return c.execute(update(job).where(mine).values(lease_until=now + lease)).rowcount


def release(c: Connection, now: float, owner: str) -> int:
    """Give back what the owner still holds; return how many rows."""
    mine = and_(job.c.owner == owner, job.c.state == "leased")
    lock(c, mine)
    return c.execute(
        update(job).where(mine).values(state="queued", owner=None, lease_until=None, updated=now)
    ).rowcount


def sign(c: Connection, now: float, versions: Sequence[str]) -> None:
    """Note that a worker of these sets of versions is alive; at most one write a minute."""
    stale = and_(
        version_set.c.digest.in_(versions),
        or_(version_set.c.signed < now - 60, version_set.c.signed > now + 60),
    )
    # Whoever has one of them locked signs it at this moment.
    query = select(version_set.c.digest).where(stale).with_for_update(skip_locked=True, key_share=True)
    if mine := list(c.execute(query).scalars()):
        c.execute(update(version_set).where(version_set.c.digest.in_(mine)).values(seen=now, signed=now))


def unseen(now: float, seconds: float) -> ColumnElement[bool]:
    """The condition for sets of versions that no worker has had for so long.

    One that was seen in the future was seen by a clock that has been set back since; who has it signs anew.
    """
    return or_(version_set.c.seen < now - seconds, version_set.c.seen > now + 60)


def _copy(c: Connection, now: float, waiting: int, erased: int, key: str) -> Event:
    """Ask a waiting job's question under the id that it had for these versions before its age erased it."""
    names = ("case_id", "patient", "documents", "request", "as_of", "paths", "source")
    asked = c.execute(select(*(job.c[n] for n in names)).where(job.c.id == waiting)).one()._asdict()
    values = {**asked, **REQUEUED, "erased_by": None, "created": now, "updated": now}
    c.execute(update(job).where(job.c.id == erased).values(values))
    told = {"key": key, "source": asked["source"], "documents": len(json.loads(asked["documents"]))}
    return Event("taken_in", erased, told)


def adopt(c: Connection, now: float, versions: Mapping[str, str], unseen_for: float) -> int:
    """Move waiting jobs whose versions no worker has any more to this worker's versions.

    Parameters
    ----------
    versions
        Digest of this worker's set of versions by policy; each is known to the store.
    unseen_for
        Seconds since a worker last had a job's versions.

    Returns
    -------
    int
        How many jobs moved; those whose question these versions know already are superseded, and where that
        one was itself superseded (a newer release came and went) it waits again in their place.
    """
    one_at_a_time(c)
    left = select(version_set.c.digest).where(unseen(now, unseen_for))
    rows = c.execute(
        select(job.c.id, job.c.subject, job.c.policy, job.c.versions)
        .where(
            job.c.state == "queued", job.c.policy.in_(list(versions)),
            job.c.versions.not_in(list(versions.values())), job.c.versions.in_(left),
        )
        .order_by(job.c.id).limit(5000).with_for_update(skip_locked=True)
    ).all()  # fmt: skip
    events = []
    for row in rows:
        key = key_of(row.subject, versions[row.policy])
        if known := c.execute(select(job.c.id, job.c.state).where(job.c.key == key)).first():
            c.execute(update(job).where(job.c.id == row.id).values(state="superseded", updated=now))
            events.append(Event("superseded", row.id, {}))
            if known.state == "superseded":
                c.execute(update(job).where(job.c.id == known.id).values({**REQUEUED, "updated": now}))
                events.append(Event("requeued", known.id, {"why": "newer versions are gone"}))
            elif known.state == "erased":  # by its age, else this one were, too
                events.append(_copy(c, now, row.id, known.id, key))
        else:
            c.execute(
                update(job)
                .where(job.c.id == row.id)
                .values(key=key, versions=versions[row.policy], updated=now)
            )
            events.append(Event("adopted", row.id, {"key": key, "from": row.versions}))
    append(c, now, events)
    return len(rows)

"""The ledger: who works on what until when, and the results. The orchestrator only drives it.

A worker claims rows under a lease, says before each row that it begins it (that counts the attempt, so that
batch-mates are not blamed for a crash), and writes result and state in one transaction, which is refused
where the lease has passed to somebody else.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from pipeline.store.connection import Database
from pipeline.store.job import Job, canonical
from pipeline.store.owners import owner_is_gone
from pipeline.store.rows import Claimed, Stored, claimed, stored
from pipeline.store.schema import STATES, result, version_set

#: Tries after which a row that ends in faults or crashes is given up.
MAX_ATTEMPTS: Final = 3
#: A lease outlives the slowest document by far; dead owners on this machine are found without waiting for it.
LEASE_SECONDS: Final = 900.0
#: SQLite allows some thousand bound values a statement.
_CHUNK: Final = 500


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for i in range(0, len(values), _CHUNK):
        yield values[i : i + _CHUNK]


class Store:
    """Results in one SQLite file.

    Parameters
    ----------
    path
        The file; made, readable for its owner only, where it does not exist.
    now
        The clock, seconds since the epoch (for leases and time stamps only, never for a result).

    Raises
    ------
    OutputError
        From every method, where the database cannot be used.
    """

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self.path = path
        self._now = now
        self._db = Database(path)

    def __enter__(self) -> Store:
        """Use as a context manager that closes the store."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._db.close()

    def enqueue(self, jobs: Iterable[Job]) -> int:
        """Add the jobs that the store does not know, in one transaction; return how many were new.

        Rows that wait for other versions of the same question are superseded: nobody would claim them.
        """
        wanted = list(jobs)
        added = 0
        now = self._now()
        with self._db.transaction() as c:
            for job in wanted:
                c.execute(
                    insert(version_set)
                    .values(digest=job.versions_digest, versions=canonical(dict(job.versions)))
                    .on_conflict_do_nothing()
                )
                code, kind = job.error or (None, None)
                row = {
                    "key": job.key, "subject": job.subject, "case_id": job.case_id,
                    "documents": json.dumps(job.documents), "request": canonical(job.request),
                    "policy": job.policy, "as_of": job.as_of, "llm": job.llm,
                    "versions": job.versions_digest,
                    "paths": json.dumps(job.paths), "state": "failed" if job.error else "queued",
                    "attempts": 0,
                    "error_code": code, "error_class": kind, "created": now, "updated": now,
                }  # fmt: skip
                new = c.execute(insert(result).values(row).on_conflict_do_nothing()).rowcount
                added += new
                if new:
                    c.execute(
                        update(result)
                        .where(
                            result.c.subject == job.subject,
                            result.c.versions != job.versions_digest,
                            result.c.state == "queued",
                        )
                        .values(state="dead", error_code="SUPERSEDED", updated=now)
                    )
                else:  # the same case from another place: the files may be there only
                    c.execute(
                        update(result)
                        .where(result.c.key == job.key, result.c.state == "queued")
                        .values(paths=row["paths"])
                    )
        return added

    def ids(self, keys: Iterable[str]) -> dict[str, int]:
        """Row ids by key, of the keys that the store knows."""
        out: dict[str, int] = {}
        with self._db.transaction() as c:
            for part in _chunks(list(keys)):
                rows = c.execute(select(result.c.key, result.c.id).where(result.c.key.in_(part)))
                out.update({row.key: row.id for row in rows})
        return out

    def pending(self, ids: Iterable[int]) -> list[int]:
        """Those of the rows that a worker may claim now, fewest attempts first."""
        found: list[tuple[int, int]] = []
        with self._db.transaction() as c:
            self._reclaim(c)
            for part in _chunks(list(ids)):
                rows = c.execute(
                    select(result.c.attempts, result.c.id).where(result.c.id.in_(part), self._free())
                )
                found += [(attempts, i) for attempts, i in rows]
        return [i for _, i in sorted(found)]

    def claim(
        self,
        owner: str,
        n: int,
        ids: Sequence[int] | None = None,
        versions: Sequence[str] | None = None,
        lease: float = LEASE_SECONDS,
    ) -> list[Claimed]:
        """Take up to ``n`` free rows for ``lease`` seconds: of ``ids``, and of those digests of versions."""
        now = self._now()
        with self._db.transaction() as c:
            self._reclaim(c)
            query = select(result.c.id).where(self._free()).order_by(result.c.attempts, result.c.id).limit(n)
            if ids is not None:
                query = query.where(result.c.id.in_(list(ids)[:30_000]))
            if versions is not None:
                query = query.where(result.c.versions.in_(versions))
            chosen = list(c.execute(query).scalars())
            out: list[Claimed] = []
            for part in _chunks(chosen):
                c.execute(
                    update(result)
                    .where(result.c.id.in_(part))
                    .values(state="leased", owner=owner, lease_until=now + lease, updated=now)
                )
                rows = c.execute(
                    select(result, version_set.c.versions.label("set"))
                    .join(version_set, version_set.c.digest == result.c.versions)
                    .where(result.c.id.in_(part))
                    .order_by(result.c.attempts, result.c.id)
                )
                out += [claimed(row._asdict()) for row in rows]
        return out

    def begin(self, owner: str, row_id: int, lease: float = LEASE_SECONDS) -> bool:
        """Count an attempt at the row and renew the owner's leases; False where the lease is lost."""
        now = self._now()
        with self._db.transaction() as c:
            held = c.execute(
                update(result)
                .where(self._held(owner, row_id))
                .values(attempts=result.c.attempts + 1, updated=now)
            ).rowcount
            if held:
                c.execute(
                    update(result)
                    .where(result.c.owner == owner, result.c.state == "leased")
                    .values(lease_until=now + lease)
                )
        return held == 1

    def finish(self, owner: str, row_id: int, answer: str, payload: str) -> bool:
        """Write the result and the state at once; False (and nothing written) where the lease is lost."""
        return self._end(owner, row_id, state="done", answer=answer, payload=payload)

    def fail(self, owner: str, row_id: int, code: str, kind: str, *, final: bool) -> bool:
        """Note an error; the row is tried again unless the error is final or the tries are used up."""
        with self._db.transaction() as c:
            attempts = c.execute(select(result.c.attempts).where(self._held(owner, row_id))).scalar()
            if attempts is None:
                return False
            state = "failed" if final else ("dead" if attempts >= MAX_ATTEMPTS else "queued")
            c.execute(
                update(result)
                .where(self._held(owner, row_id))
                .values(
                    state=state,
                    owner=None,
                    lease_until=None,
                    error_code=code,
                    error_class=kind,
                    updated=self._now(),
                )
            )
        return True

    def release(self, owner: str) -> int:
        """Give back what the owner still holds (a run that was interrupted); return how many rows."""
        with self._db.transaction() as c:
            return c.execute(
                update(result)
                .where(result.c.owner == owner, result.c.state == "leased")
                .values(state="queued", owner=None, lease_until=None, updated=self._now())
            ).rowcount

    def done_keys(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys whose result is there."""
        out: set[str] = set()
        with self._db.transaction() as c:
            for part in _chunks(list(keys)):
                out |= set(
                    c.execute(
                        select(result.c.key).where(result.c.key.in_(part), result.c.state == "done")
                    ).scalars()
                )
        return out

    def counts(self, ids: Iterable[int] | None = None) -> dict[str, int]:
        """Rows by state (all states, also those with none), of the whole store or of some rows."""
        out = dict.fromkeys(STATES, 0)
        query = select(result.c.state, func.count()).group_by(result.c.state)
        with self._db.transaction() as c:
            parts = [None] if ids is None else list(_chunks(list(ids)))
            for part in parts:
                for state, n in c.execute(query if part is None else query.where(result.c.id.in_(part))):
                    out[state] += n
        return out

    def results(self, ids: Iterable[int] | None = None, payloads: bool = True) -> Iterator[Stored]:
        """Rows in the order of their ids, read in parts so that a large store fits in memory."""
        columns = [x for x in result.c if payloads or x.name != "payload"]
        with self._db.transaction() as c:
            wanted = sorted(set(ids)) if ids is not None else list(c.execute(select(result.c.id)).scalars())
        for part in _chunks(sorted(wanted)):
            with self._db.transaction() as c:
                rows = list(c.execute(select(*columns).where(result.c.id.in_(part)).order_by(result.c.id)))
            yield from (stored(row._asdict()) for row in rows)

    def _end(self, owner: str, row_id: int, **values: object) -> bool:
        with self._db.transaction() as c:
            return (
                c.execute(
                    update(result)
                    .where(self._held(owner, row_id))
                    .values(
                        owner=None,
                        lease_until=None,
                        error_code=None,
                        error_class=None,
                        updated=self._now(),
                        **values,
                    )
                ).rowcount
                == 1
            )

    @staticmethod
    def _held(owner: str, row_id: int) -> ColumnElement[bool]:
        return and_(result.c.id == row_id, result.c.owner == owner, result.c.state == "leased")

    @staticmethod
    def _free() -> ColumnElement[bool]:
        return result.c.state == "queued"

    def _reclaim(self, c: Connection) -> None:
        """Take back leases that ran out or whose owner is gone; give up rows that crashed too often."""
        owners = c.execute(select(result.c.owner).where(result.c.state == "leased").distinct()).scalars()
        gone = [o for o in owners if owner_is_gone(o)]
        lost = and_(
            result.c.state == "leased", or_(result.c.lease_until < self._now(), result.c.owner.in_(gone))
        )
        freed = {"owner": None, "lease_until": None, "updated": self._now()}
        c.execute(
            update(result)
            .where(lost, result.c.attempts >= MAX_ATTEMPTS)
            .values(state="dead", error_code="CRASH", error_class=None, **freed)
        )
        c.execute(update(result).where(lost).values(state="queued", **freed))

"""The ledger: who works on what until when, and the results. The orchestrator only drives it.

A worker claims rows under a lease, says before each row that it begins it (that counts the attempt, so that
batch-mates are not blamed for a crash), and writes result and state in one transaction, which is refused
where somebody else has claimed the row since. Every change of a row's state is an entry of the audit trail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.store import deliveries, leases, migrate, outcomes, reading, taking_in, verify
from pipeline.store.connection import Database
from pipeline.store.deliveries import Undelivered
from pipeline.store.job import Job
from pipeline.store.parts import Limits
from pipeline.store.place import Place, place
from pipeline.store.reading import Overview
from pipeline.store.rows import Claimed, Stored
from pipeline.store.schema import job
from pipeline.store.taking_in import TakenIn


class Store:
    """Jobs and results in an SQLite file or a PostgreSQL database.

    Parameters
    ----------
    where
        A file (made, readable for its owner only, where it does not exist), a URL, or ``env:NAME``; see
        ``pipeline.store.place``.
    now
        A clock, seconds since the epoch (for leases and time stamps only, never for a result); by default
        the machine's or the database server's.
    limits
        Attempts, leases, back-off.

    Raises
    ------
    StoreUnavailable
        From every method, where the database does not answer, is locked or full.
    OutputError
        From every method, where the database cannot be used otherwise.
    """

    def __init__(
        self,
        where: Path | str | Place,
        now: Callable[[], float] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.place = where if isinstance(where, Place) else place(where)
        self.limits = limits or Limits()
        self.database = Database(self.place, now)
        try:
            migrate.prepare(self.database)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Store:
        """Use as a context manager that closes the store."""
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.database.close()

    def enqueue(self, jobs: Iterable[Job]) -> int:
        """Add the jobs that the store does not know; return how many were new (see ``take_in``)."""
        return self.take_in(jobs).new

    def take_in(self, jobs: Iterable[Job]) -> TakenIn:
        """Add the jobs that the store does not know, in one transaction.

        On return they outlast a power failure. Rows that wait for older versions of the same question are
        superseded. A dead letter whose file was missing is queued again when its document is delivered again.
        A question that somebody had erased stays so, whatever the versions; what retention erased is new.
        """
        wanted = list(jobs)
        with self.database.transaction(durable=True) as c:
            return taking_in.enqueue(c, self.database.now(c), wanted)

    def ids(self, keys: Iterable[str]) -> dict[str, int]:
        """Row ids by key, of the keys that the store knows."""
        with self.database.transaction(write=False) as c:
            return reading.ids_of(c, keys)

    def pending(self, ids: Iterable[int]) -> list[int]:
        """Those of the rows that a worker may claim now, fewest attempts first."""
        with self.database.transaction() as c:
            now = self.database.now(c)
            leases.reclaim(c, now, self.limits)
            return reading.pending(c, now, ids, self.limits)

    def next_due(
        self, ids: Iterable[int] | None = None, versions: Sequence[str] | None = None
    ) -> float | None:
        """Seconds until the first waiting row (of ``ids``, of those versions) may be tried, or None."""
        with self.database.transaction(write=False) as c:
            return reading.next_due(c, self.database.now(c), ids, versions, self.limits)

    def reclaim(self) -> int:
        """Take back what dead or stalled workers hold; return how many rows. Claims do so too."""
        with self.database.transaction() as c:
            return leases.reclaim(c, self.database.now(c), self.limits)

    def claim(
        self,
        owner: str,
        n: int,
        ids: Sequence[int] | None = None,
        versions: Sequence[str] | None = None,
        lease: float | None = None,
    ) -> list[Claimed]:
        """Take up to ``n`` free rows for ``lease`` seconds: of ``ids``, and of those digests of versions."""
        with self.database.transaction() as c:
            now = self.database.now(c)
            leases.reclaim(c, now, self.limits)
            if versions is not None:
                leases.sign(c, now, versions)
            return leases.claim(
                c, now, owner, n, ids=ids, versions=versions,
                lease=lease or self.limits.lease, limits=self.limits,
            )  # fmt: skip

    def know(self, sets: Mapping[str, Mapping[str, str]]) -> None:
        """Note sets of versions, by their digests, that a worker has: it may adopt jobs then."""
        with self.database.transaction() as c:
            taking_in.know(c, self.database.now(c), sets)

    def adopt(self, versions: Mapping[str, str], unseen_for: float | None = None) -> int:
        """Move jobs that wait for versions which no worker has any more to these (digest by policy)."""
        with self.database.transaction() as c:
            after = self.limits.adopt_after if unseen_for is None else unseen_for
            return leases.adopt(c, self.database.now(c), versions, after)

    def begin(self, row: Claimed, lease: float | None = None) -> bool:
        """Count an attempt at the row and renew its owner's leases; False where the lease is lost."""
        with self.database.transaction() as c:
            return leases.begin(c, self.database.now(c), row, lease or self.limits.lease)

    def finish(self, row: Claimed, answer: str, payload: str, summary: str = "{}") -> bool:
        """Write result and state at once; False (and nothing written) where the lease is lost.

        Parameters
        ----------
        row
            As claimed.
        answer, payload
            The determination's answer, and the assessment as JSON.
        summary
            JSON of counts by kind (``pipeline.summary``); holds no text.
        """
        with self.database.transaction() as c:
            return outcomes.finish(c, self.database.now(c), row, answer, payload, summary)

    def fail(self, row: Claimed, code: str, kind: str, *, final: bool) -> bool:
        """Note an error by code and class; final, or at the last try, the job becomes a dead letter."""
        with self.database.transaction() as c:
            return outcomes.fail(c, self.database.now(c), row, code, kind, final, self.limits)

    def record(
        self,
        job: Job,
        answer: str,
        payload: str,
        summary: str = "{}",
        *,
        origin: int | None = None,
        since: float | None = None,
    ) -> bool:
        """Add a job together with its result; False where the key is known.

        Parameters
        ----------
        job, answer, payload, summary
            As for ``enqueue`` and ``finish``.
        origin
            Id of the done job that the result was made from; nothing is written where it was erased since.
        since
            When the origin came to be (seconds since the epoch): retention counts from there.
        """
        with self.database.transaction() as c:
            now = self.database.now(c)
            return outcomes.record(c, now, job, answer, payload, summary, origin, since)

    def release(self, owner: str) -> int:
        """Give back what the owner still holds (a run that was interrupted); return how many rows."""
        with self.database.transaction() as c:
            return leases.release(c, self.database.now(c), owner)

    def requeue(self, ids: Iterable[int]) -> int:
        """Give dead letters another round of tries, under the ids that they have; return how many."""
        with self.database.transaction(durable=True) as c:
            return outcomes.requeue(c, self.database.now(c), list(ids))

    def undelivered(self, target: str, limit: int, after: int = 0) -> list[Undelivered]:
        """Jobs done or dead that a target has not had as they are now, by id from ``after`` on."""
        with self.database.transaction(write=False) as c:
            return deliveries.undelivered(c, target, limit, after)

    def delivered(self, target: str, sent: Sequence[Undelivered]) -> list[str]:
        """Note what a target has; return the keys of those that were erased while they were sent."""
        with self.database.transaction() as c:
            return deliveries.delivered(c, target, sent)

    def counts(self, ids: Iterable[int] | None = None) -> dict[str, int]:
        """Rows by state (all states, also those with none), of the whole store or of some rows."""
        with self.database.transaction(write=False) as c:
            return reading.counts(c, ids)

    def overview(self, *, sources: bool = True) -> Overview:
        """The queue at a glance: states, age of the oldest waiting job, dead letters by code."""
        with self.database.transaction(write=False) as c:
            return reading.overview(c, self.database.now(c), self.limits, sources=sources)

    def results(
        self, ids: Iterable[int] | None = None, payloads: bool = True, states: Sequence[str] | None = None
    ) -> Iterator[Stored]:
        """Rows in the order of their ids, read in parts so that a large store fits in memory."""
        where = None if states is None else job.c.state.in_(states)
        return reading.results(self.database, ids, payloads=payloads, where=where)

    def integrity(
        self, head: str | None = None, tick: Callable[[], object] = lambda: None
    ) -> verify.Integrity:
        """Whether the audit trail is whole, holds ``head``, and every job is what its entries say."""
        return verify.verify(self.database, head, tick)

    def trail(self, ids: Sequence[int] | None = None) -> Iterator[verify.Entry]:
        """Entries of the audit trail in their order, of some jobs or all."""
        return verify.trail(self.database, ids)

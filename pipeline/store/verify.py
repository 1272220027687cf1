"""Does the store still say what happened: the audit trail's chain, and every job held against its entries.

Both are read as streams, side by side in the order of the jobs, so that a large store fits in memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from pipeline.store.audit import walk
from pipeline.store.connection import Database
from pipeline.store.schema import audit, audit_head, job, result

#: For each event the states that it may follow (None: no entry before) and the state after it. A lease is no
#: event: a job in somebody's hands counts as queued.
_STEPS: Final[Mapping[str, tuple[tuple[str | None, ...], str]]] = {
    "taken_in": ((None, "erased"), "queued"),
    "dead": (("queued",), "dead"),
    "retry": (("queued",), "queued"),
    "lease_lost": (("queued",), "queued"),
    "adopted": (("queued",), "queued"),
    "superseded": (("queued",), "superseded"),
    "requeued": (("dead", "superseded"), "queued"),
    "done": (("queued",), "done"),
    "erased": (("queued", "done", "dead", "superseded"), "erased"),
}
#: Breaks that are told; the first is what matters.
_MOST: Final = 20


@dataclass(frozen=True)
class Integrity:
    """What verifying found.

    Attributes
    ----------
    entries, jobs
        How many were read.
    head
        Hash of the last entry that fits: keep it elsewhere, and a later verification tells whether the
        trail still holds it.
    holds_head
        Whether the trail holds the head that was asked for; None where none was.
    broken
        The first breaks, in words without any text of a note; none where everything fits.
    """

    entries: int
    jobs: int
    head: str
    holds_head: bool | None
    broken: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is broken and the head that was asked for is there."""
        return not self.broken and self.holds_head is not False


@dataclass(frozen=True)
class Entry:
    """One entry of the trail; ``at`` is seconds since the epoch."""

    seq: int
    at: float
    event: str
    job: int | None
    detail: dict[str, Any]


@dataclass
class _Told:
    """What the entries of one job add up to."""

    state: str | None = None
    key: str | None = None
    payload: str | None = None
    wrong: str = ""

    def add(self, seq: int, event: str, detail: Mapping[str, Any]) -> None:
        before, after = (
            ((None,), str(detail.get("state"))) if event == "migrated" else _STEPS.get(event, ((), ""))
        )
        if self.state not in before and not self.wrong:
            self.wrong = f"entry {seq} says {event} of a job that was {self.state or 'never taken in'}"
        self.state = after
        self.key = detail.get("key", self.key)
        self.payload = detail.get("payload") if after == "done" else None


def _stream(query: Select[Any], rows: int) -> Select[Any]:
    return query.execution_options(yield_per=rows)


def _chain(c: Connection, tick: Callable[[], object]) -> Iterator[Any]:
    query = select(audit.c.seq, audit.c.at, audit.c.event, audit.c.job, audit.c.detail, audit.c.hash)
    for row in c.execute(_stream(query.order_by(audit.c.seq), 1000)):
        tick()
        yield row


def _told(c: Connection) -> Iterator[tuple[int, _Told]]:
    query = select(audit.c.job, audit.c.seq, audit.c.event, audit.c.detail).where(audit.c.job.is_not(None))
    rows = c.execute(_stream(query.order_by(audit.c.job, audit.c.seq), 1000))
    for number, entries in groupby(rows, key=attrgetter("job")):
        told = _Told()
        for e in entries:
            told.add(e.seq, e.event, json.loads(e.detail))
        yield number, told


def _differs(row: Any, told: _Told | None) -> str:
    """What does not fit between a job and its entries; "" where all does."""
    if told is None:
        return "has no entry"
    if told.wrong:
        return told.wrong
    state = "queued" if row.state == "leased" else row.state
    if state != told.state:
        return f"is {row.state}, its entries say {told.state}"
    if row.key != told.key:
        return "does not have the key that its entries say"
    if (row.payload is not None) != (state == "done"):
        return "is done without a result" if state == "done" else f"is {row.state} and has a result"
    if row.payload is not None:
        sha = hashlib.sha256(row.payload.encode("utf-8", "surrogatepass")).hexdigest()
        if sha != told.payload:
            return "has another result than the one that was written"
    return ""


def _jobs(c: Connection, tick: Callable[[], object]) -> Iterator[str]:
    """What does not fit, job by job; "" for a job that does."""
    query = (
        select(job.c.id, job.c.key, job.c.state, result.c.payload)
        .select_from(job.outerjoin(result, result.c.job == job.c.id))
        .order_by(job.c.id)
    )
    trail = _told(c)
    number, told = next(trail, (None, None))
    for row in c.execute(_stream(query, 100)):
        while number is not None and number < row.id:
            yield f"job {number}: is gone, its entries say {told.state if told else ''}"
            number, told = next(trail, (None, None))
        mine = told if number == row.id else None
        difference = _differs(row, mine)
        yield f"job {row.id}: {difference}" if difference else ""
        tick()
        if number == row.id:
            number, told = next(trail, (None, None))
    while number is not None:
        yield f"job {number}: is gone, its entries say {told.state if told else ''}"
        number, told = next(trail, (None, None))


def size(database: Database) -> int:
    """Entries and jobs that ``verify`` will read, for a progress bar."""
    with database.transaction(write=False) as c:
        return sum(c.execute(select(func.count()).select_from(t)).scalar_one() for t in (audit, job))


def verify(
    database: Database, head: str | None = None, tick: Callable[[], object] = lambda: None
) -> Integrity:
    """Read the whole trail and every job, in one state of the store.

    Parameters
    ----------
    database
        The store's.
    head
        A head that was kept elsewhere.
    tick
        Called for each entry and each job.
    """
    with database.transaction(write=False) as c:
        last = c.execute(select(audit_head.c.seq, audit_head.c.hash)).one()
        chain = walk(_chain(c, tick), (last.seq, last.hash), head)
        broken: list[str] = []
        if chain.broken is not None:
            broken.append(f"entry {chain.broken[0]}: {chain.broken[1]}")
        jobs = 0
        for difference in _jobs(c, tick):
            jobs += 1
            if difference and len(broken) < _MOST:
                broken.append(difference)
    return Integrity(chain.entries, jobs, chain.head, chain.holds_head, tuple(broken))


def trail(database: Database, ids: Sequence[int] | None = None) -> Iterator[Entry]:
    """The entries in their order, of some jobs or all; read in parts."""
    columns = (audit.c.seq, audit.c.at, audit.c.event, audit.c.job, audit.c.detail)
    query = select(*columns).order_by(audit.c.seq).limit(1000)
    if ids is not None:
        query = query.where(audit.c.job.in_(list(ids)))
    last = 0
    while True:
        with database.transaction(write=False) as c:
            rows = c.execute(query.where(audit.c.seq > last)).all()
        if not rows:
            return
        for row in rows:
            yield Entry(row.seq, row.at / 1_000_000, row.event, row.job, json.loads(row.detail))
        last = rows[-1].seq

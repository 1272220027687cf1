"""The audit trail as a stream: what happened after an entry, with the counts of the results it tells of.

The trail's order is the order of commits (``pipeline.store.audit``), so that nobody who has read up to an
entry can miss an earlier one that was still being written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, func, select

from pipeline.store.audit import GENESIS
from pipeline.store.schema import audit, job, result

#: Where a reading begins that follows from the start.
START: Final = (0, GENESIS)


@dataclass(frozen=True)
class Happened:
    """An entry of the trail."""

    seq: int
    event: str
    detail: dict[str, Any]
    #: The source of its job; None for events of the store as a whole.
    source: str | None
    #: For "done": the result's counts as JSON; None where the result is erased.
    summary: str | None


def is_part(c: Connection, seq: int, found: str) -> bool:
    """Whether the trail has this hash at this entry: a reading of another store's trail has not."""
    if (seq, found) == START:
        return True
    return c.execute(select(audit.c.hash).where(audit.c.seq == seq)).scalar() == found


def happened(c: Connection, after: int, most: int) -> tuple[list[Happened], str]:
    """Up to ``most`` entries after one, in order, and the hash of the last of them ("" without any)."""
    rows = c.execute(
        select(
            audit.c.seq, audit.c.event, audit.c.detail, audit.c.hash, job.c.source, result.c.summary,
        )
        .select_from(
            audit.outerjoin(job, job.c.id == audit.c.job).outerjoin(
                result, and_(result.c.job == audit.c.job, audit.c.event == "done")
            )
        )
        .where(audit.c.seq > after)
        .order_by(audit.c.seq)
        .limit(most)
    ).all()  # fmt: skip
    out = [Happened(r.seq, r.event, json.loads(r.detail), r.source, r.summary) for r in rows]
    return out, rows[-1].hash if rows else ""


@dataclass(frozen=True)
class Counted:
    """A result's counts, for drift: no text, no case."""

    answer: str
    #: JSON of ``pipeline.summary``; "{}" where it was made before there were counts.
    summary: str
    #: Digest of the versions that made it.
    versions: str


def counted(c: Connection, start: float, end: float, but: Sequence[str] = ()) -> Iterator[Counted]:
    """Counts of the results that were finished from ``start`` until before ``end`` (seconds since the epoch).

    Of several results of one question only the newest of that time is told; those of the sources ``but`` are
    left out.
    """
    newest = (
        func.row_number()
        .over(partition_by=job.c.subject, order_by=(result.c.finished.desc(), job.c.id.desc()))
        .label("newest")
    )
    found = (
        select(result.c.answer, result.c.summary, job.c.versions, newest)
        .join(job, job.c.id == result.c.job)
        .where(result.c.finished >= start, result.c.finished < end, job.c.source.not_in(list(but)))
        .subquery()
    )
    rows = c.execute(
        select(found.c.answer, found.c.summary, found.c.versions).where(found.c.newest == 1),
        execution_options={"yield_per": 1000},
    )
    for r in rows:
        yield Counted(r.answer, r.summary, r.versions)

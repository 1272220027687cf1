"""Results on their way out: which of them a target has not had yet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select

from pipeline.store.parts import chunks, insert
from pipeline.store.schema import delivery, job, result, version_set


@dataclass(frozen=True)
class Undelivered:
    """A job that came to its end, as a target is to have it; ``payload`` and ``answer`` where it is done."""

    id: int
    #: When it came to its end: a job that was given up, tried again and done is sent again.
    updated: float
    key: str
    subject: str
    case_id: str
    documents: tuple[str, ...]
    state: str
    error_code: str | None
    versions: dict[str, str]
    answer: str | None
    payload: str | None


def _ended() -> Select[Any]:
    """Jobs done or dead with all that a target is to have of them."""
    return (
        select(
            job.c.id, job.c.updated, job.c.key, job.c.subject, job.c.case_id, job.c.documents, job.c.state,
            job.c.error_code,
            version_set.c.versions.label("set"), result.c.answer, result.c.payload,
        )
        .join(version_set, version_set.c.digest == job.c.versions)
        .outerjoin(result, result.c.job == job.c.id)
        .where(job.c.state.in_(("done", "dead")))
    )  # fmt: skip


def _row(row: Row[Any]) -> Undelivered:
    return Undelivered(
        id=row.id, updated=row.updated, key=row.key, subject=row.subject, case_id=row.case_id,
        documents=tuple(json.loads(row.documents)), state=row.state, error_code=row.error_code,
        versions=json.loads(row.set), answer=row.answer, payload=row.payload,
    )  # fmt: skip


def ended(c: Connection, where: ColumnElement[bool], limit: int, after: int) -> list[Undelivered]:
    """Jobs done or dead for which the condition holds, in the order of their ids, as targets have them."""
    query = _ended().where(where, job.c.id > after).order_by(job.c.id).limit(limit)
    return [_row(row) for row in c.execute(query)]


def undelivered(c: Connection, target: str, limit: int, after: int) -> list[Undelivered]:
    """Jobs done or dead that the target has not had as they are now, in the order of their ids.

    Parameters
    ----------
    target
        Its name.
    limit, after
        At most so many, with greater ids than ``after``.
    """
    query = (
        _ended()
        .outerjoin(delivery, and_(delivery.c.job == job.c.id, delivery.c.target == target))
        .where(job.c.id > after, or_(delivery.c.job.is_(None), delivery.c.at != job.c.updated))
        .order_by(job.c.id)
        .limit(limit)
    )
    return [_row(row) for row in c.execute(query)]


def delivered(c: Connection, target: str, sent: Sequence[Undelivered]) -> list[str]:
    """Note what the target has; return the keys of those that were erased while they were sent."""
    erased: list[str] = []
    for part in chunks(sent):
        new = insert(c, delivery).values(
            [{"job": row.id, "target": target, "at": row.updated} for row in part]
        )
        c.execute(new.on_conflict_do_update(index_elements=["job", "target"], set_={"at": new.excluded.at}))
        gone = select(job.c.key).where(job.c.id.in_([row.id for row in part]), job.c.state == "erased")
        erased += c.execute(gone).scalars()
    return erased

"""Results out of a store as JSON lines: whole, as a target gets them, or as counts without any text."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, select, true

from pipeline.outgoing.deliver import outgoing
from pipeline.store import Store
from pipeline.store.deliveries import ended
from pipeline.store.schema import job, result

#: Results in memory at a time: some megabytes.
_PART: Final = 50
_COUNTS_PART: Final = 500


def chosen(
    since: dt.date | None = None, policy: str | None = None, states: Sequence[str] = ("done", "dead")
) -> ColumnElement[bool]:
    """The condition for an export.

    Parameters
    ----------
    since
        Only what ended on that day (UTC) or later.
    policy
        Only results under the policy of this id.
    states
        done, dead, or both.
    """
    where: list[ColumnElement[bool]] = [job.c.state.in_(states)]
    if since is not None:
        start = dt.datetime.combine(since, dt.time(), dt.UTC).timestamp()
        where.append(job.c.updated >= start)
    if policy is not None:
        where.append(job.c.policy == policy)
    return and_(true(), *where)


def size(store: Store, where: ColumnElement[bool]) -> int:
    """How many lines an export has."""
    with store.database.transaction(write=False) as c:
        return c.execute(select(func.count()).select_from(job).where(where)).scalar_one()


def _pieces(
    store: Store, part: Callable[[Connection, int], Sequence[Any]], line: Callable[[Any], str]
) -> Iterator[str]:
    """Lines, read in parts: whoever writes to a slow disk holds up no worker."""
    last = 0
    while True:
        with store.database.transaction(write=False) as c:
            rows = part(c, last)
        if not rows:
            return
        for row in rows:
            yield line(row) + "\n"
        last = rows[-1].id


def results(store: Store, where: ColumnElement[bool]) -> Iterator[str]:
    """Each job that came to its end as a line of JSON, in the form of an outgoing message."""
    return _pieces(
        store, lambda c, last: ended(c, where, _PART, last), lambda row: outgoing(row).encoded().decode()
    )


def counts(store: Store, where: ColumnElement[bool]) -> Iterator[str]:
    """The same without text: ids, answer or code, and the counts of facts and findings."""
    query = (
        select(
            job.c.id, job.c.key, job.c.subject, job.c.case_id, job.c.policy, job.c.as_of, job.c.source,
            job.c.versions, job.c.state, job.c.error_code, job.c.attempts, job.c.updated, result.c.answer,
            result.c.summary,
        )
        .outerjoin(result, result.c.job == job.c.id)
        .where(where).order_by(job.c.id).limit(_COUNTS_PART)
    )  # fmt: skip
    return _pieces(store, lambda c, last: c.execute(query.where(job.c.id > last)).all(), _counted)


def _counted(row: Any) -> str:
    counted = json.loads(row.summary or "{}")
    ended_at = dt.datetime.fromtimestamp(row.updated, dt.UTC).isoformat(timespec="seconds")
    data = {
        "job": row.id, "key": row.key, "subject": row.subject, "case_id": row.case_id, "policy": row.policy,
        "as_of": row.as_of, "source": row.source, "versions": row.versions, "state": row.state,
        "answer": row.answer, "error_code": row.error_code, "attempts": row.attempts, "ended": ended_at,
        "facts": counted.get("facts", {}), "findings": counted.get("findings", {}),
        "documents": counted.get("size", {}).get("documents"),
    }  # fmt: skip
    return json.dumps(data, separators=(",", ":"))

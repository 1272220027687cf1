"""Erasing jobs: what they say goes, a mark stays.

A new delivery does not bring back what somebody had erased; what was erased by its age may be asked anew.

Of an erased job stay its id, key and question (digests), policy, versions, source, times, error code, the
entries of the audit trail and where its result was sent; case id, patient, day, hashes and places of its
documents, request and result go.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, case, delete, select, update

from pipeline.store.audit import Event, append
from pipeline.store.kept import is_kept
from pipeline.store.leases import lock
from pipeline.store.parts import chunks, one_at_a_time
from pipeline.store.schema import job, result

#: What is left of an erased job in the columns that said something.
_BLANK: Final = {
    "state": "erased", "case_id": "", "patient": None, "documents": "[]", "request": "{}", "as_of": None,
    "paths": "[]", "owner": None, "lease_until": None,
}  # fmt: skip


@dataclass(frozen=True)
class Gone:
    """An erased job: what its files were named by."""

    id: int
    key: str
    case_id: str
    paths: tuple[str, ...]


def _still(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(job.c.state != "erased", where)


def of_patient(patient: str) -> ColumnElement[bool]:
    """The jobs of a patient, by the sender's reference."""
    return _still(job.c.patient == patient)


def of_case(case_id: str) -> ColumnElement[bool]:
    """The jobs of a case, under whatever policy and versions."""
    return _still(job.c.case_id == case_id)


def of_job(number: int) -> ColumnElement[bool]:
    """A job and the others that ask its question for other versions."""
    return _still(job.c.subject.in_(select(job.c.subject).where(job.c.id == number)))


def ended_before(day: float) -> ColumnElement[bool]:
    """The jobs that ended (done, dead, superseded) before that time; seconds since the epoch.

    A stored case that was checked again is as old as the result that it was made from.
    """
    age = case((job.c.source == "recheck", job.c.created), else_=job.c.updated)
    return and_(job.c.state.in_(("done", "dead", "superseded")), age < day)


def found(c: Connection, where: ColumnElement[bool], most: int | None = None) -> list[int]:
    """Ids of the jobs that the condition holds for."""
    return list(c.execute(select(job.c.id).where(where).order_by(job.c.id).limit(most)).scalars())


def erase(c: Connection, now: float, where: ColumnElement[bool], by: str, most: int | None) -> list[Gone]:
    """Erase the jobs that the condition holds for, ``most`` of them; return what their files are named by.

    A worker that has one in hand cannot write its result any more.
    """
    one_at_a_time(c)
    gone: list[Gone] = []
    for part in chunks(found(c, where, most)):
        # A worker may have ended one of them meanwhile: the condition holds for what is there now.
        ids = lock(c, and_(job.c.id.in_(part), where))
        rows = c.execute(
            select(job.c.id, job.c.key, job.c.case_id, job.c.paths).where(job.c.id.in_(ids))
        ).all()
        c.execute(delete(result).where(result.c.job.in_(ids)))
        c.execute(update(job).where(job.c.id.in_(ids)).values({**_BLANK, "erased_by": by, "updated": now}))
        gone += [Gone(r.id, r.key, r.case_id, tuple(json.loads(r.paths))) for r in rows]
    append(c, now, [Event("erased", g.id, {"by": by}) for g in sorted(gone, key=lambda g: g.id)])
    return gone


def unneeded(c: Connection, references: Iterable[str]) -> set[str]:
    """Those kept documents that no job needs any more: the same text may be another patient's, too."""
    left = {r for r in references if is_kept(r)}
    if left:
        query = select(job.c.paths).where(job.c.paths != "[]").execution_options(yield_per=1000)
        for (paths,) in c.execute(query):
            left.difference_update(json.loads(paths))
            if not left:
                break
    return left


def needed(c: Connection) -> set[str]:
    """Hashes of all kept documents that some job needs."""
    out: set[str] = set()
    query = select(job.c.paths).where(job.c.paths != "[]").execution_options(yield_per=1000)
    for (paths,) in c.execute(query):
        out.update(p.partition(":")[2] for p in json.loads(paths) if is_kept(p))
    return out


def set_apart(c: Connection) -> set[str]:
    """Paths of all files that the inbox refused and that some job names."""
    query = select(job.c.paths).where(job.c.paths.like('["refused:%')).execution_options(yield_per=1000)
    return {p for (paths,) in c.execute(query) for p in json.loads(paths)}


def named(patient: str | None, case_id: str | None, number: int | None) -> tuple[ColumnElement[bool], str]:
    """The condition that one of the three stands for, and its word in the audit trail."""
    if patient is not None:
        return of_patient(patient), "patient"
    if case_id is not None:
        return of_case(case_id), "case"
    if number is not None:
        return of_job(number), "job"
    raise ValueError("names nothing to erase")

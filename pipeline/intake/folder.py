"""A folder of notes as jobs: its cases, their documents' hashes, and what is no note. Nothing is moved."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import DocumentError, LongCaseId
from pipeline.inputs import CaseInput, collect, distinct, placed
from pipeline.intake.queueing import enqueue as put
from pipeline.request import MOST_NAME, CaseFile
from pipeline.store import Job, Store, StoreRefused, bounded
from pipeline.work.versions import run_versions

#: Bytes read at a time for a hash.
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Plan:
    """What a folder holds: jobs in order, and files that are no notes."""

    jobs: tuple[Job, ...]
    skipped: tuple[Path, ...] = ()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        sha = hashlib.sha256()
        while block := stream.read(_BLOCK):
            sha.update(block)
    return sha.hexdigest()


def _hash_or_nothing(path: Path) -> str:
    """The hash of the file, or "" where it cannot be read (so that mending it makes a new job)."""
    try:
        return _sha256(path)
    except OSError:
        return ""


def plan(folder: Path, policy: str, on: dt.date | None = None) -> Plan:
    """Find the cases of a folder and hash their documents.

    Raises
    ------
    EmptyDocument, MissingDocument
        Where the folder holds no notes or does not exist.
    UsageError
        For an unknown policy.
    """
    versions = run_versions(policy)
    as_of = on.isoformat() if on else None
    skipped: list[Path] = []
    cases: list[CaseInput] = []
    refused: list[DocumentError] = []
    for item in collect([folder], skipped=skipped):
        if isinstance(item, CaseInput):
            cases.append(item)
        else:
            refused.append(item)
    if not cases and len(refused) == 1 and refused[0].where == str(folder):
        raise refused[0]
    jobs = [
        Job(
            case_id=bounded(case.case_id),
            documents=tuple(_hash_or_nothing(p) for p in case.paths),
            paths=tuple(str(p.resolve()) for p in case.paths),
            policy=policy,
            versions=versions,
            as_of=as_of,
            request=request_of(case.case_file),
            patient=case.case_file.patient if case.case_file else None,
            error=(LongCaseId.code, LongCaseId.__name__) if len(case.case_id) > MOST_NAME else None,
        )
        for case in distinct(placed(cases, folder))
    ]
    jobs += [
        Job(
            case_id=bounded(error.where),
            documents=(_hash_or_nothing(Path(error.where)),),
            paths=(str(Path(error.where).resolve()),),
            policy=policy,
            versions=versions,
            as_of=as_of,
            error=(error.code, type(error).__name__),
        )
        for error in refused
    ]
    return Plan(tuple(jobs), tuple(skipped))


def request_of(file: CaseFile | None) -> dict[str, object]:
    """What a job keeps of a case file, as the work reads it."""
    return {"case_file": file.asked()} if file else {}


def enqueue(store: Store, planned: Plan) -> tuple[list[int], int]:
    """Put a plan into the store; return the row ids of all its jobs and how many were new.

    A job that the store refuses becomes a dead letter that says nothing but where its documents are.
    """
    jobs = list(planned.jobs)
    done = put(store, jobs)
    for i in done.refused:
        j = jobs[i]
        jobs[i] = replace(
            j, case_id=f"refused-{j.key}", patient=None, request={},
            error=(StoreRefused.code, StoreRefused.__name__),
        )  # fmt: skip
        done.new += store.enqueue([jobs[i]])
    return sorted(set(store.ids(job.key for job in jobs).values())), done.new

"""Work through a folder with the store, in batches, without any orchestrator.

``plan`` says what a folder holds, ``enqueue`` puts it into the store, ``run_batch`` does some of it. A
failing document is noted by code and class, never by message, and leaves the others alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import assess
from pipeline.errors import DocumentError, InternalFault, NotewarrantError, OutputError
from pipeline.inputs import CaseInput, collect, distinct, placed
from pipeline.policies import known_policies, policy_named
from pipeline.request import CaseFile, asked_by_case_file
from pipeline.store import Claimed, Job, Store, digest, new_owner
from rules.assessment import Assessment
from rules.versions import versions

#: Bytes read at a time for a hash.
_BLOCK = 1 << 20


class ChangedDocument(DocumentError):
    """The file is no longer the one that was queued; the next run finds the new one."""

    code = "CHANGED"


@dataclass(frozen=True)
class Plan:
    """What a folder holds: jobs in order, and files that are no notes."""

    jobs: tuple[Job, ...]
    skipped: tuple[Path, ...] = ()


@dataclass
class BatchCounts:
    """What became of a batch: ``retry`` met a fault and is tried again, ``lost`` passed to another worker."""

    done: int = 0
    failed: int = 0
    retry: int = 0
    lost: int = 0
    answers: dict[str, int] = field(default_factory=dict)


def run_versions(policy: str) -> dict[str, str]:
    """Versions of everything that shapes a result under the policy, as the assessment will name them."""
    return {**assess.versions(), **versions(policy_named(policy))}


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
            case_id=case.case_id,
            documents=tuple(_hash_or_nothing(p) for p in case.paths),
            paths=tuple(str(p.resolve()) for p in case.paths),
            policy=policy,
            versions=versions,
            as_of=as_of,
            request=_request(case.case_file),
        )
        for case in distinct(placed(cases, folder))
    ]
    jobs += [
        Job(
            case_id=error.where,
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


def _request(file: CaseFile | None) -> dict[str, object]:
    return {"case_file": file.model_dump(mode="json", exclude_defaults=True)} if file else {}


def enqueue(store: Store, planned: Plan) -> tuple[list[int], int]:
    """Put a plan into the store; return the row ids of all its jobs and how many were new."""
    new = store.enqueue(planned.jobs)
    return sorted(set(store.ids(job.key for job in planned.jobs).values())), new


def _assessed(row: Claimed) -> Assessment:
    """Read, verify and assess one row's documents."""
    raw = row.request.get("case_file")
    file = CaseFile.model_validate(raw) if raw is not None else None
    documents = CaseInput(row.case_id, tuple(Path(p) for p in row.paths), file).read()
    if tuple(d.sha256 for d in documents) != row.documents:
        raise ChangedDocument(row.paths[0], "has changed since it was queued", "run again")
    return assess.assess_documents(
        row.case_id,
        documents,
        policy=row.policy,
        on=dt.date.fromisoformat(row.as_of) if row.as_of else None,
        case_file=asked_by_case_file(file, row.case_id) if file else None,
    ).assessment


def _work(store: Store, owner: str, row: Claimed, counts: BatchCounts) -> None:
    code, kind, final = "", "", True
    payload = answer = ""
    try:
        assessment = _assessed(row)
        answer, payload = assessment.determination.answer, assessment.model_dump_json()
    except InternalFault as error:
        code, kind, final = error.code, type(error.__context__ or error).__name__, False
    except NotewarrantError as error:
        code, kind = error.code, type(error).__name__
    except Exception as error:  # noqa: BLE001  one document must not stop the others; its message may quote it
        code, kind, final = InternalFault.code, type(error).__name__, False
    if code:
        held = store.fail(owner, row.id, code, kind, final=final)
        counts.failed += held and final
        counts.retry += held and not final
    else:
        held = store.finish(owner, row.id, answer, payload)
        counts.done += held
        if held:
            counts.answers[answer] = counts.answers.get(answer, 0) + 1
    counts.lost += not held


def run_batch(
    store: Store,
    owner: str,
    n: int,
    *,
    ids: Sequence[int] | None = None,
    on_document: Callable[[], object] | None = None,
) -> BatchCounts:
    """Claim up to ``n`` rows and do them.

    Parameters
    ----------
    store
        The store.
    owner
        Name of this batch (``pipeline.store.new_owner``); never used twice.
    n
        Documents at most.
    ids
        Rows to choose from; by default all that these versions of the product can do.
    on_document
        Called after each row, for a progress bar.

    Raises
    ------
    OutputError
        Where the store cannot be used; what was finished stays finished, the rest is free again.
    """
    counts = BatchCounts()
    mine = [digest(run_versions(policy)) for policy in known_policies()]
    try:
        for row in store.claim(owner, n, ids=ids, versions=mine):
            if store.begin(owner, row.id):
                _work(store, owner, row, counts)
            else:
                counts.lost += 1
            if on_document:
                on_document()
    finally:
        # An interrupt or a broken store: whoever runs next may have the rest at once.
        with suppress(OutputError):
            store.release(owner)
    return counts


def drain(store: Store, ids: Sequence[int], batch_size: int = 100) -> dict[str, int]:
    """Run batches until none of the rows is free; return the rows' counts by state."""
    while waiting := store.pending(ids):
        run_batch(store, new_owner(), batch_size, ids=waiting[:batch_size])
    return store.counts(ids)

"""Do some of the store's jobs, in batches, without any orchestrator.

A failing document is noted by code and class, never by message, and leaves the others alone. A database that
goes away in the middle is waited for; what cannot be written is done again by whoever claims it next.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, TypeVar

from pipeline import assess
from pipeline.errors import DocumentError, InternalFault, NotewarrantError, OutputError
from pipeline.inputs import CaseInput
from pipeline.request import CaseFile, asked_by_case_file
from pipeline.store import Claimed, Store, StoreUnavailable, new_owner
from pipeline.store.failpoints import failpoint
from pipeline.store.kept import KeptDocuments, beside, is_kept
from pipeline.summary import summary_json
from pipeline.work.deadline import deadline
from pipeline.work.versions import own_digests
from rules.assessment import Assessment

T = TypeVar("T")
#: Rows claimed at once: few enough that a dead worker holds little, enough that claims cost nothing.
_AT_ONCE: Final = 25
#: Seconds for which a worker waits for a database that went away in the middle; well below the lease.
PATIENCE: Final = 300.0
#: A worker that is stuck in one document for so many seconds is ended; the document counts an attempt.
DEADLINE: Final = 300.0


class ChangedDocument(DocumentError):
    """The file is no longer the one that was queued; the next run finds the new one."""

    code = "CHANGED"


class VersionsMoved(InternalFault):
    """Lexicons or policies were changed after the row was claimed; whoever has its versions does it."""

    code = "VERSIONS"


class Assessor(Protocol):
    """Reads and assesses a claimed row; raises ``NotewarrantError`` for what is wrong with the document."""

    def __call__(self, row: Claimed, kept: KeptDocuments | None) -> Assessment:
        """The row's assessment."""


@dataclass
class BatchCounts:
    """What became of a batch: ``retry`` met a fault and is tried again, ``lost`` passed to another worker."""

    done: int = 0
    dead: int = 0
    retry: int = 0
    lost: int = 0
    answers: dict[str, int] = field(default_factory=dict)

    @property
    def worked(self) -> int:
        """Rows that this batch had in hand."""
        return self.done + self.dead + self.retry + self.lost


def assessed(row: Claimed, kept: KeptDocuments | None) -> Assessment:
    """Read, verify and assess one row's documents.

    Raises
    ------
    NotewarrantError
        For documents that are gone, changed, empty or no text, and for any fault (by its class).
    """
    raw = row.request.get("case_file")
    file = CaseFile.model_validate(raw) if raw is not None else None
    paths = tuple(kept.path(p) if kept else Path(p) for p in row.paths)
    names = row.request.get("names")
    documents = CaseInput(row.case_id, paths, file, names=tuple(names) if names else ()).read()
    if tuple(d.sha256 for d in documents) != row.documents:
        raise ChangedDocument(row.paths[0], "has changed since it was queued", "run again")
    made = assess.assess_documents(
        row.case_id,
        documents,
        policy=row.policy,
        on=dt.date.fromisoformat(row.as_of) if row.as_of else None,
        case_file=asked_by_case_file(file, row.case_id) if file else None,
    ).assessment
    # A user's lexicons are read anew when their files change: a result must not bear the key of others.
    if made.versions != row.versions:
        raise VersionsMoved(row.case_id, "was assessed by other versions than it waits for", "run again")
    return made


def _patiently(write: Callable[[], T]) -> T:
    """Try a write again while the database is away, up to ``PATIENCE``."""
    until = time.monotonic() + PATIENCE
    wait = 0.2
    while True:
        try:
            return write()
        except StoreUnavailable:
            if time.monotonic() + wait > until:
                raise
        time.sleep(wait)
        wait = min(5.0, wait * 2)


def _work(
    store: Store, row: Claimed, counts: BatchCounts, assessor: Assessor, kept: KeptDocuments | None
) -> None:
    code, kind, final = "", "", True
    payload = answer = counted = ""
    try:
        assessment = assessor(row, kept)
        answer, payload = assessment.determination.answer, assessment.model_dump_json()
        counted = summary_json(assessment)
    except InternalFault as error:
        code, kind, final = error.code, type(error.__context__ or error).__name__, False
    except NotewarrantError as error:
        # What is wrong with settings (a lexicon that is being edited) is no document's fault.
        code, kind, final = error.code, type(error).__name__, isinstance(error, DocumentError)
    except Exception as error:  # noqa: BLE001  one document must not stop the others; its message may quote it
        code, kind, final = InternalFault.code, type(error).__name__, False
    failpoint("assessed")
    if code:
        held = _patiently(lambda: store.fail(row, code, kind, final=final))
        counts.dead += held and final
        counts.retry += held and not final
    else:
        held = _patiently(lambda: store.finish(row, answer, payload, counted))
        counts.done += held
        if held:
            counts.answers[answer] = counts.answers.get(answer, 0) + 1
    counts.lost += not held
    failpoint("finished")


def run_batch(
    store: Store,
    owner: str,
    n: int,
    *,
    ids: Sequence[int] | None = None,
    on_document: Callable[[], object] | None = None,
    seconds: float | None = None,
    documents: Path | None = None,
    document_seconds: float = DEADLINE,
    assessor: Assessor = assessed,
    versions: Mapping[str, str] | None = None,
    stop: Callable[[], bool] | None = None,
    counts: BatchCounts | None = None,
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
    seconds
        No further rows are claimed after so long; by default only ``n`` ends the batch.
    documents
        The folder of kept documents; by default the one beside an SQLite store.
    document_seconds
        The process is ended where one document takes longer; the document counts an attempt.
    assessor
        Does one row.
    versions
        Digests of the sets of versions that the assessor works under, by policy; by default this process's.
    stop
        Asked before each row: where it says True the batch ends, and what is left is free again.
    counts
        Counted in as the batch goes, for who looks on; by default new ones.

    Raises
    ------
    OutputError
        Where the store cannot be used; what was finished stays finished, the rest is free again.
    """
    counts = BatchCounts() if counts is None else counts
    stopped = stop or (lambda: False)
    mine = sorted((own_digests() if versions is None else versions).values())
    folder = beside(store.place, documents)
    kept = KeptDocuments(folder) if folder else None
    end = None if seconds is None else time.monotonic() + seconds
    left = list(ids) if ids is not None else None

    def timed(row: Claimed, kept: KeptDocuments | None) -> Assessment:
        with deadline(document_seconds):
            return assessor(row, kept)

    try:
        while n > 0 and (end is None or time.monotonic() < end) and not stopped():
            rows = store.claim(owner, min(n, _AT_ONCE), ids=left, versions=mine)
            failpoint("claimed")
            if not rows:
                break
            n -= len(rows)
            if left is not None:  # a row that failed is for a later batch
                taken = {row.id for row in rows}
                left = [i for i in left if i not in taken]
            for row in rows:
                if stopped():
                    break
                if kept is not None and any(map(is_kept, row.paths)) and kept.away():
                    # No document is to blame: none counts an attempt, none is given up as missing.
                    raise StoreUnavailable(
                        str(kept.folder), "the folder of kept documents is away", "mount it; the work goes on"
                    )
                if _patiently(lambda row=row: store.begin(row)):  # type: ignore[misc]
                    failpoint("begun")
                    _work(store, row, counts, timed, kept)
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
    """Run batches until none of the rows waits; return the rows' counts by state."""
    store.reclaim()  # what a dead worker holds waits, too
    # Asked anew each time: where a lexicon was changed meanwhile, the rest waits for other versions.
    while (due := store.next_due(ids, sorted(own_digests().values()))) is not None:
        if waiting := store.pending(ids):
            run_batch(store, new_owner(), batch_size, ids=waiting[:batch_size])
        else:
            time.sleep(min(due, 5.0) + 0.01)
    return store.counts(ids)

"""One stored result, to be shown: found by case, job or key, with its documents where a page needs them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from sqlalchemy import ColumnElement, select

from pipeline.documents import TextDocument, read_document
from pipeline.errors import DocumentError, MissingDocument, UsageError
from pipeline.meanings import meaning
from pipeline.store import Store
from pipeline.store.kept import KeptDocuments
from pipeline.store.rows import Stored
from pipeline.store.schema import job, result
from rules.assessment import Assessment

if TYPE_CHECKING:
    from pipeline.assess import Result


def _named(case_id: str | None, number: int | None, key: str | None) -> tuple[ColumnElement[bool], str]:
    if case_id is not None:
        return job.c.case_id == case_id, f"case {case_id}"
    if number is not None:
        return job.c.id == number, f"job {number}"
    return job.c.key == key, f"key {key}"


def found(
    store: Store, *, case_id: str | None = None, number: int | None = None, key: str | None = None
) -> tuple[Stored, list[int]]:
    """The newest result of a case, or the result of a job or key; and the jobs of the case's other results.

    Raises
    ------
    MissingDocument
        Where there is none, saying what became of it.
    """
    where, name = _named(case_id, number, key)
    with store.database.transaction(write=False) as c:
        rows = c.execute(
            select(job.c.id, job.c.state, job.c.error_code)
            .outerjoin(result, result.c.job == job.c.id)
            .where(where)
            .order_by(result.c.finished.desc(), job.c.id.desc())
        ).all()
    done = [row.id for row in rows if row.state == "done"]
    for stored in store.results(done[:1]):
        if stored.payload is not None:
            return stored, sorted(done[1:])
    if not rows:
        raise MissingDocument(name, "is not in the store", "see notewarrant store export --summary")
    last = max(rows, key=lambda row: row.id)
    if last.state == "dead":
        raise MissingDocument(name, f"has no result [{last.error_code}]", meaning(last.error_code))
    raise MissingDocument(name, f"has no result: it is {last.state}", "see notewarrant status")


def assessment(row: Stored) -> Assessment:
    """The row's assessment.

    Raises
    ------
    UsageError
        Where an older release wrote it in a form that this one does not read.
    """
    try:
        return Assessment.model_validate_json(row.payload or "")
    except ValidationError:
        raise UsageError(
            f"job {row.id}", "its result has another release's form", "use --format json"
        ) from None


def with_documents(row: Stored, kept: KeptDocuments | None) -> Result:
    """The row's assessment with the texts that it refers to, for a page that shows them.

    Raises
    ------
    MissingDocument
        Where a document is gone or is another by now.
    """
    # Loads text processing, which only pages need.
    from pipeline.assemble import Built
    from pipeline.assess import Result

    shown = assessment(row)
    return Result(shown, Built(shown.case, tuple(_texts(row, shown, kept))))


def _texts(row: Stored, shown: Assessment, kept: KeptDocuments | None) -> Iterable[TextDocument]:
    at = dict(zip(row.documents, row.paths, strict=False))
    for document in shown.case.documents:
        gone = MissingDocument(
            f"job {row.id}", f"its document {document.sha256[:12]} is no longer there", "use --format text"
        )
        path = at.get(document.sha256)
        if path is None:
            raise gone
        try:
            text = read_document(kept.path(path) if kept else Path(path), document.id)
        except DocumentError:
            raise gone from None
        if text.sha256 != document.sha256:
            raise gone
        yield text

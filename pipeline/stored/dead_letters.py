"""Dead letters as an operator needs them: whose, why, where the file is, what helps. No text of a note."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pipeline.errors import NotewarrantError
from pipeline.intake.set_apart import is_set_apart, lies_at, reason_of
from pipeline.meanings import meaning
from pipeline.request import CaseFile, asked_by_case_file
from pipeline.site import Site
from pipeline.store import Store
from pipeline.store.kept import is_kept
from pipeline.store.rows import Stored
from pipeline.store.schema import job


@dataclass(frozen=True)
class DeadLetter:
    """One job that was given up.

    Attributes
    ----------
    id, case_id, code, kind, attempts, source
        Of the job; ``kind`` is the error's class.
    age
        Seconds since it was given up.
    files
        Where its files are, where they are not kept documents.
    set_apart
        Whether the inbox refused the files, so that there is nothing a worker could read.
    cause, mend
        As the error gave them, by names of keys; None where nobody kept them.
    """

    id: int
    case_id: str
    code: str
    kind: str | None
    attempts: int
    source: str
    age: float
    files: tuple[str, ...] = ()
    set_apart: bool = False
    cause: str | None = None
    mend: str | None = None

    @property
    def meaning(self) -> str:
        """What the code means."""
        return meaning(self.code)

    def data(self) -> dict[str, Any]:
        """The same as JSON data."""
        return {
            "id": self.id, "case_id": self.case_id, "code": self.code, "class": self.kind,
            "meaning": self.meaning, "cause": self.cause, "mend": self.mend, "files": list(self.files),
            "set_apart": self.set_apart, "attempts": self.attempts, "age_seconds": round(self.age),
            "source": self.source,
        }  # fmt: skip


def dead_letters(store: Store, site: Site | None, code: str | None = None) -> Iterator[DeadLetter]:
    """The dead letters of a store, in the order of their ids.

    Parameters
    ----------
    store, site
        The store, and the site that it is of, where it is of one.
    code
        Only those of this code.
    """
    refused = site.at(site.inbox.folder) / ".refused" if site and site.inbox else None
    with store.database.transaction(write=False) as c:
        now = store.database.now(c)
    for row in store.results(payloads=False, states=("dead",)):
        if code is None or row.error_code == code:
            yield _letter(store, row, now, refused)


def _letter(store: Store, row: Stored, now: float, refused: Path | None) -> DeadLetter:
    apart = any(is_set_apart(p) for p in row.paths)
    told: tuple[str, str] | None = None
    if apart and refused:
        told = next((found for p in row.paths if (found := reason_of(refused, p))), None)
    elif row.error_code == "CASE_FILE":
        told = _case_file(store, row.id)
    return DeadLetter(
        id=row.id, case_id=row.case_id, code=row.error_code or "", kind=row.error_class,
        attempts=row.attempts, source=row.source, age=max(0.0, now - row.updated), set_apart=apart,
        files=tuple(
            str(lies_at(refused, p)) if refused and is_set_apart(p) else p
            for p in row.paths
            if not is_kept(p)
        ),
        cause=told[0] if told else None, mend=told[1] if told else None,
    )  # fmt: skip


def _case_file(store: Store, number: int) -> tuple[str, str] | None:
    """What is wrong with a case file whose form is right: the ledger has what it asks."""
    with store.database.transaction(write=False) as c:
        asked = c.execute(select(job.c.request).where(job.c.id == number)).scalar()
    try:
        asked_by_case_file(CaseFile.model_validate(json.loads(asked or "{}")["case_file"]), "case file")
    except NotewarrantError as error:
        return error.cause, error.mend
    except (ValueError, KeyError, TypeError):
        pass
    return None

"""Forgetting: a patient's, a case's or a job's data on request, and what is past its days.

The store keeps a mark without content (``pipeline.store.erasing``). Files go first and the ledger's change is
committed last, so that an erasure that was cut off is found again and finished by the same command.
"""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, func, select

from pipeline.errors import OutputError
from pipeline.outgoing.folder import clear_parts
from pipeline.site import Site
from pipeline.site.model import OutgoingFolder
from pipeline.store import Store, erasing
from pipeline.store.erasing import Gone
from pipeline.store.kept import KeptDocuments
from pipeline.store.parts import one_at_a_time
from pipeline.store.schema import RETENTION, delivery, job
from pipeline.stored.refused import PREFIX, remove_named, sweep_refused

#: Jobs erased in one transaction.
_AT_ONCE: Final = 2000
_DAY: Final = 86_400.0


@dataclass
class Erased:
    """What was erased."""

    jobs: int = 0
    #: Documents that were removed; those that another patient's case needs stay.
    documents: int = 0
    #: Files of results in outgoing folders.
    results: int = 0
    #: Reports that named an erased case.
    reports: int = 0
    #: How many of the results had been sent to targets that take nothing back, by target.
    sent: Counter[str] = field(default_factory=Counter)
    #: False where somebody still reads an older state of an SQLite store; the next erasure empties its log.
    log_emptied: bool = True

    def counts(self) -> dict[str, int]:
        """Counts alone, for orchestrators and logs."""
        return {
            "jobs": self.jobs, "documents": self.documents, "results": self.results, "reports": self.reports,
        }  # fmt: skip


def to_erase(store: Store, where: ColumnElement[bool]) -> int:
    """How many jobs the condition holds for."""
    with store.database.transaction(write=False) as c:
        return c.execute(select(func.count()).select_from(job).where(where)).scalar_one()


def erase(
    site: Site,
    store: Store,
    *,
    patient: str | None = None,
    case_id: str | None = None,
    number: int | None = None,
) -> Erased:
    """Erase the jobs of a patient, a case, or of one job's question, with all that was made of them.

    Results, kept documents that no other case needs, files in outgoing folders, files that the inbox refused,
    and reports that name the case go. A worker that has a job in hand cannot write any more; the same
    documents delivered again do not come back.

    Parameters
    ----------
    site, store
        The site, and its store, open.
    patient, case_id, number
        One of the three.

    Raises
    ------
    OutputError
        Where a file cannot be removed or the store not be written; the same call finishes it later.
    """
    where, by = erasing.named(patient, case_id, number)
    return _erase(site, store, where, by)


def ended_before(store: Store, days: float) -> ColumnElement[bool]:
    """The condition for what ended more than so many days ago."""
    with store.database.transaction(write=False) as c:
        return erasing.ended_before(store.database.now(c) - days * _DAY)


def retain(site: Site, store: Store, days: float) -> Erased:
    """Erase what ended (done, dead, superseded) more than so many days ago; clear away strays.

    Strays are kept documents older than a day that no job needs: their sender was cut off before the job was
    written, and has them still; or they came again after they were erased. So are files that the inbox
    refused so many days ago and no job names: they came more than once.
    """
    out = _erase(site, store, ended_before(store, days), RETENTION)
    out.documents += sweep(site, store)
    with site.kept().clearing():
        with store.database.transaction(write=False) as c:
            needed = erasing.set_apart(c)
        out.documents += sweep_refused(site, needed, days * _DAY, _unlink)
    return out


def _erase(site: Site, store: Store, where: ColumnElement[bool], by: str) -> Erased:
    out = Erased()
    folders = [site.at(t.folder) for t in site.outgoing if isinstance(t, OutgoingFolder)]
    own = {f"folder:{t.folder}" for t in site.outgoing if isinstance(t, OutgoingFolder)}
    while True:
        with site.kept().clearing(), store.database.transaction(durable=True) as c:
            gone = erasing.erase(c, store.database.now(c), where, by, _AT_ONCE)
            if not gone:
                break
            out.documents += _remove_documents(site, c, gone)
            out.results += _remove_results(folders, (g.key for g in gone))
            out.reports += _remove_reports(site.at(site.reports), {g.case_id for g in gone})
            sent = _sent(c, gone)
        # A result that was on its way out while the transaction lasted.
        out.results += _remove_results(folders, (g.key for g in gone))
        out.sent.update({name: n for name, n in sent.items() if name not in own})
        out.jobs += len(gone)
    _remove_parts(folders)
    if out.jobs:
        out.log_emptied = store.database.forget()
    return out


def _sent(c: Connection, gone: list[Gone]) -> Counter[str]:
    ids = [g.id for g in gone]
    query = (
        select(delivery.c.target, func.count().label("n"))
        .where(delivery.c.job.in_(ids))
        .group_by(delivery.c.target)
    )
    return Counter({r.target: r.n for r in c.execute(query)})


def _unlink(path: Path) -> bool:
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise OutputError(
            str(path.parent), f"a file cannot be removed ({error.strerror})", "mend permissions, erase again"
        ) from None
    return True


def _remove_documents(site: Site, c: Connection, gone: list[Gone]) -> int:
    kept = site.kept()
    paths = [p for g in gone for p in g.paths]
    unneeded = sorted(erasing.unneeded(c, paths))
    if unneeded and kept.away():
        raise OutputError(
            str(kept.folder), "holds nothing, though documents are to be erased from it",
            "mount it and erase again; put any file there if its documents are gone for good",
        )  # fmt: skip
    removed = sum(_unlink(kept.path(p)) for p in unneeded)
    if refused := [p for p in paths if p.startswith(PREFIX)]:
        removed += remove_named(site, refused, erasing.set_apart(c), _unlink)
    return removed


def _remove_results(folders: Iterable[Path], keys: Iterable[str]) -> int:
    wanted = list(keys)
    return sum(_unlink(folder / f"{key}.json") for folder in folders for key in wanted)


def _remove_parts(folders: Iterable[Path]) -> None:
    """Remove what others were writing, whoever's it is; who lives on this machine looks after his own."""
    for folder in folders:
        try:
            clear_parts(folder, older_than=0.0)
        except OSError as error:
            raise OutputError(
                str(folder), f"a file cannot be removed ({error.strerror})", "mend permissions, erase again"
            ) from None


def _cases(value: Any) -> Iterator[str]:
    """Every case id that a report's JSON holds."""
    if isinstance(value, dict):
        if isinstance(found := value.get("case_id"), str):
            yield found
        for inner in value.values():
            yield from _cases(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _cases(inner)


def _names(report: Path, cases: Set[str]) -> bool:
    try:
        text = report.read_text(encoding="utf-8")
        parts = [text] if report.suffix == ".json" else text.splitlines()
        return any(name in cases for part in parts for name in _cases(json.loads(part)))
    except (OSError, ValueError):
        return False


def _remove_reports(folder: Path, cases: Set[str]) -> int:
    """Remove the reports that name one of the cases: the JSON tells, its other forms lie beside it."""
    removed = 0
    for report in [p for p in folder.rglob("*") if p.suffix in (".json", ".part") and p.is_file()]:
        if _names(report, cases):
            stem = report.name.partition(".")[0]
            removed += sum(_unlink(p) for p in report.parent.iterdir() if p.name.partition(".")[0] == stem)
    return removed


def sweep(site: Site, store: Store, older_than: float = _DAY) -> int:
    """Remove kept documents that no job needs, and half-written ones, older than so many seconds."""
    kept: KeptDocuments = site.kept()
    until = time.time() - older_than
    strays = [
        p for p in sorted(kept.folder.glob("[0-9a-f][0-9a-f]/*")) if p.is_file() and p.stat().st_mtime < until
    ]
    for part in kept.folder.glob(".part-*"):  # of a machine that is gone; the others clear theirs away
        if part.is_dir() and part.stat().st_mtime < until:
            shutil.rmtree(part, ignore_errors=True)
    if not strays:
        return 0
    with kept.clearing(), store.database.transaction() as c:
        one_at_a_time(c)
        needed = erasing.needed(c)
        return sum(_unlink(p) for p in strays if p.name not in needed)

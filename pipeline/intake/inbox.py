"""A watched folder: its cases into the store, each once, whoever dies on the way.

A file is moved out of the inbox (one rename), read through the guard, kept by its hash and queued; only after
the commit it is removed. What can be no case is queued as a dead letter with its code, and its file kept in
``.refused``. Removing comes last, so that a file may come in twice after a crash; its key makes it one job.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from pipeline.documents import decode
from pipeline.errors import (
    CaseFileError,
    DocumentError,
    EmptyDocument,
    InternalFault,
    MissingDocument,
    NotewarrantError,
    UsageError,
)
from pipeline.inputs import CaseInput, placed
from pipeline.intake.folder import request_of
from pipeline.intake.guard import UnsettledDocument, parts_inside, read_inside
from pipeline.intake.sighting import CASE_FILE, OWN_CASE_FILE, Looks, Unit, is_note, look
from pipeline.intake.taken import Batch, Stuck, TakenOver, begin, take_over
from pipeline.request import CaseFile, read_case_file
from pipeline.site import Site
from pipeline.store import Job, Store
from pipeline.store.failpoints import failpoint
from pipeline.watch import log

#: Cases a transaction: a commit costs as much for one as for all.
BATCH: Final = 200
_CASE_FILE_BYTES: Final = 1 << 20
Keep = Callable[[bytes], str]


@dataclass(frozen=True)
class IngestCounts:
    """What became of an inbox.

    Attributes
    ----------
    taken
        Cases that were taken in: ``new`` ones, and ``known`` ones that the store had already.
    refused
        Those of them that are dead letters, because they cannot be used.
    waiting
        Cases and files that are still being written, or wait for a part.
    """

    taken: int = 0
    new: int = 0
    known: int = 0
    refused: int = 0
    waiting: int = 0

    def __add__(self, other: IngestCounts) -> IngestCounts:
        """Both together."""
        return IngestCounts(
            self.taken + other.taken, self.new + other.new, self.known + other.known,
            self.refused + other.refused, self.waiting + other.waiting,
        )  # fmt: skip


class Ingest:
    """Takes an inbox in, again and again.

    Parameters
    ----------
    site, store
        The installation and its open store.
    versions
        Versions that the jobs are for; by default this release's, found when the first case is there.
    on_case
        Called for each case, for a progress bar.
    """

    def __init__(
        self,
        site: Site,
        store: Store,
        versions: Mapping[str, str] | None = None,
        on_case: Callable[[], object] | None = None,
    ) -> None:
        if site.inbox is None:
            raise UsageError(str(site.file), "has no inbox", "name its folder under inbox")
        self._settings = site.inbox
        self.inbox = site.at(site.inbox.folder)
        self._site = site
        self._store = store
        self._kept = site.kept()
        self._versions = versions
        self._on_case = on_case
        self._looks = Looks(site.inbox.settle_seconds)
        #: The first thing that went wrong in a pass and held up no other case.
        self._trouble: NotewarrantError | None = None

    def once(self, wait: bool = True) -> IngestCounts:
        """One pass.

        Parameters
        ----------
        wait
            Whether to look twice, ``settle_seconds`` apart. Without, what has not looked the same for so long
            since an earlier pass is left for a later one.

        Raises
        ------
        MissingDocument, Stuck
            Where the inbox, or a folder in it, cannot be opened, or a file not be moved; all others went on.
        StoreUnavailable, OutputError
            Where store or disk cannot be used; nothing is lost, and the next pass goes on.
        """
        if not self.inbox.is_dir():
            raise MissingDocument(str(self.inbox), "is not a folder", "make the inbox")
        counts = IngestCounts()
        left, self._trouble = take_over(self.inbox, self._site.work.lease_seconds)
        for batch in left:
            counts += replace(self._guarded(batch, {}), waiting=0)
        seen = look(self.inbox)
        ready, unready = self._looks.settled(seen.units, time.monotonic())
        if wait and unready:
            time.sleep(self._settings.settle_seconds)
            seen = look(self.inbox)
            ready, unready = self._looks.settled(seen.units, time.monotonic())
        complete = [u for u in ready if self._complete(u)]
        counts += IngestCounts(waiting=seen.waiting + len(unready) + len(ready) - len(complete))
        for i in range(0, len(complete), BATCH):
            counts += self._part(complete[i : i + BATCH])
        if seen.closed is not None:
            self._trouble = self._trouble or MissingDocument(
                str(seen.closed.filename),
                f"cannot be opened ({seen.closed.strerror})",
                "mend its permissions",
            )
        if counts.taken:
            log.get().info(
                "cases_taken", source="inbox", n=counts.taken, taken=counts.new, known=counts.known,
                refused=counts.refused, waiting=counts.waiting,
            )  # fmt: skip
        if self._trouble:
            raise self._trouble
        return counts

    def _part(self, units: list[Unit]) -> IngestCounts:
        batch = begin(self.inbox)
        claimed: dict[str, Unit] = {}
        try:
            for unit in units:
                try:
                    if self._claim(batch, unit):
                        claimed[unit.place] = unit
                except Stuck as error:
                    self._trouble = self._trouble or error
        except TakenOver:
            return IngestCounts()
        except BaseException:
            batch.release()
            raise
        return self._guarded(batch, claimed)

    def _complete(self, unit: Unit) -> bool:
        """Whether a folder has all that its case file lists; what cannot be used is complete."""
        if unit.kind != "folder" or unit.error:
            return True
        try:
            _listed(unit, self._case_file(self.inbox, f"{unit.place}/{CASE_FILE}"))
        except (MissingDocument, EmptyDocument, UnsettledDocument):
            return False
        except DocumentError:
            return True
        return True

    def _claim(self, batch: Batch, unit: Unit) -> bool:
        """Take a unit's files; who has the first has all."""
        if unit.kind == "folder":
            taken = batch.take(unit.place, None)
        else:
            first, *others = unit.sights
            taken = batch.take(first, unit.sights[first])
            for place in others if taken else ():
                batch.take(place, unit.sights[place])
        failpoint("taken")
        return taken

    def _guarded(self, batch: Batch, claimed: Mapping[str, Unit]) -> IngestCounts:
        """A batch, left to the next pass where store or disk fail."""
        try:
            with self._kept.taking_in():
                return self._queue(batch, claimed)
        except TakenOver:
            return IngestCounts()
        except BaseException:
            batch.release()
            raise

    def _queue(self, batch: Batch, claimed: Mapping[str, Unit]) -> IngestCounts:
        """Queue what was taken; ``claimed`` is how its units looked before, where that is known."""
        jobs: list[Job] = []
        used: set[str] = set()
        waiting = 0
        with self._kept.together() as keep:
            for unit in look(batch.files).units:
                batch.alive()
                try:
                    if unit.place in claimed and claimed[unit.place].sights != unit.sights:
                        raise UnsettledDocument(unit.place, "changed while it was taken", "wait")
                    new_jobs, its = self._jobs(batch, unit, keep)
                    jobs += new_jobs
                    used |= its
                except (UnsettledDocument, _Incomplete):
                    waiting += 1
                except DocumentError as error:
                    jobs += self._refused(batch, unit.place, unit.sights, error.code, type(error))
                    if unit.error is None:  # otherwise the code says all
                        batch.explain(min(unit.sights), error)
                except (NotewarrantError, TakenOver):
                    raise
                except Exception as error:  # noqa: BLE001  one file must not stop the others
                    jobs += self._refused(batch, unit.place, unit.sights, InternalFault.code, type(error))
                if self._on_case:
                    self._on_case()
        for place in sorted(batch.places() - used, key=_case_files_first):
            try:
                # Overwritten by its sender meanwhile: the newer one is in its place.
                if not batch.put_back(place):
                    jobs += self._refused(batch, place, [place], UnsettledDocument.code, UnsettledDocument)
            except Stuck as error:  # left to the next pass
                self._trouble = self._trouble or error
        failpoint("queueing")
        new = self._store.enqueue(jobs) if jobs else 0
        failpoint("queued")
        try:
            batch.finish(used)
        except Stuck as error:  # it is in the store; only its files are left
            self._trouble = self._trouble or error
        return IngestCounts(
            taken=len(jobs), new=new, known=len(jobs) - new,
            refused=sum(1 for j in jobs if j.error), waiting=waiting,
        )  # fmt: skip

    def _jobs(self, batch: Batch, unit: Unit, keep: Keep) -> tuple[list[Job], set[str]]:
        """The jobs of a unit that was taken, its documents kept; and the files that they stand for."""
        files = batch.files
        if unit.error is not None:
            raise unit.error(unit.place, "cannot be used", "see the documentation")
        if unit.kind == "note":
            notes = [p for p in unit.sights if p != unit.case_file]
            if unit.case_file is None and self._case_file_left(unit.place):
                raise _Incomplete(unit.place, "has its case file elsewhere", "wait")
            file = self._case_file(files, unit.case_file) if unit.case_file else None
            return [self._job(batch, [note], file, keep) for note in notes], set(unit.sights)
        shared = self._case_file(files, f"{unit.place}/{CASE_FILE}")
        used = {f"{unit.place}/{CASE_FILE}"}
        try:
            listed = _listed(unit, shared)
        except (MissingDocument, EmptyDocument):
            raise _Incomplete(unit.place, "lacks documents", "wait") from None
        if shared.documents:
            return [self._job(batch, listed, shared, keep)], used | set(listed)
        jobs = []
        for note in listed:
            own = _beside(note)
            file = self._case_file(files, own) if own in unit.sights else shared
            jobs.append(self._job(batch, [note], file, keep))
            used |= {note, own}
        return jobs, used

    def _case_file_left(self, note: str) -> bool:
        """Whether a note's case file still lies in the inbox: its taker died between the two."""
        return os.path.lexists(self.inbox / _beside(note))

    def _case_file(self, folder: Path, place: str) -> CaseFile:
        """Read a case file; what is wrong with its content is CASE_FILE."""
        data = read_inside(folder, place, min(self._settings.max_bytes, _CASE_FILE_BYTES))
        try:
            return read_case_file(data.decode("utf-8-sig"), place)
        except UsageError as error:
            raise CaseFileError(error.where, error.cause, error.mend) from None
        except UnicodeDecodeError:
            raise CaseFileError(place, "is not UTF-8", "write it as UTF-8") from None

    def _document(self, batch: Batch, place: str) -> bytes:
        data = read_inside(batch.files, place, self._settings.max_bytes)
        decode(data, place)  # what is no text is refused now, not hours later
        return data

    def _job(self, batch: Batch, places: list[str], file: CaseFile | None, keep: Keep) -> Job:
        if len(places) > 1:  # none is kept unless all can be used
            for place in places:
                self._document(batch, place)
        references = tuple(keep(self._document(batch, place)) for place in places)
        paths = tuple(self.inbox / place for place in places)
        case = placed([CaseInput(self.inbox.resolve().name, paths, file)], self.inbox)[0]
        return Job(
            case_id=case.case_id,
            documents=tuple(r.rpartition(":")[2] for r in references),
            paths=references,
            policy=self._site.policy,
            versions=self._own_versions(),
            request={**request_of(file), "names": [p.name for p in paths]},
            patient=file.patient if file else None,
            source="inbox",
        )

    def _refused(
        self, batch: Batch, place: str, files: Iterable[str], code: str, kind: type[Exception]
    ) -> list[Job]:
        """A dead letter of a place and its files, which are set apart; none where they cannot be."""
        found = sorted(files)
        shas = tuple(_sha256(batch.files, p, self._settings.max_bytes) for p in found)
        try:
            for p in found:
                batch.refuse(p)
        except Stuck as error:
            self._trouble = self._trouble or error
            return []
        dead = Job(
            case_id=place.encode("utf-8", "backslashreplace").decode(),
            documents=shas,
            paths=tuple(batch.refused(p) for p in found),
            policy=self._site.policy,
            versions=self._own_versions(),
            # Never the key of the same note once it can be used.
            request={"refused": code},
            error=(code, kind.__name__),
            source="inbox",
        )
        return [dead]

    def _own_versions(self) -> Mapping[str, str]:
        if self._versions is None:
            from pipeline.work.versions import run_versions  # loads the extractor: some seconds

            self._versions = run_versions(self._site.policy)
        return self._versions


class _Incomplete(DocumentError):
    """A part of the case is not there: back to the inbox."""


def _case_files_first(place: str) -> tuple[bool, str]:
    # Back in this order, nobody ever sees a note without the case file that it had.
    return (not place.endswith(".json"), place)


def _beside(note: str) -> str:
    """The place of a note's own case file."""
    return f"{PurePosixPath(note).with_suffix('')}{OWN_CASE_FILE}"


def _listed(unit: Unit, file: CaseFile) -> list[str]:
    """Places of a folder's documents: those listed, or its notes.

    Raises
    ------
    MissingDocument, EmptyDocument
        Where some or all are not there (yet).
    OutsideDocument
        For a name that leads out of the folder.
    """
    if not file.documents:
        notes = [p for p in unit.sights if is_note(p) and str(PurePosixPath(p).parent) == unit.place]
        if not notes:
            raise EmptyDocument(unit.place, "holds no notes", "put them there")
        return notes
    places = ["/".join((unit.place, *parts_inside(name))) for name in file.documents]
    for place in places:
        if place not in unit.sights:
            raise MissingDocument(place, "is not there", "put it there")
    return places


def _sha256(folder: Path, place: str, most: int) -> str:
    """The hash of a file that is refused, or "" where it cannot be read."""
    try:
        return hashlib.sha256(read_inside(folder, place, most)).hexdigest()
    except DocumentError:
        return ""


def ingest_inbox(
    site: Site,
    store: Store,
    versions: Mapping[str, str] | None = None,
    on_case: Callable[[], object] | None = None,
) -> IngestCounts:
    """Take in, once, all that has looked the same for ``settle_seconds``; see ``Ingest``."""
    return Ingest(site, store, versions, on_case).once()

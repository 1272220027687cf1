"""What a unit of an inbox stands for: its jobs, with their documents kept, or one dead letter."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from pipeline.documents import decode
from pipeline.errors import (
    CaseFileError,
    DocumentError,
    EmptyDocument,
    LongCaseId,
    MissingDocument,
    UsageError,
)
from pipeline.inputs import CaseInput, placed
from pipeline.intake.folder import request_of
from pipeline.intake.guard import UnsettledDocument, parts_inside, read_inside
from pipeline.intake.sighting import Unit, is_note
from pipeline.intake.taken import Batch
from pipeline.packet import CASE_FILE, beside, is_packet, unlisted
from pipeline.request import MOST_NAME, CaseFile, read_case_file
from pipeline.site import Site
from pipeline.store import Job, bounded

_CASE_FILE_BYTES: Final = 1 << 20
Keep = Callable[[bytes], str]


class Incomplete(DocumentError):
    """A part of the case is not there: back to the inbox."""


class NotListed(DocumentError):
    """In a packet, and none of what its case file lists: a case of its own would lack the request."""

    code = "NOT_LISTED"


@dataclass
class Found:
    """The jobs of a unit, and its files that they stand for.

    ``unlisted`` are its files that belong to no case; ``patient`` is whose those are, where that is said.
    """

    jobs: list[Job]
    used: set[str]
    unlisted: list[str] = field(default_factory=list)
    patient: str | None = None


class Units:
    """Makes jobs of an inbox's units.

    Parameters
    ----------
    site
        The installation; it has an inbox.
    versions
        Versions that the jobs are for; by default this release's, found when the first case is there.
    """

    def __init__(self, site: Site, versions: Mapping[str, str] | None = None) -> None:
        if site.inbox is None:
            raise UsageError(str(site.file), "has no inbox", "name its folder under inbox")
        self.inbox = site.at(site.inbox.folder)
        self._most = site.inbox.max_bytes
        self._policy = site.policy
        self._versions = versions

    def complete(self, unit: Unit) -> bool:
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

    def read(self, batch: Batch, unit: Unit, keep: Keep) -> Found:
        """The jobs of a unit that was taken, its documents kept.

        Raises
        ------
        Incomplete, UnsettledDocument
            Where it may still become a case.
        DocumentError
            Where it can be none.
        """
        files = batch.files
        if unit.error is not None:
            raise unit.error(unit.place, "cannot be used", "see the documentation")
        if unit.kind == "note":
            notes = [p for p in unit.sights if p != unit.case_file]
            if unit.case_file is None and self._case_file_left(unit.place):
                raise Incomplete(unit.place, "has its case file elsewhere", "wait")
            file = self._case_file(files, unit.case_file) if unit.case_file else None
            return Found([self._job(batch, [note], file, keep) for note in notes], set(unit.sights))
        shared = self._case_file(files, f"{unit.place}/{CASE_FILE}")
        used = {f"{unit.place}/{CASE_FILE}"}
        try:
            listed = _listed(unit, shared)
        except (MissingDocument, EmptyDocument):
            raise Incomplete(unit.place, "lacks documents", "wait") from None
        if is_packet(shared):
            start = len(unit.place) + 1
            others = unlisted((p[start:] for p in unit.sights), [p[start:] for p in listed])
            return Found(
                [self._job(batch, listed, shared, keep)], used | set(listed),
                [f"{unit.place}/{p}" for p in others], shared.patient,
            )  # fmt: skip
        jobs = []
        for note in listed:
            own = beside(note)
            file = self._case_file(files, own) if own in unit.sights else shared
            jobs.append(self._job(batch, [note], file, keep))
            used |= {note, own}
        return Found(jobs, used)

    def patient(self, batch: Batch, unit: Unit) -> str | None:
        """Whose a unit is that cannot be used, so that it can be erased with all else of the patient."""
        place = f"{unit.place}/{CASE_FILE}" if unit.kind == "folder" else unit.case_file
        try:
            return self._case_file(batch.files, place).patient if place else None
        except DocumentError:
            return None

    def _case_file_left(self, note: str) -> bool:
        """Whether a note's case file still lies in the inbox: its taker died between the two."""
        return os.path.lexists(self.inbox / beside(note))

    def _case_file(self, folder: Path, place: str) -> CaseFile:
        """Read a case file; what is wrong with its content is CASE_FILE."""
        data = read_inside(folder, place, min(self._most, _CASE_FILE_BYTES))
        try:
            return read_case_file(data.decode("utf-8-sig"), place)
        except UsageError as error:
            raise CaseFileError(error.where, error.cause, error.mend) from None
        except UnicodeDecodeError:
            raise CaseFileError(place, "is not UTF-8", "write it as UTF-8") from None

    def _document(self, batch: Batch, place: str) -> bytes:
        data = read_inside(batch.files, place, self._most)
        decode(data, place)  # what is no text is refused now, not hours later
        return data

    def _job(self, batch: Batch, places: list[str], file: CaseFile | None, keep: Keep) -> Job:
        paths = tuple(self.inbox / place for place in places)
        case = placed([CaseInput(self.inbox.resolve().name, paths, file)], self.inbox)[0]
        if len(case.case_id) > MOST_NAME:
            raise LongCaseId(places[0], f"its id is longer than {MOST_NAME} characters", "state one")
        if len(places) > 1:  # none is kept unless all can be used
            for place in places:
                self._document(batch, place)
        references = tuple(keep(self._document(batch, place)) for place in places)
        return Job(
            case_id=case.case_id,
            documents=tuple(r.rpartition(":")[2] for r in references),
            paths=references,
            policy=self._policy,
            versions=self._own_versions(),
            request={**request_of(file), "names": [p.name for p in paths]},
            patient=file.patient if file else None,
            source="inbox",
        )

    def refused(
        self, batch: Batch, place: str, files: Iterable[str], error: tuple[str, str],
        patient: str | None = None,
    ) -> Job:  # fmt: skip
        """A dead letter of a place and its files, which are set apart.

        Parameters
        ----------
        batch
            Holds the files.
        place, files
            Of the unit, below the inbox.
        error
            Code and class.
        patient
            Whose it is, where that is known.

        Raises
        ------
        Stuck
            Where they cannot be.
        """
        found = sorted(files)
        shas = tuple(_sha256(batch.files, p, self._most) for p in found)
        for p in found:
            batch.refuse(p)
        return Job(
            case_id=bounded(place.encode("utf-8", "backslashreplace").decode()),
            documents=shas,
            paths=tuple(batch.refused(p) for p in found),
            policy=self._policy,
            versions=self._own_versions(),
            # Never the key of the same note once it can be used.
            request={"refused": error[0]},
            error=error,
            patient=patient,
            source="inbox",
        )

    def _own_versions(self) -> Mapping[str, str]:
        if self._versions is None:
            from pipeline.work.versions import run_versions  # loads the extractor: some seconds

            self._versions = run_versions(self._policy)
        return self._versions


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

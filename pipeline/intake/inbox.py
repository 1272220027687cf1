"""A watched folder: its cases into the store, each once, whoever dies on the way.

A file is moved out of the inbox (one rename), read through the guard, kept by its hash and queued; only after
the commit it is removed. What can be no case is queued as a dead letter with its code, and its file kept in
``.refused``. Removing comes last, so that a file may come in twice after a crash; its key makes it one job.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pipeline.errors import DocumentError, InternalFault, MissingDocument, NotewarrantError, OutputError
from pipeline.intake.guard import UnsettledDocument
from pipeline.intake.queueing import Queued, enqueue
from pipeline.intake.sighting import Looks, Sighting, Unit, look
from pipeline.intake.taken import TAKEN, Batch, Stuck, TakenOver, begin, take_over, time_of
from pipeline.intake.units import Incomplete, NotListed, Units
from pipeline.site import Site
from pipeline.store import Job, Store, StoreRefused
from pipeline.store.failpoints import failpoint
from pipeline.watch import log

#: Cases a transaction: a commit costs as much for one as for all.
BATCH: Final = 200
#: Seconds after which what waits is told in the log: its sender has forgotten it.
LONG: Final = 600


@dataclass(frozen=True)
class IngestCounts:
    """What became of an inbox.

    Attributes
    ----------
    taken
        Cases that were taken in: ``new`` ones, ``known`` ones that the store had already, and ``erased`` ones
        that somebody had erased, which do not come back.
    refused
        Those of them that are dead letters, because they cannot be used.
    waiting
        Cases and files that are still being written, or wait for a part.
    waiting_seconds
        How long the longest of these has not changed, by the file system's own time.
    """

    taken: int = 0
    new: int = 0
    known: int = 0
    erased: int = 0
    refused: int = 0
    waiting: int = 0
    waiting_seconds: int = 0

    def __add__(self, other: IngestCounts) -> IngestCounts:
        """Both together."""
        return IngestCounts(
            self.taken + other.taken, self.new + other.new, self.known + other.known,
            self.erased + other.erased, self.refused + other.refused, self.waiting + other.waiting,
            max(self.waiting_seconds, other.waiting_seconds),
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
        self._units = Units(site, versions)
        self.inbox = self._units.inbox
        self._site = site
        self._store = store
        self._kept = site.kept()
        self._on_case = on_case
        self._settle = site.inbox.settle_seconds if site.inbox else 0.0
        self._looks = Looks(self._settle)
        #: The first thing that went wrong in a pass and held up no other case.
        self._trouble: NotewarrantError | None = None
        #: The place of what waited longest in the last pass.
        self.longest: str | None = None
        self._told = 0

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
            So they did where what an earlier pass had left could not be taken in.
        StoreUnavailable, OutputError
            Where store or disk cannot be used; nothing is lost, and the next pass goes on.
        """
        if not self.inbox.is_dir():
            raise MissingDocument(str(self.inbox), "is not a folder", "make the inbox")
        counts = IngestCounts()
        left, self._trouble = take_over(self.inbox, self._site.work.lease_seconds)
        for batch in left:
            try:
                counts += replace(self._guarded(batch, {}), waiting=0)
            except OutputError as error:  # what is new, and the other batches, are not to blame
                self._trouble = self._trouble or error
        seen = look(self.inbox)
        clock = time_of(self.inbox / TAKEN) if seen.units or seen.waits else 0.0
        ready, unready = self._looks.settled(seen, time.monotonic(), clock)
        if wait and unready:
            time.sleep(self._settle)
            seen = look(self.inbox)
            ready, unready = self._looks.settled(seen, time.monotonic(), clock)
        complete: list[Unit] = []
        for unit in ready:
            (complete if self._units.complete(unit) else unready).append(unit)
        counts += self._waiting(seen, unready, clock)
        for i in range(0, len(complete), BATCH):
            counts += self._part(complete[i : i + BATCH])
        if seen.closed is not None:
            self._trouble = self._trouble or MissingDocument(
                str(seen.closed.filename),
                f"cannot be opened ({seen.closed.strerror})",
                "mend its permissions",
            )
        self._tell_waiting(counts)
        if counts.taken:
            log.get().info(
                "cases_taken", source="inbox", n=counts.taken, taken=counts.new, known=counts.known,
                erased=counts.erased, refused=counts.refused, waiting=counts.waiting,
            )  # fmt: skip
        if self._trouble:
            raise self._trouble
        return counts

    def _waiting(self, seen: Sighting, units: Iterable[Unit], clock: float) -> IngestCounts:
        """How much waits, and how long the longest of it has not changed."""
        waits = {place: found.put for place, found in seen.waits.items()}
        waits |= {u.place: max((s.put for s in u.sights.values()), default=clock) for u in units}
        self.longest = min(waits, key=lambda place: (waits[place], place), default=None)
        seconds = max(0.0, clock - waits[self.longest]) if self.longest is not None else 0.0
        return IngestCounts(waiting=len(waits), waiting_seconds=int(seconds))

    def _tell_waiting(self, counts: IngestCounts) -> None:
        """Log, once for each number, that something waits whose sender seems to have forgotten it."""
        if counts.waiting_seconds < LONG:
            self._told = 0
        elif counts.waiting != self._told:
            self._told = counts.waiting
            log.get().warning(
                "cases_waiting", source="inbox", waiting=counts.waiting, age=counts.waiting_seconds
            )

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
        of: list[Unit] = []  # of each job
        dead: list[Job] = []
        used: set[str] = set()
        waiting = 0
        with self._kept.together() as keep:
            for unit in look(batch.files).units:
                batch.alive()
                try:
                    if unit.place in claimed and claimed[unit.place].sights != unit.sights:
                        raise UnsettledDocument(unit.place, "changed while it was taken", "wait")
                    found = self._units.read(batch, unit, keep)
                    jobs += found.jobs
                    of += [unit] * len(found.jobs)
                    used |= found.used
                    for place in found.unlisted:
                        dead += self._refused(batch, place, [place], NotListed, found.patient)
                except (UnsettledDocument, Incomplete):
                    waiting += 1
                except DocumentError as error:
                    whose = self._units.patient(batch, unit)
                    dead += self._refused(batch, unit.place, unit.sights, type(error), whose)
                    if unit.error is None:  # otherwise the code says all
                        batch.explain(min(unit.sights), error)
                except (NotewarrantError, TakenOver):
                    raise
                except Exception as error:  # noqa: BLE001  one file must not stop the others
                    dead += self._refused(
                        batch, unit.place, unit.sights, type(error), code=InternalFault.code
                    )
                if self._on_case:
                    self._on_case()
        for place in sorted(batch.places() - used, key=_case_files_first):
            try:
                # Overwritten by its sender meanwhile: the newer one is in its place.
                if not batch.put_back(place):
                    dead += self._refused(batch, place, [place], UnsettledDocument)
            except Stuck as error:  # left to the next pass
                self._trouble = self._trouble or error
        failpoint("queueing")
        queued = self._put(batch, jobs, of, dead, used)
        failpoint("queued")
        try:
            batch.finish(used)
        except Stuck as error:  # it is in the store; only its files are left
            self._trouble = self._trouble or error
        taken = len(jobs) + len(dead) - len(queued.refused)
        known = taken - queued.new - queued.erased
        return IngestCounts(taken, queued.new, known, queued.erased, len(dead), waiting)

    def _put(self, batch: Batch, jobs: list[Job], of: list[Unit], dead: list[Job], used: set[str]) -> Queued:
        """Jobs and dead letters into the store; the files of what it refuses are set apart, too."""
        queued = enqueue(self._store, jobs)
        for unit in {of[i].place: of[i] for i in queued.refused}.values():
            its = used & unit.sights.keys()
            used -= its
            dead += self._refused(batch, unit.place, its, StoreRefused)
        if dead:
            queued.add(self._store.take_in(dead))
        return queued

    def _refused(
        self, batch: Batch, place: str, files: Iterable[str], kind: type[Exception],
        patient: str | None = None, code: str | None = None,
    ) -> list[Job]:  # fmt: skip
        """A dead letter of a place and its files; none where they cannot be set apart."""
        error = (code or str(getattr(kind, "code", InternalFault.code)), kind.__name__)
        try:
            return [self._units.refused(batch, place, files, error, patient)]
        except Stuck as error:
            self._trouble = self._trouble or error
            return []


def _case_files_first(place: str) -> tuple[bool, str]:
    # Back in this order, nobody ever sees a note without the case file that it had.
    return (not place.endswith(".json"), place)


def ingest_inbox(
    site: Site,
    store: Store,
    versions: Mapping[str, str] | None = None,
    on_case: Callable[[], object] | None = None,
) -> IngestCounts:
    """Take in, once, all that has looked the same for ``settle_seconds``; see ``Ingest``."""
    return Ingest(site, store, versions, on_case).once()

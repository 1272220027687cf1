"""What one worker process does: the store open, the models loaded once, a batch whenever it is told to.

Nothing but plain numbers and names of classes leaves a worker: an exception could quote a document, and what
cannot be unpickled would break the line to whoever drives it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from pipeline.errors import NotewarrantError
from pipeline.policies import known_policies
from pipeline.private_files import no_core_dumps
from pipeline.site import Site
from pipeline.store import Claimed, Place, Store, StoreUnavailable, digest, new_owner
from pipeline.store.kept import KeptDocuments
from pipeline.work.batch import Assessor, BatchCounts, run_batch
from pipeline.work.versions import own_digests, run_versions
from rules.assessment import Assessment

#: The product's own assessor, as an importable name.
ASSESSOR: Final = "pipeline.work.batch:assessed"
#: Places of a tally: documents begun, and what became of them.
BEGUN, DONE, DEAD, RETRY, LOST = range(5)
PLACES: Final = 5
Tally = list[int] | memoryview
#: No batch ends by its number of documents; its seconds do that.
_MANY: Final = 1_000_000_000
#: Seconds between two looks for jobs of versions that nobody has any more.
_ADOPT_EVERY: Final = 60.0


@dataclass(frozen=True)
class Report:
    """What a batch came to, in plain values.

    Attributes
    ----------
    worked
        Documents that it had in hand.
    due
        Seconds until a further job may be tried; None where none waits.
    away
        The store did not answer; what was finished stays finished.
    error
        (where, cause, mend) of an error that trying again does not mend.
    fault
        Class of a fault of the product outside any document.
    """

    worked: int = 0
    due: float | None = None
    away: bool = False
    error: tuple[str, str, str] | None = None
    fault: str | None = None


def named(assessor: str) -> Assessor:
    """The assessor that ``module:name`` stands for."""
    module, _, name = assessor.partition(":")
    found: Assessor = getattr(import_module(module), name)
    return found


class Worker:
    """A process's part in the work of a site.

    Parameters
    ----------
    site
        The settings.
    where
        The store's address, read where its secrets can be.
    assessor
        Does one document: ``module:name``.
    versions
        Digests of the sets of versions that the assessor works under, by policy; by default this process's.
    tally
        Five counters to add to (``BEGUN`` and so on), for who looks on while a batch runs.
    stop
        Asked before each document: where it says True the batch ends.
    """

    def __init__(
        self,
        site: Site,
        where: Place,
        assessor: str = ASSESSOR,
        versions: Mapping[str, str] | None = None,
        tally: Tally | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> None:
        no_core_dumps()
        self._site = site
        self._where = where
        self._assessor = assessor
        self._versions = versions
        self._tally: Tally = [0] * PLACES if tally is None else tally
        self._stop = stop
        self._store: Store | None = None
        self._adopt_at = 0.0

    @property
    def tally(self) -> tuple[int, ...]:
        """Documents begun, done, dead, retried and lost so far."""
        return tuple(self._tally)

    def batch(self) -> Report:
        """Do a batch of ``site.work.batch_seconds``; never raises, but for what ends the process."""
        counts = BatchCounts()
        try:
            if self._store is None:
                self._store = Store(self._where, limits=self._site.limits())
            self._adopt(self._store)
            self._run(self._store, counts)
            mine = sorted((self._versions or own_digests()).values())
            return Report(counts.worked, self._store.next_due(None, mine))
        except StoreUnavailable:
            return Report(counts.worked, away=True)
        except NotewarrantError as error:
            return Report(counts.worked, error=(error.where, error.cause, error.mend))
        except Exception as error:  # noqa: BLE001  its message may quote a document
            return Report(counts.worked, fault=type(error).__name__)

    def close(self) -> None:
        """Close the store."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _run(self, store: Store, counts: BatchCounts) -> None:
        assessor = named(self._assessor)
        tally, before = self._tally, tuple(self._tally)

        def begun(row: Claimed, kept: KeptDocuments | None) -> Assessment:
            tally[BEGUN] += 1
            return assessor(row, kept)

        def tell() -> None:
            tally[DONE] = before[DONE] + counts.done
            tally[DEAD] = before[DEAD] + counts.dead
            tally[RETRY] = before[RETRY] + counts.retry
            tally[LOST] = before[LOST] + counts.lost

        try:
            run_batch(
                store, new_owner(), _MANY, seconds=self._site.work.batch_seconds,
                documents=self._site.at(self._site.documents),
                document_seconds=self._site.work.document_seconds, assessor=begun, versions=self._versions,
                on_document=tell, stop=self._stop, counts=counts,
            )  # fmt: skip
        finally:
            tell()

    def _adopt(self, store: Store) -> None:
        """Take over jobs that wait for versions which no worker has any more."""
        if self._versions is not None or time.monotonic() < self._adopt_at:
            return
        sets = {policy: run_versions(policy) for policy in known_policies()}
        mine = {policy: digest(versions) for policy, versions in sets.items()}
        store.know({mine[policy]: versions for policy, versions in sets.items()})
        while store.adopt(mine) and not (self._stop and self._stop()):
            pass
        self._adopt_at = time.monotonic() + _ADOPT_EVERY

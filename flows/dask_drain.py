"""A site's queue worked on by the workers of a Dask cluster.

Plain Dask inside one Prefect task: a Prefect task a batch (prefect-dask) would have every Dask worker import
Prefect and reach its API, and costs the server some 30 ms of CPU each, for nothing that the ledger does not
know. What travels is the path of the site's settings one way and numbers the other. Workers need the product,
that path, the store and the folder of documents; secrets come from their own environment.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.addresses import shown as shown_address
from pipeline.errors import OutputError, UsageError
from pipeline.site import Site, load_site
from pipeline.work.loop import keep_busy
from pipeline.work.worker import ASSESSOR, PLACES, Report, Worker

if TYPE_CHECKING:
    from distributed import Client, Future

#: Seconds in which the scheduler must answer.
_CONNECT = 10
#: Seconds beyond a batch and a document that running batches get when the drain is to stop.
_GRACE = 10.0
#: This process's workers by settings: store open, models loaded.
_workers: dict[tuple[str, int, str], Worker] = {}


def one_batch(site: str, assessor: str, versions: Mapping[str, str] | None) -> dict[str, Any]:
    """Do a batch, in a process of Dask's; returns the report and the tally as plain values."""
    key = (site, Path(site).stat().st_mtime_ns, assessor)
    if key not in _workers:
        for old in _workers.values():  # the settings were changed
            old.close()
        _workers.clear()
        settings = load_site(Path(site))
        _workers[key] = Worker(settings, settings.store_place(), assessor, versions)
    worker = _workers[key]
    before = worker.tally
    report = worker.batch()
    return {**asdict(report), "tally": [a - b for a, b in zip(worker.tally, before, strict=True)]}


class DaskCrew:
    """The workers that a cluster has now; each runs one batch at a time.

    Raises
    ------
    UsageError
        Where the cluster has no workers, or such with several threads: a document that hangs is ended
        together with its process.
    """

    def __init__(
        self, client: Client, site: Site, assessor: str = ASSESSOR, versions: Mapping[str, str] | None = None
    ) -> None:
        known = client.scheduler_info(n_workers=-1)["workers"]
        if not known:
            raise UsageError(
                "work.dask", "the cluster has no workers", "start some: dask worker --nthreads 1"
            )
        if any(w["nthreads"] != 1 for w in known.values()):
            raise UsageError(
                "work.dask", "the cluster's workers have several threads",
                "start them with --nthreads 1, and more of them",
            )  # fmt: skip
        self.size = len(known)
        self._client = client
        self._arguments = (str(site.file), assessor, versions)
        self._grace = site.work.batch_seconds + site.work.document_seconds + _GRACE
        self._tally = [0] * PLACES
        self._running: dict[Future, int] = {}

    def start(self, number: int) -> None:
        """Have a batch done; the scheduler chooses a worker that has none."""
        self._running[self._client.submit(one_batch, *self._arguments, pure=False)] = number

    def wait(self, seconds: float) -> list[tuple[int, Report | None]]:
        """Reports of batches that ended meanwhile; None for one whose workers died again and again."""
        from distributed import wait

        if not self._running:
            time.sleep(seconds)
            return []
        try:
            wait(list(self._running), timeout=seconds, return_when="FIRST_COMPLETED")
        except TimeoutError:
            return []
        out: list[tuple[int, Report | None]] = []
        for future in [f for f in self._running if f.done()]:
            number = self._running.pop(future)
            out.append((number, self._report(future)))
            future.release()
        return out

    def _report(self, future: Future) -> Report | None:
        try:
            told = future.result()
        except (Exception, CancelledError):  # noqa: BLE001  killed, or the scheduler is gone: the ledger knows
            return None
        for place, n in enumerate(told.pop("tally")):
            self._tally[place] += n
        return Report(**told)

    def tally(self) -> tuple[int, int, int, int, int]:
        """Documents begun, done, dead, retried and lost, of batches that ended."""
        begun, done, dead, retry, lost = self._tally
        return begun, done, dead, retry, lost

    def halt(self) -> None:
        """Let running batches end; those that take too long are forgotten, and their leases run out."""
        from distributed import wait

        if self._running:
            try:
                wait(list(self._running), timeout=self._grace)
            except TimeoutError:
                self._client.cancel(list(self._running))
            self.wait(0)
            self._running.clear()


def drain_on_dask(
    site: Site,
    *,
    progress: Callable[[int], object] | None = None,
    stop: Callable[[], bool] | None = None,
    assessor: str = ASSESSOR,
    versions: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Work on a site's queue with the Dask cluster at ``site.work.dask`` until nothing waits.

    Parameters
    ----------
    site
        The settings; the cluster's workers read them from the same path.
    progress, stop
        See ``pipeline.work.loop.keep_busy``.
    assessor, versions
        See ``pipeline.work.worker.Worker``.

    Returns
    -------
    dict
        Counts as in ``pipeline.work.loop.Drained``. Results do not depend on the number of workers.

    Raises
    ------
    UsageError
        Where Dask is not installed, the site names no cluster, or the cluster cannot be used.
    OutputError
        Where the scheduler does not answer.
    """
    if site.work.dask is None:
        raise UsageError("work.dask", "the site names no cluster", "write tcp://host:8786 or tls://host:8786")
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise UsageError(
            "work.dask", f"the package {error.name} is not installed", 'install "notewarrant[dask]"'
        ) from None
    try:
        client = Client(site.work.dask, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise OutputError(
            shown_address(site.work.dask), f"no scheduler answers ({type(error).__name__})",
            "start it, or mend work.dask",
        ) from None  # fmt: skip
    with client, client.as_current():
        return asdict(keep_busy(DaskCrew(client, site, assessor, versions), "empty", progress, stop))

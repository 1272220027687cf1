"""Worker processes of one machine, each replaced when it dies, hangs or has done enough batches.

Each worker is a pool of one (Pebble): workers of one pool share a lock, and one that is killed while it holds
the lock would stop the others for good. After a death the pool is made anew, so that nothing of it remains.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from multiprocessing.connection import wait as wait_for
from multiprocessing.forkserver import ensure_running
from typing import Any, Final

from pebble import ProcessPool

from pipeline.errors import OutputError
from pipeline.lexicons.place import VARIABLE as LEXICONS
from pipeline.policy_place import VARIABLE as POLICIES
from pipeline.site import Site
from pipeline.store import Place
from pipeline.work.batch import PATIENCE
from pipeline.work.loop import Drained, Until, keep_busy
from pipeline.work.worker import ASSESSOR, PLACES, Report, Worker

#: Workers are forked from a server that has loaded the models and nothing else: no thread and no connection
#: of the parent's comes along, and a worker that died is replaced in no time.
_CONTEXT: Final = multiprocessing.get_context("forkserver")
#: What load_site and the command line tell by the environment; the server's may be older.
_VARIABLES: Final = (LEXICONS, POLICIES)
#: Seconds that a worker has for the document in hand when it is to stop.
GRACE: Final = 20.0
#: Numbers that a worker shares.
_OWN: Final = 1 + PLACES
#: Seconds beyond all others after which a batch is ended from outside: loading the models, a slow machine.
_SLACK: Final = 120.0


class ProcessCrew:
    """Processes of this machine.

    Parameters
    ----------
    site
        The settings; workers get them as they are now.
    size
        Number of processes.
    assessor, versions
        See ``Worker``.
    """

    def __init__(
        self, site: Site, size: int, assessor: str = ASSESSOR, versions: Mapping[str, str] | None = None
    ) -> None:
        self.size = size
        self._site = site
        # Shared memory without a lock, which a killed worker could not give back: the first number is the
        # sign to stop, then each worker has places of its own, which only it writes: process id and tally.
        self._shared = _CONTEXT.RawArray("q", 1 + _OWN * size)
        told = {name: os.environ.get(name) for name in _VARIABLES}
        self._arguments = (site, site.store_place(), assessor, versions, self._shared, told)
        # Heeded where the server does not run yet. With versions given, the models are none of our business.
        loaded = "pipeline.work.worker" if versions else "pipeline.work.preloaded"
        _CONTEXT.set_forkserver_preload([loaded])
        # A service manager's SIGTERM goes to all: the server must outlast its workers, and ends with this
        # process however that ends. It and they begin with the signal held back.
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        try:
            ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        self._pools: dict[int, ProcessPool] = {}
        self._running: dict[Future[Report], int] = {}
        work = site.work
        self._limit = work.batch_seconds + work.document_seconds + PATIENCE + _SLACK

    def start(self, number: int) -> None:
        """Have a worker do a batch; a pool that a death has broken is made anew."""
        for _ in range(2):
            if number not in self._pools:
                self._pools[number] = ProcessPool(
                    max_workers=1, max_tasks=self._site.work.batches_a_process, initializer=_begin,
                    initargs=(number, *self._arguments), context=_CONTEXT,
                )  # fmt: skip
            with suppress(RuntimeError):  # the worker died while it did nothing
                self._running[self._pools[number].schedule(_batch, timeout=self._limit)] = number
                return
            self._drop(number)
        raise OutputError("worker processes", "cannot be started", "check memory and the number of processes")

    def wait(self, seconds: float) -> list[tuple[int, Report | None]]:
        """Reports of batches that ended meanwhile; None for a worker that died."""
        if not self._running:
            time.sleep(seconds)
            return []
        # Pebble does not notice a worker that leaves in the middle as if all were well (exit code 0).
        left = [future for future, number in self._running.items() if future.running() and self._gone(number)]
        ended, _ = wait(self._running, timeout=seconds, return_when=FIRST_COMPLETED)
        out: list[tuple[int, Report | None]] = []
        for future in {*ended, *left}:
            number = self._running.pop(future)
            report = None
            with suppress(Exception):  # killed, ended at a deadline or past all time: all the same
                report = future.result(timeout=0)
            if report is None:
                self._drop(number)
            out.append((number, report))
        return out

    def _gone(self, number: int) -> bool:
        try:
            os.kill(self._shared[1 + _OWN * number], 0)
        except ProcessLookupError:
            return True
        return False

    def workers(self) -> list[int]:
        """Process ids of the workers that began; one that ended may still be among them."""
        return [pid for pid in self._shared[1::_OWN] if pid]

    def tally(self) -> tuple[int, int, int, int, int]:
        """Documents begun, done, dead, retried and lost so far."""
        begun, done, dead, retry, lost = (sum(self._shared[2 + place :: _OWN]) for place in range(PLACES))
        return begun, done, dead, retry, lost

    def halt(self) -> None:
        """Stop after the document in hand; who takes too long is ended, and the ledger counts an attempt."""
        self._shared[0] = 1
        if self._running:
            wait(self._running, timeout=GRACE)
        for number in list(self._pools):
            self._drop(number)
        self._running.clear()

    def _drop(self, number: int) -> None:
        pool = self._pools.pop(number, None)
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


def drain(
    site: Site,
    *,
    processes: int | None = None,
    until: Until = "empty",
    progress: Callable[[int], object] | None = None,
    stop: Callable[[], bool] | None = None,
    assessor: str = ASSESSOR,
    versions: Mapping[str, str] | None = None,
) -> Drained:
    """Work on a site's queue with processes of this machine.

    Parameters
    ----------
    site
        The settings.
    processes
        How many; by default ``site.work.processes``. Results do not depend on it.
    until, progress, stop
        See ``pipeline.work.loop.keep_busy``.
    assessor, versions
        See ``pipeline.work.worker.Worker``.

    Raises
    ------
    NotewarrantError
        As ``keep_busy``; what is done stays done.
    """
    return keep_busy(
        ProcessCrew(site, processes or site.work.processes, assessor, versions), until, progress, stop
    )


#: This process's worker, where it is one; whether it has a batch in hand, and whether it was told to stop.
_worker: Worker | None = None
_busy = False
_told = False


def _begin(
    number: int,
    site: Site,
    where: Place,
    assessor: str,
    versions: Mapping[str, str] | None,
    shared: Any,
    told: Mapping[str, str | None],
) -> None:
    """Make this process a worker; nothing is opened before its first batch, so that an error is reported."""
    global _worker
    for name, value in told.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    numbers = memoryview(shared).cast("B").cast("q")
    first = 1 + _OWN * number
    numbers[first] = os.getpid()
    _worker = Worker(
        site, where, assessor, versions, numbers[first + 1 : first + _OWN],
        stop=lambda: _told or bool(numbers[0]),
    )  # fmt: skip
    signal.signal(signal.SIGTERM, _terminated)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _batch() -> Report:
    global _busy
    if _worker is None or _told:  # ended, it is replaced; a plain exception would leave it in place
        os._exit(1)
    _busy = True
    try:
        return _worker.batch()
    finally:
        _busy = False


def _terminated(*_: object) -> None:
    """A service manager ends the workers too: the document in hand is finished first."""
    global _told
    _told = True
    if not _busy:
        os._exit(1)


def _end_with_parent() -> None:
    """End with the parent, however that ended: after the document in hand, or after a while."""
    global _told
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
    _told = True
    time.sleep(GRACE)
    os._exit(1)

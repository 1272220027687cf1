"""Metrics for Prometheus, read from the ledger when they are asked for.

What is so now comes from the ledger's tables; what ever happened from sums that follow its audit trail. Both
are read in one transaction that waits for no writer. Labels are sources, states, codes, answers, checks and
families of facts: bounded, and nothing of a case.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from pipeline.errors import NotewarrantError, OutputError
from pipeline.private_files import write_text
from pipeline.site import Site
from pipeline.store import Store
from pipeline.store.following import happened, is_part
from pipeline.store.reading import Overview, overview
from pipeline.watch import log
from pipeline.watch.families import ever, gauge, now
from pipeline.watch.totals import Totals

#: Where a site keeps the sums.
KEPT: Final = "metrics.json"
#: Seconds that one scrape spends on reading the trail.
SCRAPE_SECONDS: Final = 5.0
#: Entries of the trail read at once.
_AT_ONCE: Final = 1000
#: Sums are written at most so often (seconds).
_KEEP_EVERY: Final = 60.0


def _release() -> str:
    try:
        return version("notewarrant")
    except PackageNotFoundError:
        return "not installed"


class Ledger(Collector):
    """What the ledger tells Prometheus; several threads may ask.

    Parameters
    ----------
    store
        The store; it stays its owner's to close.
    kept
        A file for the sums, so that a start need not read the whole trail, and no counter falls when results
        are erased while nobody follows. Without one the sums begin with the trail.
    """

    def __init__(self, store: Store, kept: Path | None = None) -> None:
        self._store = store
        self._kept = kept
        self._lock = threading.Lock()
        self._written = time.monotonic()
        self.totals = Totals()
        if kept is not None:
            with contextlib.suppress(OSError, UnicodeDecodeError):
                self.totals = Totals.from_json(kept.read_text("utf-8"))

    def look(self, seconds: float | None = SCRAPE_SECONDS) -> Overview:
        """Go on along the trail, for so long at most, and see what is so now.

        Raises
        ------
        OutputError
            Where the store cannot be read.
        """
        end = None if seconds is None else time.monotonic() + seconds
        with self._lock:
            return self._look(end)

    def _look(self, end: float | None) -> Overview:
        database = self._store.database
        with database.transaction(write=False) as c:
            if not is_part(c, self.totals.seq, self.totals.hash):  # kept beside another store
                self.totals = Totals()
            seen = overview(c, database.now(c), self._store.limits, sources=False)
            while self.totals.seq < seen.audit_seq and (end is None or time.monotonic() < end):
                entries, head = happened(c, self.totals.seq, _AT_ONCE)
                if not entries:  # the trail's end is missing; notewarrant store verify says so
                    break
                self.totals.add(entries, head)
        return seen

    def keep(self) -> None:
        """Write the sums to their file; where that cannot be, the next start reads the trail anew."""
        if self._kept is None:
            return
        with self._lock:
            self._written = time.monotonic()
            try:
                write_text(self._kept, self.totals.to_json())
            except OutputError as error:
                log.get().warning("totals_not_kept", error=error)

    def collect(self) -> Iterator[Metric]:
        """All metrics; where the store cannot be read only that it cannot."""
        build = InfoMetricFamily("notewarrant_build", "Release of this process.")
        build.add_metric([], {"version": _release()})
        yield build
        up = "Whether the store could be read."
        try:
            with self._lock:
                seen = self._look(time.monotonic() + SCRAPE_SECONDS)
                counted = list(ever(self.totals, seen.audit_seq))
        except NotewarrantError as error:
            log.get().warning("store_away", error=error)
            yield gauge("up", up, 0)
            return
        yield gauge("up", up, 1)
        yield from now(seen)
        yield from counted
        if time.monotonic() - self._written > _KEEP_EVERY:
            self.keep()


def _registry(ledger: Ledger) -> CollectorRegistry:
    # Without describing: being registered is no reason to read the store.
    found = CollectorRegistry(auto_describe=False)
    found.register(ledger)
    return found


def exposition(ledger: Ledger) -> str:
    """The metrics as Prometheus reads them."""
    return generate_latest(_registry(ledger)).decode("utf-8")


class Served:
    """Metrics that are being served until ``close``."""

    def __init__(self, ledger: Ledger, host: str, port: int) -> None:
        try:
            self._server, self._thread = start_http_server(port, host, _registry(ledger))
        except OSError as error:
            raise OutputError(
                f"metrics at {host}:{port}", f"cannot be served ({error.strerror})",
                "name another metrics.host or metrics.port in the settings",
            ) from None  # fmt: skip
        self._ledger = ledger
        self.host = host
        #: The port itself where the settings say 0 (any).
        self.port = int(self._server.server_port)

    def close(self) -> None:
        """Serve no longer, and keep the sums."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._ledger.keep()


def site_ledger(site: Site, store: Store) -> Ledger:
    """The ledger of a site, with its kept sums."""
    return Ledger(store, site.base / KEPT)


def serve_metrics(site: Site, store: Store) -> Served:
    """Serve a site's metrics in a thread of this process, at ``metrics.host`` and ``metrics.port``.

    Raises
    ------
    OutputError
        Where the address cannot be served at, or the store cannot be read.
    """
    ledger = site_ledger(site, store)
    ledger.look(None)  # a counter that catches up while it is read would look like a rush of work
    return Served(ledger, site.metrics.host, site.metrics.port)

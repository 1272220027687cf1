"""``notewarrant metrics``: what Prometheus reads, served or printed once."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from pipeline.cli.watched import watched
from pipeline.errors import EXIT_OK, UsageError
from pipeline.watch import log
from pipeline.watch.metrics import Ledger, exposition, serve_metrics, site_ledger


def run_metrics(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    site, store = watched(arguments)
    with store:
        if arguments.once:
            ledger = site_ledger(site, store) if site else Ledger(store)
            ledger.look(None)
            sys.stdout.write(exposition(ledger))
            return EXIT_OK
        if site is None:
            raise UsageError("--store", "has no address to serve at", "name a SITE, or add --once")
        log.configure(level="warning")
        served = serve_metrics(site, store)
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        print(f"http://{served.host}:{served.port}/metrics", flush=True)
        stop.wait()
        served.close()
    return EXIT_OK

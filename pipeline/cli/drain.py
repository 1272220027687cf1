"""``notewarrant queue drain``: work on a site's queue with processes of this machine."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipeline.errors import EXIT_DOCUMENTS, EXIT_INTERNAL, EXIT_OK, UsageError
from pipeline.meanings import FAULTS
from pipeline.site.check import working_site
from pipeline.store.reading import Overview


@contextmanager
def told_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether SIGTERM or Ctrl-C came; a second one ends at once."""
    told = threading.Event()
    before = {int(number): signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def tell(number: int, _frame: object) -> None:
        told.set()
        signal.signal(number, before[number])

    for number in before:
        signal.signal(number, tell)
    try:
        yield told.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_drain(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    # Loaded here: --help and usage errors need none of it.
    from tqdm import tqdm

    from pipeline.watch import log
    from pipeline.work.pool import drain

    if arguments.processes is not None and arguments.processes < 1:
        raise UsageError("--processes", f"{arguments.processes} is less than 1", "write e.g. 2")
    site = working_site(arguments.site)
    store = site.open_store()
    if arguments.forever and not sys.stderr.isatty():  # a terminal has the bar
        log.configure()
    try:
        before = store.overview()
        waiting = before.states["queued"] + before.states["leased"]
        with (
            told_to_stop() as stop,
            tqdm(
                total=None if arguments.forever else waiting, unit="case", file=sys.stderr,
                disable=arguments.quiet or not sys.stderr.isatty() or not (waiting or arguments.forever),
            ) as bar,
        ):  # fmt: skip

            def advance(n: int) -> None:
                if bar.total is not None:  # documents that are tried again, or came meanwhile
                    bar.total = max(bar.total, bar.n + n)
                bar.update(n)

            drained = drain(
                site, processes=arguments.processes, until="stopped" if arguments.forever else "empty",
                progress=advance, stop=stop,
            )  # fmt: skip
            stopped = stop()
        after = store.overview()
    finally:
        store.close()
    dead = {code: n - before.dead.get(code, 0) for code, n in after.dead.items()}
    dead = {code: n for code, n in dead.items() if n > 0}
    _tell(arguments, before, after, dead, drained.deaths)
    if arguments.forever and stopped:
        return EXIT_OK
    if any(code in FAULTS for code in dead):
        return EXIT_INTERNAL
    return EXIT_DOCUMENTS if dead else EXIT_OK


def _tell(
    arguments: argparse.Namespace, before: Overview, after: Overview, dead: dict[str, int], deaths: int
) -> None:
    done = after.states["done"] - before.states["done"]
    left = {"waiting": after.states["queued"], "in_hand": after.states["leased"]}
    if arguments.format == "json":
        print(json.dumps({"done": done, "dead": dead, **left, "worker_deaths": deaths}, sort_keys=True))
        return
    print(f"{done} cases done" if done or dead else "nothing to do")
    for code, n in sorted(dead.items()):
        print(f"  dead letters {code}: {n}")
    if left["waiting"]:
        print(f"  waiting: {left['waiting']}")
    if left["in_hand"]:
        print(f"  in the hands of others: {left['in_hand']}")
    if deaths:
        print(f"  worker processes that ended in the middle: {deaths}")

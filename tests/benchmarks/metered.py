"""Drains a site and notes the processor time of the assessing itself, note by note.

    python tests/benchmarks/metered.py drain SITE PROCESSES
    python tests/benchmarks/metered.py flow SITE

Times go to a file for each process in the folder that ``BENCH_TIMES`` names. The product's own assessor does
the work: it reads a case's kept documents and assesses them.
"""

from __future__ import annotations

import functools
import os
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:1] = [str(HERE.parents[1]), str(HERE)]

from pipeline.store import Claimed  # noqa: E402
from pipeline.store.kept import KeptDocuments  # noqa: E402
from pipeline.work.batch import assessed as real  # noqa: E402
from rules.assessment import Assessment  # noqa: E402

_NAME = "metered:assessed"


def assessed(row: Claimed, kept: KeptDocuments | None) -> Assessment:
    """Assess a row, and note the processor seconds that it took."""
    begin = time.thread_time()
    found = real(row, kept)
    took = time.thread_time() - begin
    with (Path(os.environ["BENCH_TIMES"]) / str(os.getpid())).open("a") as times:
        times.write(f"{took}\n")
    return found


def main() -> None:
    """Drain, by the pool alone or by the flow."""
    from pipeline.site import load_site
    from pipeline.work import pool

    how, site, *processes = sys.argv[1:]
    if how == "drain":
        pool.drain(load_site(Path(site)), processes=int(processes[0]), assessor=_NAME)
        return
    from flows import drain_queue as module

    module.drain = functools.partial(pool.drain, assessor=_NAME)
    module.drain_queue(site)


if __name__ == "__main__":
    main()

"""How many documents a second a site's workers do, and what the queue costs beside the assessing itself.

    python tests/benchmarks/queue_cost.py [--documents N] [--processes 1 2] [--prefect]
    make bench-queue

The peer is a plain loop over the same notes in this process, models loaded. Then the same notes go through a
site's queue: taken in, leased, assessed, results and audit trail written, by worker processes under a parent.
Costs are processor time of all these processes; the workers note what the assessing took of it
(``metered.py``), the rest is the queue's. So a busy machine shows in the documents a second, in no share.
Taking in happens once, before, and has a column of its own. Loading the models is measured apart (a queue
of one document), since it is paid once a start. With ``--prefect`` the flow ``drain-queue`` runs it against
a Prefect server of its own, whose processor time counts too.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:1] = [str(ROOT), str(ROOT / "tests" / "soak")]

_TICK = os.sysconf("SC_CLK_TCK")
#: The seed of the notes.
_SEED = 11


@dataclass(frozen=True)
class Cost:
    """Processor seconds and seconds of the clock; of the former those of taking in, and of assessing."""

    processor: float
    clock: float
    intake: float = 0.0
    assessing: float = 0.0


class Meter(threading.Thread):
    """Processor seconds of this process's descendants, looked at all the time.

    What has ended is not known to its parent where a server of processes stands between.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._ticks: dict[tuple[str, str], int] = {}
        self._over = threading.Event()

    def run(self) -> None:
        """Look until told to end."""
        while not self._over.wait(0.1):
            self._look()

    def _look(self) -> None:
        seen: dict[str, list[str]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                seen[stat.parent.name] = stat.read_text().rpartition(")")[2].split()
        family = {str(os.getpid())}
        while more := {pid for pid, fields in seen.items() if fields[1] in family} - family:
            family |= more
        for pid in family - {str(os.getpid())}:
            fields = seen[pid]
            self._ticks[pid, fields[19]] = int(fields[11]) + int(fields[12])

    def end(self) -> float:
        """Processor seconds in all."""
        self._over.set()
        self.join()
        return sum(self._ticks.values()) / _TICK


def measured(work: Callable[[], object]) -> Cost:
    """The cost of some work, with all processes that it starts."""
    meter = Meter()
    meter.start()
    clock, processor = time.monotonic(), time.thread_time()
    work()
    own = time.thread_time() - processor
    clock = time.monotonic() - clock
    return Cost(own + meter.end(), clock)


def plain(texts: Sequence[str]) -> Cost:
    """Assess the notes one after another in this process, and nothing else."""
    from pipeline import assess
    from pipeline.documents import document_from_text

    def work() -> None:
        for n, text in enumerate(texts):
            assess.assess_documents(f"case-{n}", [document_from_text(text)])

    for text in texts[:20]:
        assess.assess_text(text)  # caches fill
    return measured(work)


def queued(folder: Path, texts: Sequence[str], drain: Callable[[Path], object]) -> Cost:
    """Take the notes in and have them drained."""
    import ways
    from notes import Delivery

    from pipeline.site import load_site

    ways.made_site(folder, "store.sqlite", "direct", 10.0)
    site = load_site(folder)
    times = folder / "times"
    times.mkdir()
    os.environ["BENCH_TIMES"] = str(times)
    with site.open_store() as store:
        take = ways.direct(site, store)
        intake = measured(lambda: take([Delivery(f"case-{n}", t.encode()) for n, t in enumerate(texts)]))
        cost = measured(lambda: drain(folder))
        done = store.counts()["done"]
    noted = [float(line) for file in times.iterdir() for line in file.read_text().splitlines()]
    if done != len(texts) or len(noted) != len(texts):
        raise SystemExit(f"only {done} of {len(texts)} documents were done")
    return Cost(cost.processor, cost.clock, intake.processor, sum(noted))


def drained(*how: str) -> Callable[[Path], None]:
    """A drain in a process of its own, so that nothing is loaded or running from the one before."""

    def run(site: Path) -> None:
        command = [sys.executable, str(Path(__file__).with_name("metered.py")), how[0], str(site), *how[1:]]
        if code := subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
            raise SystemExit(f"the drain ended with {code}")

    return run


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=1500)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--prefect", action="store_true", help="also as a Prefect flow, with its server")
    o = parser.parse_args(argv)

    from notes import note

    texts = [note(_SEED, n) for n in range(o.documents)]
    alone = plain(texts)
    print(f"{o.documents} notes; processor time in ms a note")
    print(f"{'':24} {'notes/s':>8} {'all':>7} {'queue':>7} {'share':>7} {'intake':>7}   {'start':>7}")
    each = 1000 * alone.processor / o.documents
    print(f"{'plain loop, 1 process':24} {o.documents / alone.clock:8.1f} {each:7.2f}")
    with tempfile.TemporaryDirectory(prefix="notewarrant-bench-") as temporary:
        base = Path(temporary)
        rows = [(f"queue, {n} process{'es' * (n > 1)}", drained("drain", str(n))) for n in o.processes]
        if o.prefect:
            os.environ["PREFECT_HOME"] = str(base / "prefect")
            rows.append(("flow drain-queue", drained("flow")))
        for i, (name, drain) in enumerate(rows):
            # The first start makes what later ones find (files read once, Prefect's database).
            queued(base / f"first-{i}", texts[:1], drain)
            # One note instead of all: what a start costs, loading models (and a Prefect server) included.
            start = queued(base / f"start-{i}", texts[:1], drain)
            whole = queued(base / f"site-{i}", texts, drain)
            more = o.documents - 1
            cost = 1000 * (whole.processor - start.processor) / more
            queue = cost - 1000 * (whole.assessing - start.assessing) / more
            print(
                f"{name:24} {more / (whole.clock - start.clock):8.1f} {cost:7.2f} {queue:7.2f}"
                f" {100 * queue / cost:6.1f}% {1000 * whole.intake / o.documents:7.2f}"
                f"   {start.processor:6.1f}s"
            )


if __name__ == "__main__":
    main()

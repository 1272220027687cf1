"""A soak: many documents, some of them poison, through worker processes that are killed again and again.

    python tests/soak/soak.py [--documents N] [--store FILE_OR_URL] [--intake WAY] [-o REPORT]   (make soak)

Documents come in while others are worked on, some of them several times. At the end every case must have
exactly one result or be a dead letter with the right code, the audit trail must hold, no process may be left,
and memory and handles must have stayed flat. Exit code 1 where anything of that fails.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import notes  # noqa: E402
import sampling  # noqa: E402
import verifying  # noqa: E402
import ways  # noqa: E402

from pipeline.site import Site, load_site  # noqa: E402
from pipeline.store import Store  # noqa: E402

#: Cases that are also assessed here, alone, to be held against the stored results.
_COMPARED = 40
#: Deliveries at a time.
_PART = 200
#: No more is delivered while so many wait, so that deliveries go on until the end.
_WAITING = 1000


def options(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--poison", type=float, default=0.01, help="share of poison documents")
    parser.add_argument("--duplicates", type=int, default=500, help="deliveries of what was delivered before")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--kill-every", type=float, default=20.0, metavar="SECONDS", help="0: never")
    parser.add_argument("--kills", type=int, help="no more than so many")
    parser.add_argument(
        "--store", default="store.sqlite", help="file, or URL of an empty PostgreSQL database"
    )
    parser.add_argument("--intake", choices=sorted(ways.WAYS), default="direct")
    parser.add_argument("--batch-seconds", type=float, default=5.0)
    parser.add_argument(
        "--minutes", type=float, help="deliver nothing new after so long, whatever --documents"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="where the site is made (default: a temporary folder)")
    parser.add_argument("-o", "--output", type=Path, help="the report, JSON")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress")
    return parser.parse_args(argv)


class Feed(threading.Thread):
    """Delivers everything, and some of it again; ``fault`` names what went wrong."""

    def __init__(self, o: argparse.Namespace, site: Site) -> None:
        super().__init__(daemon=True)
        self._o, self._site = o, site
        self.kinds: dict[str, notes.Poison | None] = {}
        self.duplicates = 0
        self.fault = ""

    def run(self) -> None:
        """Deliver."""
        try:
            with self._site.open_store() as store:
                self._deliver(store)
        except Exception as error:  # noqa: BLE001  told in the report
            self.fault = f"delivering failed: {type(error).__name__}: {error}"

    def _deliver(self, store: Store) -> None:
        o, r = self._o, random.Random(self._o.seed)
        way = ways.WAYS[o.intake](self._site, store)
        every = list(notes.deliveries(o.seed, o.documents, o.poison))
        ways.spoil(self._site, every)
        end = time.monotonic() + 60 * o.minutes if o.minutes else float("inf")
        for begin in range(0, len(every), _PART):
            while store.counts()["queued"] > _WAITING and time.monotonic() < end:
                time.sleep(1.0)
            if time.monotonic() >= end:
                break
            part = every[begin : begin + _PART]
            self.kinds.update((d.case_id, d.poison) for d in part)
            wanted = o.duplicates * (begin + len(part)) // len(every) - self.duplicates
            # Among them such as are being worked on, are done, or are in the same delivery.
            again = r.choices(every[: begin + len(part)], k=wanted)
            self.duplicates += len(again)
            if o.intake == "inbox":  # a file name is there once at a time
                way(part)
                way(list({d.case_id: d for d in again}.values()))
            else:
                way([*part, *again])


def main(argv: Sequence[str] | None = None) -> int:
    """Run the soak; returns 1 where something does not hold."""
    o = options(argv)
    with tempfile.TemporaryDirectory(prefix="notewarrant-soak-") as temporary:
        folder, clean = ways.made_site(
            o.folder or Path(temporary) / "site", o.store, o.intake, o.batch_seconds
        )
        try:
            report = soak(o, load_site(folder))
        finally:
            clean()
    text = json.dumps(report, indent=2)
    if o.output:
        o.output.write_text(text + "\n")
    print(text)
    return 1 if report["faults"] else 0


def soak(o: argparse.Namespace, site: Site) -> dict[str, Any]:
    """Everything but the command line."""
    site.open_store().close()
    feed = Feed(o, site)
    begin = time.monotonic()
    drain = subprocess.Popen(
        [sys.executable, str(HERE / "hands.py"), str(site.file), str(o.processes)],
        stdout=subprocess.PIPE, text=True, env=os.environ,
    )  # fmt: skip
    feed.start()
    samples = sampling.Samples()
    try:
        kills = _watch(o, site, drain, feed, samples)
        seconds = time.monotonic() - begin
    finally:
        drain.send_signal(signal.SIGTERM)
        try:
            told = drain.communicate(timeout=60)[0].split()
        except subprocess.TimeoutExpired:
            drain.kill()
            told = []
    time.sleep(0.5)
    left = samples.left()
    faults = [feed.fault] if feed.fault else []
    if drain.returncode != 0 or len(told) != 2:
        faults.append(f"the drain ended with {drain.returncode}")
    if left:
        faults.append(f"{len(left)} processes are left")
    with site.open_store() as store:
        figures, broken = verifying.verified(site, store, feed.kinds)
        every = notes.deliveries(o.seed, o.documents, o.poison)
        good = [d for d in every if d.case_id in feed.kinds and d.poison is None]
        some = random.Random(o.seed).sample(good, min(_COMPARED, len(good)))
        broken += verifying.same_as_alone(store, {d.case_id: d.data.decode() for d in some})
    flat, grown = sampling.judged(samples, site.work.batches_a_process * site.work.batch_seconds)
    return {
        "documents": len(feed.kinds), "intake": o.intake, "store": site.store_place().url.drivername,
        "processes": o.processes, "seed": o.seed, "seconds": round(seconds, 1),
        "documents_a_second": round(len(feed.kinds) / seconds, 1), "duplicates": feed.duplicates,
        "kills": kills,
        "batches": int(told[0]) if len(told) == 2 else None,
        "worker_deaths": int(told[1]) if len(told) == 2 else None,
        **figures, "compared_with_one_process": len(some), "processes_left": len(left), "flat": flat,
        "faults": [*faults, *broken, *grown],
    }  # fmt: skip


def _watch(
    o: argparse.Namespace, site: Site, drain: subprocess.Popen[str], feed: Feed, samples: sampling.Samples
) -> int:
    """Sample and kill until everything is worked on; returns how many were killed."""
    r = random.Random(o.seed)
    kills = 0
    kill_at = time.monotonic() + o.kill_every
    look_at = show_at = 0.0
    with site.open_store() as store:
        while drain.poll() is None:
            now = time.monotonic()
            found = samples.take(drain.pid)
            if o.kill_every and now >= kill_at and found and (o.kills is None or kills < o.kills):
                os.kill(r.choice(found), signal.SIGKILL)
                kills += 1
                kill_at = now + o.kill_every
            if now >= look_at:
                states = store.counts()
                look_at = now + 2.0
                if not feed.is_alive() and (feed.fault or not states["queued"] + states["leased"]):
                    break
                if now >= show_at and not o.quiet:
                    show_at = now + 30.0
                    shown = {state: n for state, n in states.items() if n}
                    print(f"{now:.0f} {shown} kills {kills}", file=sys.stderr, flush=True)
            time.sleep(0.5)
    return kills


if __name__ == "__main__":
    sys.exit(main())

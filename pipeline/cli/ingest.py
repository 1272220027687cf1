"""``notewarrant queue ingest``: the inbox into the store."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Final

from pipeline.cli.again import again, interval
from pipeline.cli.drain import told_to_stop
from pipeline.errors import EXIT_DOCUMENTS, EXIT_OK
from pipeline.site.check import working_site
from pipeline.visible import one_line

#: Seconds after which a case that is not whole is named: its sender may have forgotten the rest.
_WAITS_LONG: Final = 60


def run_ingest(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    # Loaded here: --help and usage errors need none of it.
    from tqdm import tqdm

    from pipeline.intake.inbox import Ingest, IngestCounts
    from pipeline.watch import log
    from pipeline.watch.status import age

    watch = interval(arguments.watch)
    site = working_site(arguments.site)
    if watch is not None and not sys.stderr.isatty():  # a terminal has the bar
        log.configure()
    with (
        site.open_store() as store,
        tqdm(
            unit="case", file=sys.stderr, disable=arguments.quiet or not sys.stderr.isatty(), delay=0.5
        ) as bar,
    ):
        ingest = Ingest(site, store, on_case=bar.update)

        def tell(counts: IngestCounts) -> None:
            if arguments.format == "json":
                print(json.dumps(asdict(counts), sort_keys=True), flush=True)
                return
            print(
                f"{ingest.inbox}: taken in {counts.taken}, new {counts.new}, "
                + (f"erased before {counts.erased}, " if counts.erased else "")
                + f"cannot be used {counts.refused}, waiting to be complete {counts.waiting}",
                flush=True,
            )
            if counts.waiting_seconds >= _WAITS_LONG:
                longest = one_line(str(ingest.inbox / (ingest.longest or "")))
                print(
                    f"notewarrant: {longest}: waits unchanged for "
                    f"{age(counts.waiting_seconds)}; send what is missing, or take it out",
                    file=sys.stderr,
                )
            if counts.refused:
                print(
                    f"notewarrant: {ingest.inbox}: some cases cannot be used; "
                    "see notewarrant queue dead: what is wrong, and where the files are",
                    file=sys.stderr,
                )

        def step() -> None:
            counts = ingest.once(wait=False)
            if counts.taken:
                tell(counts)

        if watch is None:
            counts = ingest.once()
            tell(counts)
            return EXIT_DOCUMENTS if counts.refused else EXIT_OK
        with told_to_stop() as stop:
            again(step, watch, stop)
    return EXIT_OK

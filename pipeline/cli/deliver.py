"""``notewarrant queue deliver``: results to the site's targets."""

from __future__ import annotations

import argparse
import json
import sys

from pipeline.cli.again import again, interval
from pipeline.cli.drain import told_to_stop
from pipeline.errors import EXIT_OK, EXIT_OUTPUT, UsageError
from pipeline.site import load_site


def run_deliver(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    # Loaded here: --help and usage errors need none of it.
    from tqdm import tqdm

    from pipeline.outgoing.deliver import Delivered, Delivery, targets
    from pipeline.watch import log

    watch = interval(arguments.watch)
    site = load_site(arguments.site)
    to = targets(site)
    if not to:
        raise UsageError(
            str(site.file), "names no target of results", "name a folder or queue under outgoing"
        )

    def tell(out: Delivered) -> None:
        if arguments.format == "json":
            away = {name: error.code for name, error in out.away.items()}
            told = {"sent": out.sent, "dead_letters": out.dead, "away": away}
            print(json.dumps(told, sort_keys=True), flush=True)
        else:
            for name, n in out.sent.items():
                dead = f", dead letters sent: {out.dead[name]}" if out.dead[name] else ""
                print(f"{name}: results sent: {n - out.dead[name]}{dead}", flush=True)
        for error in out.away.values():
            print(f"notewarrant: {error}", file=sys.stderr)

    if watch is not None and not sys.stderr.isatty():  # a terminal has the bar
        log.configure()
    with (
        site.open_store() as store,
        tqdm(
            unit="result", file=sys.stderr, disable=arguments.quiet or not sys.stderr.isatty(), delay=0.5
        ) as bar,
    ):
        delivery = Delivery(store, to, bar.update)

        def step() -> None:
            out = delivery.once()
            if out.away or any(out.sent.values()):
                tell(out)

        try:
            if watch is None:
                out = delivery.once()
                tell(out)
                return EXIT_OUTPUT if out.away else EXIT_OK
            with told_to_stop() as stop:
                again(step, watch, stop)
        finally:
            delivery.close()
    return EXIT_OK

"""``notewarrant status``: the queue at a glance, once or again and again."""

from __future__ import annotations

import argparse
import json
import sys
import time

from pipeline.cli.watched import watched
from pipeline.errors import EXIT_FAULTS, EXIT_OK, UsageError
from pipeline.store import Store, StoreUnavailable
from pipeline.store.reading import Overview
from pipeline.watch.status import failures, status_data, status_text

#: Moves to the top left and clears the rest of the screen.
_CLEAR = "\x1b[H\x1b[J"


def _show(arguments: argparse.Namespace, store: Store) -> Overview:
    seen = store.overview()
    if arguments.quiet:
        return seen
    if arguments.format == "json":
        data = status_data(str(store.place), seen)
        print(json.dumps(data, indent=None if arguments.watch else 2), flush=True)
    else:
        text = status_text(str(store.place), seen)
        if not arguments.watch:
            print(text)
        else:
            print(f"{_CLEAR}{text}" if sys.stdout.isatty() else f"{text}\n", flush=True)
    return seen


def run_status(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    for name in ("watch", "fail_if_older"):
        value = getattr(arguments, name)
        if value is not None and not 0 < value < 1e9:
            raise UsageError(f"--{name.replace('_', '-')}", "is no time above zero", "write e.g. 5")
    if arguments.quiet and arguments.watch:
        raise UsageError("--watch", "would show nothing with --quiet", "leave one out")
    _, store = watched(arguments)
    with store:
        while arguments.watch:
            try:
                _show(arguments, store)
            except StoreUnavailable as error:  # it may come back
                print(f"notewarrant: {error}", file=sys.stderr)
            time.sleep(arguments.watch)
        seen = _show(arguments, store)
    minutes = arguments.fail_if_older
    found = failures(seen, None if minutes is None else minutes * 60, arguments.fail_if_dead)
    for line in found:
        print(f"notewarrant: {line}", file=sys.stderr)
    return EXIT_FAULTS if found else EXIT_OK

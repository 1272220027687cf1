"""``notewarrant queue consume|send|resend``: messages into the ledger, notes and dead letters to a broker."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import EXIT_DOCUMENTS, EXIT_OK, EXIT_OUTPUT, DocumentError, UsageError
from pipeline.intake.consume import Consumed, consume_forever, consume_once
from pipeline.site import Site
from pipeline.site.check import working_site
from pipeline.watch import log

#: Bytes of messages that are written at once.
_AT_ONCE = 4 * 1024 * 1024


def _site(arguments: argparse.Namespace) -> Site:
    site = working_site(arguments.site)
    if not site.sources:
        raise UsageError(str(site.file), "sources: names no broker", "add one (docs/messages.md)")
    return site


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """Set on SIGTERM or Ctrl-C; a second one ends at once."""
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def tell(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, tell)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_consume(arguments: argparse.Namespace) -> int:
    """Take messages in; returns the exit code."""
    from tqdm import tqdm

    site = _site(arguments)
    show = not arguments.quiet and sys.stderr.isatty()
    if not arguments.once and not arguments.quiet:
        log.configure(level="warning" if show else "info")  # a terminal has the bar
    with (
        _stopped_by_signals() as stop,
        tqdm(unit="message", file=sys.stderr, disable=not show, leave=False) as bar,
    ):

        def on_batch(done: Consumed) -> None:
            bar.update(done.received)

        if arguments.once:
            with site.open_store() as store:
                total = consume_once(site, store, stop=stop, on_batch=on_batch)
        else:
            total = consume_forever(site, stop, on_batch=on_batch)
    if arguments.format == "json":
        print(json.dumps({**total.counts(), "refused_by_code": dict(sorted(total.refused.items()))}))
    else:
        print(f"{total.received} messages: {total.new} new cases, {total.known} known before")
        if total.erased:
            print(f"  of cases that were erased, left out: {total.erased}")
        for code, n in sorted(total.refused.items()):
            print(f"  refused, now dead letters [{code}]: {n}")
    for error in total.errors:
        print(f"notewarrant: {error}", file=sys.stderr)
    if total.errors:
        return EXIT_OUTPUT
    return EXIT_DOCUMENTS if total.refused and arguments.once else EXIT_OK


def run_send(arguments: argparse.Namespace) -> int:
    """Send notes to the first of the site's brokers; returns the exit code."""
    from tqdm import tqdm

    from pipeline.intake.send import messages, writer_to

    site = _site(arguments)
    writer = writer_to(site.sources[0])
    sent = bad = size = 0
    held: list[bytes] = []
    try:
        items = messages(arguments.folder, arguments.policy)
        show = not arguments.quiet and sys.stderr.isatty()
        for item in tqdm(items, unit="case", file=sys.stderr, disable=not show, leave=False):
            if isinstance(item, DocumentError):
                bad += 1
                print(f"notewarrant: {item}", file=sys.stderr)
                continue
            held.append(item)
            size += len(item)
            if size >= _AT_ONCE:
                writer.write(held)
                sent, size, held = sent + len(held), 0, []
        if held:
            writer.write(held)
            sent += len(held)
    finally:
        writer.close()
    print(f"{sent} messages sent")
    return EXIT_DOCUMENTS if bad else EXIT_OK


def run_resend(arguments: argparse.Namespace) -> int:
    """Send dead letters of the site's brokers again; returns the exit code."""
    from tqdm import tqdm

    from pipeline.intake.resend import resend

    site = _site(arguments)
    found: Counter[str] = Counter()
    show = not arguments.quiet and sys.stderr.isatty()
    with tqdm(unit="message", file=sys.stderr, disable=not show, leave=False) as bar:
        for settings in site.sources:
            found.update(resend(settings, arguments.code, dry_run=arguments.dry_run, on_message=bar.update))
    if arguments.format == "json":
        print(json.dumps(dict(sorted(found.items()))))
        return EXIT_OK
    print(f"{found.total()} dead letters {'would be sent' if arguments.dry_run else 'sent'} again")
    for code, n in sorted(found.items()):
        print(f"  [{code or 'no code'}]: {n}")
    return EXIT_OK

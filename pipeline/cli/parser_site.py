"""Arguments of the commands around a site: ``site``, ``queue``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.cli.parser_places import Add, site_argument
from pipeline.cli.parser_store import add_dead


def add_site(commands: Any, command: Add, path: Callable[[str], Path]) -> None:
    """Add ``site init|check``."""
    site = command(
        commands, "site", "Make a site's settings file, or say what one means.",
        "  notewarrant site init charts-site\n  notewarrant site check charts-site\n",
    )  # fmt: skip
    inner = site.add_subparsers(dest="site_command", required=True, metavar="COMMAND")
    init = command(
        inner, "init", "Make a site: settings and folders.", "  notewarrant site init charts-site\n"
    )
    init.add_argument("folder", type=path, metavar="DIR", help="the folder to make")
    check = command(
        inner, "check", "Say what the settings mean, without passwords, and whether its services answer.",
        "  notewarrant site check charts-site\n\n"
        "exit codes: 0 nothing is wrong; 2 settings that cannot work, each by file and key;\n"
        "            3 no settings there; 4 the settings are sound, a service or the store is away\n",
    )  # fmt: skip
    site_argument(check, path)


def add_queue(commands: Any, command: Add, path: Callable[[str], Path]) -> None:
    """Add ``queue ...``: what a site does, one step at a time."""
    queue = command(
        commands, "queue", "Take documents in, work on them, send results out: one step at a time.",
        "  notewarrant queue ingest charts-site\n"
        "  notewarrant queue drain charts-site --processes 4\n"
        "  notewarrant queue deliver charts-site\n"
        "  notewarrant queue dead charts-site --code CRASH\n",
    )  # fmt: skip
    steps = queue.add_subparsers(dest="queue_command", required=True, metavar="COMMAND")
    _add_ingest(steps, command, path)
    _add_consume(steps, command, path)
    _add_drain(steps, command, path)
    _add_deliver(steps, command, path)
    add_dead(steps, command, path)


def _common(parser: argparse.ArgumentParser, path: Callable[[str], Path]) -> None:
    site_argument(parser, path)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress bar")


def _add_ingest(steps: Any, command: Add, path: Callable[[str], Path]) -> None:
    ingest = command(
        steps, "ingest",
        "Take in what lies in the inbox: each case becomes a job, and its files leave the inbox.",
        "  notewarrant queue ingest charts-site\n"
        "  notewarrant queue ingest charts-site --watch 5\n\n"
        "exit codes: 0 done; 3 files cannot be used (they are in the inbox's folder .refused);\n"
        "            4 the store or the disk cannot be used (nothing is lost);\n"
        "            2 settings that cannot be used\n",
    )  # fmt: skip
    _common(ingest, path)
    ingest.add_argument(
        "--watch", type=float, metavar="SECONDS", help="look again and again; end on SIGTERM or Ctrl-C"
    )


def _add_deliver(steps: Any, command: Add, path: Callable[[str], Path]) -> None:
    deliver = command(
        steps, "deliver", "Send results to the site's outgoing folder or queue, each that it has not had.",
        "  notewarrant queue deliver charts-site\n"
        "  notewarrant queue deliver charts-site --watch 5\n\n"
        "exit codes: 0 done; 4 a target or the store cannot be used (what is left is sent later);\n"
        "            2 settings that cannot be used\n",
    )  # fmt: skip
    _common(deliver, path)
    deliver.add_argument(
        "--watch", type=float, metavar="SECONDS", help="send again and again; end on SIGTERM or Ctrl-C"
    )


def _add_drain(steps: Any, command: Add, path: Callable[[str], Path]) -> None:
    drain = command(
        steps, "drain",
        "Work on what waits, with several processes; results do not depend on how many.",
        "  notewarrant queue drain charts-site\n"
        "  notewarrant queue drain charts-site --processes 4 --forever\n\n"
        "exit codes: 0 done; 3 documents could not be used; 5 documents met internal faults;\n"
        "            2 settings that cannot be used; 4 the store cannot be used (nothing is lost)\n",
    )  # fmt: skip
    site_argument(drain, path)
    drain.add_argument("--processes", type=int, metavar="N", help="worker processes (default: the site's)")
    drain.add_argument("--forever", action="store_true", help="wait for more; end on SIGTERM or Ctrl-C")
    drain.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    drain.add_argument("-q", "--quiet", action="store_true", help="no progress bar")


def _add_consume(steps: Any, command: Add, path: Callable[[str], Path]) -> None:
    consume = command(
        steps, "consume", "Take in what the site's brokers have, until stopped (SIGTERM, Ctrl-C).",
        "  notewarrant queue consume charts-site\n  notewarrant queue consume charts-site --once\n\n"
        "exit codes: 0 done; 3 messages were refused (they are dead letters of their broker);\n"
        "            4 a broker, the store or the disk cannot be used (nothing is lost);\n"
        "            2 settings that cannot be used\n",
    )  # fmt: skip
    _common(consume, path)
    consume.add_argument("--once", action="store_true", help="end when there is nothing more")
    resend = command(
        steps, "resend", "Send dead letters of the site's brokers again, once what was wrong is mended.",
        "  notewarrant queue resend charts-site --dry-run\n"
        "  notewarrant queue resend charts-site --code POLICY\n\n"
        "exit codes: 0 done; 2 no such code, or settings that cannot be used;\n"
        "            4 a broker cannot be used (nothing is lost)\n",
    )  # fmt: skip
    _common(resend, path)
    resend.add_argument("--code", metavar="CODE", help="only those refused with this code (default: all)")
    resend.add_argument("--dry-run", action="store_true", help="only count them")
    send = command(
        steps, "send", "Send notes as messages to the first of the site's brokers, to try it out.",
        "  notewarrant queue send charts-site notes/\n\n"
        "exit codes: 0 sent; 2 settings or a policy that cannot be used; 3 notes cannot be read;\n"
        "            4 the broker cannot be used\n",
    )  # fmt: skip
    site_argument(send, path)
    send.add_argument("folder", type=path, metavar="NOTES", help="a note, or a folder of notes")
    send.add_argument("--policy", metavar="ID", help="a policy (default: the site's)")
    send.add_argument("-q", "--quiet", action="store_true", help="no progress bar")

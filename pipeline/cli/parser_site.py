"""Arguments of the commands around a site: ``site``, ``queue``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

Add = Callable[..., argparse.ArgumentParser]


def site_argument(parser: argparse.ArgumentParser, path: Callable[[str], Path]) -> None:
    """The site that a command works on."""
    parser.add_argument(
        "site", type=path, metavar="SITE", nargs="?", default=Path(),
        help="a site's folder or settings file (default: site.yaml of this folder)",
    )  # fmt: skip


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
        "  notewarrant site check charts-site\n",
    )  # fmt: skip
    site_argument(check, path)


def add_queue(commands: Any, command: Add, path: Callable[[str], Path]) -> None:
    """Add ``queue ...``: what a site does, one step at a time."""
    queue = command(
        commands, "queue", "Take documents in, work on them, send results out: one step at a time.",
        "  notewarrant queue --help\n",
    )  # fmt: skip
    steps = queue.add_subparsers(dest="queue_command", required=True, metavar="COMMAND")
    _add_drain(steps, command, path)


def _add_drain(steps: Any, command: Add, path: Callable[[str], Path]) -> None:
    drain = command(
        steps, "drain",
        "Work on what waits, with several processes; results do not depend on how many.",
        "  notewarrant queue drain charts-site\n"
        "  notewarrant queue drain charts-site --processes 4 --forever\n\n"
        "exit codes: 0 done; 3 documents could not be used; 5 documents met internal faults\n",
    )  # fmt: skip
    site_argument(drain, path)
    drain.add_argument("--processes", type=int, metavar="N", help="worker processes (default: the site's)")
    drain.add_argument("--forever", action="store_true", help="wait for more; end on SIGTERM or Ctrl-C")
    drain.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    drain.add_argument("-q", "--quiet", action="store_true", help="no progress bar")

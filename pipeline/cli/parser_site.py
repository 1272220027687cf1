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
    queue.add_subparsers(dest="queue_command", required=True, metavar="COMMAND")

"""Arguments of ``serve``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.cli.parser_places import site_argument

Add = Callable[..., argparse.ArgumentParser]


def add_serve(commands: Any, command: Add, path: Callable[[str], Path]) -> None:
    """Add ``serve``: all of a site on one machine."""
    serve = command(
        commands, "serve",
        "Run a site on this machine: a Prefect server on loopback with its page, the site's schedules, "
        "consumers of its sources, metrics. Ends at Ctrl-C or SIGTERM.",
        "  notewarrant serve charts-site\n  notewarrant serve charts-site --port 4300\n",
    )  # fmt: skip
    site_argument(serve, path)
    serve.add_argument(
        "--port", type=int, metavar="PORT",
        help="the server's port on 127.0.0.1 (default: 4200, or a free one where that is taken)",
    )  # fmt: skip

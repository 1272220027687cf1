"""Arguments of the commands that care for a store: ``store``, ``recheck``, ``queue dead|requeue``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.cli.parser_site import Add, site_argument


def add_recheck(commands: Any, command: Add, path: Callable[[str], Path], date: Callable[[str], Any]) -> None:
    """Add ``recheck``."""
    recheck = command(
        commands, "recheck", "Check stored cases again where policy or rules changed: whose answer flips.",
        "  notewarrant recheck charts-site\n"
        "  notewarrant recheck charts-site --policy payer.yaml --dry-run\n"
        "  notewarrant recheck charts-site --policy cohen-2020 --from guideline\n",
    )  # fmt: skip
    site_argument(recheck, path)
    recheck.add_argument(
        "--policy", metavar="POLICY", help="id or file of a policy (default: every one in the store)"
    )
    recheck.add_argument(
        "--from", dest="old", metavar="ID",
        help="results of this policy, under the one of --policy (default: results of that policy itself)",
    )  # fmt: skip
    recheck.add_argument(
        "--on", type=date, metavar="YYYY-MM-DD", help="the day asked (default: that of each stored result)"
    )
    recheck.add_argument("--dry-run", action="store_true", help="record nothing, say what would flip")
    recheck.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    recheck.add_argument("-o", "--output", type=path, metavar="OUT", help="file to write")
    recheck.add_argument("-q", "--quiet", action="store_true", help="no progress bar")

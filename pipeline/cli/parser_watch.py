"""Arguments of the commands that watch a site: ``status``, ``metrics``, ``drift``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.cli.parser_places import Add, place_argument


def add_status(commands: Any, command: Add, path: Callable[[str], Path]) -> None:
    """Add ``status``."""
    status = command(
        commands, "status", "Show the queue at a glance: what waits, since when, what is done, what failed.",
        "  notewarrant status charts-site\n"
        "  notewarrant status charts-site --watch 2\n"
        "  notewarrant status --store results.sqlite --format json\n"
        "  notewarrant status charts-site --fail-if-older 30 --fail-if-dead\n",
    )  # fmt: skip
    place_argument(status, path)
    status.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    status.add_argument(
        "--watch", type=float, metavar="SECONDS", help="look again after so long, until Ctrl-C"
    )
    status.add_argument(
        "--fail-if-older", type=float, metavar="MINUTES",
        help="exit code 1 where a job has waited longer",
    )  # fmt: skip
    status.add_argument(
        "--fail-if-dead", action="store_true", help="exit code 1 where there are dead letters"
    )
    status.add_argument("-q", "--quiet", action="store_true", help="say nothing but what fails")


def add_metrics(commands: Any, command: Add, path: Callable[[str], Path]) -> None:
    """Add ``metrics``."""
    metrics = command(
        commands, "metrics", "Serve metrics to Prometheus at the settings' metrics.host and metrics.port.",
        "  notewarrant metrics charts-site\n"
        "  notewarrant metrics charts-site --once\n"
        "  notewarrant metrics --store results.sqlite --once\n",
    )  # fmt: skip
    place_argument(metrics, path)
    metrics.add_argument("--once", action="store_true", help="print them and end")


def add_drift(commands: Any, command: Add, path: Callable[[str], Path]) -> None:
    """Add ``drift``."""
    drift = command(
        commands, "drift", "Hold a week's rates of facts, findings and answers against a baseline.",
        "  notewarrant drift charts-site\n"
        "  notewarrant drift charts-site --week 2026-W30 --format html -o drift.html\n"
        "  notewarrant drift charts-site --weeks 8\n"
        "  notewarrant drift charts-site --write-baseline baseline.json\n"
        "  notewarrant drift charts-site --baseline baseline.json --fail-if-drifted\n",
    )  # fmt: skip
    place_argument(drift, path)
    drift.add_argument(
        "--week", metavar="YYYY-Www", help="the ISO week, in UTC (default: the last whole one)"
    )
    which = drift.add_mutually_exclusive_group()
    which.add_argument(
        "--weeks", type=int, metavar="N", help="only the rates of so many weeks, up to the week, as a table"
    )
    which.add_argument(
        "--baseline", type=path, metavar="FILE",
        help="a stored baseline (default: drift.weeks of the settings, before the week)",
    )  # fmt: skip
    which.add_argument(
        "--write-baseline", type=path, metavar="FILE",
        help="store the weeks up to and with the week as a baseline, and end",
    )  # fmt: skip
    drift.add_argument("--format", choices=("text", "json", "html"), default="text", help="default: text")
    drift.add_argument("-o", "--output", type=path, metavar="OUT", help="file to write")
    drift.add_argument("--fail-if-drifted", action="store_true", help="exit code 1 where something drifted")

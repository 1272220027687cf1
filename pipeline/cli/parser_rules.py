"""Arguments of the commands that need the rules alone: ``rules``, ``policies``, ``compare``, ``replay``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.cli.parser_request import add_request

Add = Callable[..., argparse.ArgumentParser]

_POLICY = "ids and policy files, comma-separated, or all"


def _on(parser: argparse.ArgumentParser, date: Callable[[str], Any]) -> None:
    parser.add_argument(
        "--on", type=date, metavar="YYYY-MM-DD",
        help="the day asked (default: the service date, else the latest document's date; never today)",
    )  # fmt: skip


def add_rules(commands: Any, command: Add, path: Callable[[str], Path], date: Callable[[str], Any]) -> None:
    """Add ``rules check``."""
    rules = command(
        commands, "rules", "Check structured cases (JSON) with the rules alone, without text processing.",
        "  notewarrant extract note.txt --format json > case.json\n"
        "  notewarrant rules check case.json --policy guideline\n",
    )  # fmt: skip
    inner = rules.add_subparsers(dest="rules_command", required=True, metavar="COMMAND")
    check = command(
        inner, "check", "Assess structured cases.",
        "  notewarrant rules check case.json\n"
        "  notewarrant rules check case.json --policy payer.yaml --what-if --format json\n",
    )  # fmt: skip
    check.add_argument(
        "paths", nargs="+", type=path, metavar="CASE",
        help="JSON of a case (extract --format json) or assessment (check --format json), or a list of them",
    )  # fmt: skip
    check.add_argument(
        "--policy", default="guideline", metavar="POLICY", help="id or file of a policy (default: guideline)"
    )
    _on(check, date)
    check.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    check.add_argument("--brief", action="store_true", help="text: the answer and the open findings only")
    check.add_argument("--what-if", action="store_true", help="also say what would alter the answer")
    check.add_argument("-o", "--output", type=path, metavar="OUT", help="file to write")


def add_policies(
    commands: Any, command: Add, path: Callable[[str], Path], date: Callable[[str], Any]
) -> None:
    """Add ``policies list|show|diff``."""
    policies = command(
        commands, "policies", "List policies, show one, or tell how two differ on a day.",
        "  notewarrant policies\n  notewarrant policies list --on 2026-04-16\n"
        "  notewarrant policies show guideline\n"
        "  notewarrant policies diff guideline cohen-2020 --on 2026-03-01\n",
    )  # fmt: skip
    inner = policies.add_subparsers(dest="policies_command", metavar="COMMAND")
    listing = command(
        inner, "list", "Every policy: version, days in force, trust.", "  notewarrant policies list\n"
    )
    show = command(
        inner, "show", "One policy: its checks and figures with source and trust.",
        "  notewarrant policies show guideline --on 2026-03-01\n",
    )  # fmt: skip
    show.add_argument("policy_id", metavar="POLICY", help="id, or file of a policy")
    diff = command(
        inner, "diff", "How two policies differ on a day.",
        "  notewarrant policies diff guideline cohen-2020 --on 2026-03-01\n",
    )  # fmt: skip
    diff.add_argument("first", metavar="A", help="id, or file of a policy")
    diff.add_argument("second", metavar="B", help="id, or file of a policy")
    for parser in (listing, show, diff):
        parser.add_argument(
            "--on", type=date, metavar="YYYY-MM-DD", help="the day asked (default: the latest values)"
        )
        parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def add_compare(commands: Any, command: Add, path: Callable[[str], Path], date: Callable[[str], Any]) -> None:
    """Add ``compare``."""
    compare = command(
        commands, "compare", "One case under several policies: payer by criterion.",
        "  notewarrant compare note.txt --policy all\n"
        "  notewarrant compare case.json --policy guideline,cohen-2020 --format html -o matrix.html\n",
    )  # fmt: skip
    compare.add_argument(
        "path", type=path, metavar="CASE", help="a note, a folder with --packet, or a JSON case"
    )
    compare.add_argument("--policy", default="all", metavar="POLICIES", help=f"{_POLICY} (default: all)")
    add_request(compare)
    _on(compare, date)
    compare.add_argument("--packet", action="store_true", help="a folder is one case of several documents")
    compare.add_argument(
        "--differing",
        action="store_true",
        help="only criteria on which the policies come to different outcomes",
    )
    compare.add_argument("--format", choices=("text", "json", "html"), default="text", help="default: text")
    compare.add_argument("-o", "--output", type=path, metavar="OUT", help="file to write")


def add_replay(commands: Any, command: Add, path: Callable[[str], Path], date: Callable[[str], Any]) -> None:
    """Add ``replay``."""
    replay = command(
        commands, "replay", "Stored cases under another policy: whose answer flips, and why.",
        "  notewarrant replay --policy cohen-2020 --store results.sqlite\n"
        "  notewarrant replay --policy payer.yaml --format json -o flips.json\n",
    )  # fmt: skip
    replay.add_argument("--policy", required=True, metavar="POLICY", help="id or file of the new policy")
    replay.add_argument(
        "--store", default="notewarrant.sqlite", metavar="STORE",
        help="file, postgresql:// address or env:NAME of the store (default: notewarrant.sqlite)",
    )  # fmt: skip
    replay.add_argument(
        "--from", dest="old", metavar="ID", help="only cases that were assessed under this policy"
    )
    replay.add_argument(
        "--on",
        type=date,
        metavar="YYYY-MM-DD",
        help="the day asked (default: that of each stored assessment)",
    )
    replay.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    replay.add_argument("-o", "--output", type=path, metavar="OUT", help="file to write")
    replay.add_argument("-q", "--quiet", action="store_true", help="no progress bar")

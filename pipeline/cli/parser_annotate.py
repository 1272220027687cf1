"""The arguments of ``notewarrant annotate``. Imports nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.cli.parser_lexicon import add_own

HELP = (
    "Annotation in rounds with Label Studio: the notes most worth reading out, corrections back as gold.",
    "  notewarrant annotate export inbox/ -o tasks.json --count 40\n"
    "  notewarrant annotate export corpora/charts --split train --by rare,support -o tasks.json\n"
    "  notewarrant annotate import export.json -o corrected --set round1\n",
)
_BY = ("disagreement", "rare", "support")


def _criteria(text: str) -> list[str]:
    names = list(dict.fromkeys(n.strip() for n in text.split(",") if n.strip()))
    unknown = [n for n in names if n not in _BY]
    if unknown or not names:
        raise argparse.ArgumentTypeError(f"choose from {','.join(_BY)}")
    return names


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of notes; write 1 or more")
    return int(text)


def add_annotate(
    parser: argparse.ArgumentParser, command: Callable[..., Any], path: Callable[[str], Path]
) -> None:
    """Fill in the parser of the command."""
    commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    export = command(
        commands, "export",
        "Choose the notes most worth reading and write Label Studio tasks with pre-annotations.",
        "  notewarrant annotate export inbox/ -o tasks.json --count 40\n"
        "  notewarrant annotate export corpora/charts --split train --by rare,support -o tasks.json\n"
        "  notewarrant annotate export corpora/charts --against latest -o tasks.json\n"
        "  notewarrant annotate export inbox/ --against facts.jsonl -o tasks.json --format json\n",
    )  # fmt: skip
    export.add_argument(
        "paths", nargs="+", type=path, metavar="NOTES|CORPUS", help="notes, or one corpus folder"
    )
    export.add_argument(
        "-o", "--output", type=path, required=True, metavar="TASKS", help="file to write (.json)"
    )
    export.add_argument("--count", type=_count, default=40, metavar="N", help="how many notes (default: 40)")
    export.add_argument(
        "--by", type=_criteria, default=list(_BY), metavar="A,B",
        help="criteria: disagreement, rare, support (default: all three)",
    )  # fmt: skip
    export.add_argument(
        "--split", metavar="NAME",
        help="only the sets of this split of the corpus (default: all but those of the test split)",
    )  # fmt: skip
    export.add_argument(
        "--against", metavar="RUN",
        help="what another version read differently: a stored run, or a .jsonl of extract --format facts",
    )  # fmt: skip
    export.add_argument(
        "--runs", type=path, metavar="DIR", help="folder of stored runs (default: .notewarrant/runs)"
    )
    add_own(export, path)
    export.add_argument("--format", choices=("text", "json"), default="text", help="of the table of reasons")
    export.add_argument("-q", "--quiet", action="store_true", help="no progress bar")

    back = command(
        commands, "import",
        "Read a Label Studio export as gold: a new corpus, with a report of repairs and conflicts.",
        "  notewarrant annotate import export.json -o corrected\n"
        "  notewarrant annotate import export.json -o corrected --set round1 --report report.json\n",
    )  # fmt: skip
    back.add_argument("input", type=path, metavar="EXPORT", help="the project, exported as JSON")
    back.add_argument("-o", "--output", type=path, required=True, metavar="CORPUS", help="folder to write")
    back.add_argument(
        "--set", metavar="NAME", dest="set_name", help="set of the notes (default: as exported)"
    )
    back.add_argument("--report", type=path, metavar="FILE", help="repairs, conflicts and problems as JSON")
    back.add_argument(
        "--units", choices=("code_points", "utf16", "crlf_as_one", "utf16_crlf_as_one", "bytes"),
        help="what the offsets count (default: found out)",
    )  # fmt: skip

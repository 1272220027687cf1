"""The arguments of ``notewarrant lexicon`` and the option ``--lexicons``. Imports nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

HELP = (
    "Work on the lexicons: lint them, try their examples and any sentence, find phrases that they lack.",
    "  notewarrant lexicon lint\n"
    "  notewarrant lexicon lint my-lexicons/\n"
    "  notewarrant lexicon test therapies\n"
    '  notewarrant lexicon test --text "She completed 12 sessions of PT without relief."\n'
    "  notewarrant lexicon suggest corpora/charts --split train --family therapies\n",
)
_TARGET = "a family (therapies), a lexicon file, or a folder of them (default: all that are installed)"
Path_ = Callable[[str], Path]


def add_own(parser: argparse.ArgumentParser, path: Path_) -> None:
    """The option of a user's own lexicons."""
    parser.add_argument(
        "--lexicons", type=path, metavar="DIR",
        help="folder of your own <family>.yaml lexicons, added to the installed ones",
    )  # fmt: skip


def _output(parser: argparse.ArgumentParser, path: Path_) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("-o", "--output", type=path, metavar="OUT", help="file to write")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress bar")


def add_lexicon(parser: argparse.ArgumentParser, command: Callable[..., Any], path: Path_) -> None:
    """Fill in the parser of the command."""
    commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    lint = command(
        commands, "lint",
        "Find duplicate, shadowed, dead, unbounded and catastrophic entries, missing examples, odd keys.",
        "  notewarrant lexicon lint\n  notewarrant lexicon lint therapies --format json\n"
        "  notewarrant lexicon lint my-lexicons/\n"
        "  notewarrant lexicon lint blocks --corpus corpora/charts --split train\n",
    )  # fmt: skip
    lint.add_argument("target", nargs="?", metavar="FAMILY|PATH", help=_TARGET)
    lint.add_argument(
        "--corpus", type=path, metavar="CORPUS", help="look also what never fires on these notes"
    )
    lint.add_argument(
        "--split", metavar="NAME",
        help="only the sets of this split of the corpus (default: all but those of the test split)",
    )  # fmt: skip
    lint.add_argument("--strict", action="store_true", help="warnings are faults too")
    _output(lint, path)

    test = command(
        commands, "test",
        "Try every example and counter-example; with --text show what matches in a sentence and why.",
        "  notewarrant lexicon test\n  notewarrant lexicon test therapies --lexicons my-lexicons/\n"
        '  notewarrant lexicon test therapies --text "Dry needling gave no relief."\n',
    )  # fmt: skip
    test.add_argument("target", nargs="?", metavar="FAMILY|PATH", help=_TARGET)
    test.add_argument("--text", metavar="SENTENCE", help="show what matches in these words")
    add_own(test, path)
    _output(test, path)

    suggest = command(
        commands, "suggest",
        "Phrases of missed gold entries that no lexicon entry knows, those first that belong to misses most.",
        "  notewarrant lexicon suggest corpora/charts --split train\n"
        "  notewarrant lexicon suggest corpora/charts --split train --family therapies --top 10\n"
        "  notewarrant lexicon suggest corpora/charts --lexicons my-lexicons/ --format json\n",
    )  # fmt: skip
    suggest.add_argument("corpus", type=path, metavar="CORPUS", help="folder of a corpus with gold")
    suggest.add_argument(
        "--split",
        metavar="NAME",
        help="only the sets of this split (default: all but those of the test split)",
    )
    suggest.add_argument(
        "--family", action="append", metavar="NAME", help="only this family of the guide (may be repeated)"
    )
    suggest.add_argument("--top", type=int, default=20, metavar="N", help="candidates to show (default: 20)")
    suggest.add_argument(
        "--least", type=int, default=1, metavar="N", help="only phrases of so many missed notes (default: 1)"
    )
    suggest.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default: 1)")
    add_own(suggest, path)
    _output(suggest, path)

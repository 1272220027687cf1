"""The arguments of ``notewarrant eval``. Imports nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

#: Parts of the text report, in its order.
PARTS = ("scores", "slices", "confusion", "ledger", "errors")
SUMMARY = "Measure the product on a corpus with gold: scores with intervals, and what changed since a run."
EXAMPLES = (
    "  notewarrant eval corpora/charts\n"
    "  notewarrant eval corpora/charts --split train --name before\n"
    "  notewarrant eval corpora/charts --split train --against before\n"
    "  notewarrant eval corpora/charts --against latest --format json -o scores.json\n"
    "  notewarrant eval corpora/charts --split train --show confusion,ledger,errors\n"
    "  notewarrant eval corpora/charts --split train --against latest --format html -o errors.html\n"
    "  notewarrant eval corpora/charts --floor corpora/charts/floors.yaml\n"
    "  notewarrant eval corpora/charts --sets e,f,g,h,i --readings corpora/charts/second_reading.jsonl\n"
    "  notewarrant eval corpora/traps\n"
    "  notewarrant eval --assertions sentences.jsonl --format json\n"
)


def _names(text: str) -> list[str]:
    names = [n.strip() for n in text.split(",") if n.strip()]
    if not names:
        raise argparse.ArgumentTypeError("names nothing; write e.g. a,b")
    return names


def _parts(text: str) -> list[str]:
    names = _names(text)
    if names == ["all"]:
        return list(PARTS)
    wrong = [n for n in names if n not in PARTS]
    if wrong:
        raise argparse.ArgumentTypeError(f"no part {wrong[0]!r}; choose from all, {', '.join(PARTS)}")
    return names


def add_eval(parser: argparse.ArgumentParser, path: Callable[[str], Path]) -> None:
    """Fill in the parser of the command."""
    parser.add_argument(
        "corpus", type=path, nargs="?", metavar="CORPUS", help="folder of a corpus (corpus.yaml, sets)"
    )
    parser.add_argument("--split", metavar="NAME", help="only the sets of this split: train, dev, test")
    parser.add_argument("--sets", type=_names, metavar="A,B", help="only these sets")
    parser.add_argument(
        "--format",
        choices=("text", "json", "html"),
        default="text",
        help="default: text; html: every error in its note (the file holds the notes' text)",
    )  # fmt: skip
    parser.add_argument(
        "--show", type=_parts, default=["scores", "slices"], metavar="PARTS",
        help="text: parts beside the scores, of slices,confusion,ledger,errors, or all (default: slices)",
    )  # fmt: skip
    parser.add_argument("-o", "--output", type=path, metavar="OUT", help="file to write")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default: 1)")
    parser.add_argument(
        "--runs", type=path, metavar="DIR", help="folder of stored runs (default: .notewarrant/runs)"
    )
    parser.add_argument(
        "--assertions", type=path, metavar="FILE",
        help="instead of a corpus: sentences with a target, one JSON object a line with id, text, start, "
        "end, negation, temporality, experiencer; precision, recall and F1 a class",
    )  # fmt: skip
    parser.add_argument(
        "--readings", type=path, metavar="FILE",
        help="judge these facts (JSON lines as in corpora/GUIDELINES.md) in place of the extractor's: "
        "a second reader's, or another system's",
    )  # fmt: skip
    parser.add_argument("--name", metavar="NAME", help="name of this run, to find it again with --against")
    parser.add_argument("--no-run", action="store_true", help="do not store this run")
    parser.add_argument(
        "--against", metavar="RUN", help="compare with a run: its id, path or name, or 'latest'"
    )
    parser.add_argument(
        "--floor", type=path, metavar="FILE", help="end with 1 where a score fell below this file's floors"
    )
    parser.add_argument(
        "--write-floor", type=path, metavar="FILE", help="make these scores the floors of their splits"
    )
    parser.add_argument(
        "--write-known", action="store_true",
        help="traps: write the failing cases into the corpus as known failures, with what they found",
    )  # fmt: skip
    parser.add_argument(
        "--seed", type=int, default=20260101, metavar="N", help="seed of the resampling (default: 20260101)"
    )
    parser.add_argument(
        "--resamples", type=int, default=1000, metavar="N",
        help="resamples of the intervals; 0 for none (default: 1000)",
    )  # fmt: skip
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress bar")

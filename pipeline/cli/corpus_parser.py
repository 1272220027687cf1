"""The arguments of ``notewarrant corpus``. Imports nothing heavy."""

from __future__ import annotations

import argparse
from pathlib import Path

FORMATS = ("brat", "docbin", "label-studio", "doccano", "conll")
UNITS = ("code_points", "utf16", "crlf_as_one", "utf16_crlf_as_one", "bytes", "graphemes")
_EXAMPLES = """\
examples:
  notewarrant corpus check corpora/charts
  notewarrant corpus export corpora/charts --to brat -o charts-brat
  notewarrant corpus export corpora/charts --to docbin --split train -o train.spacy
  notewarrant corpus import export.json --from label-studio -o reviewed --report repair.json
"""
_CHECK = """\
examples:
  notewarrant corpus check corpora/charts
  notewarrant corpus check corpora/traps --format json

exit codes: 0 sound (warnings may be told); 3 errors were found
"""
_EXPORT = """\
examples:
  notewarrant corpus export corpora/charts --to brat -o charts-brat
  notewarrant corpus export corpora/charts --to label-studio -o charts.json
  notewarrant corpus export corpora/charts --to docbin --split train -o train.spacy --report lost.json
"""
_IMPORT = """\
examples:
  notewarrant corpus import charts-brat --from brat -o charts-again
  notewarrant corpus import export.json --from label-studio -o reviewed --report repair.json
  notewarrant corpus import admin.jsonl --from doccano --units code_points -o reviewed
  notewarrant corpus import old-corpus --from corpus -o mended

exit codes: 0 done; 3 some documents could not be imported (the others are done)
"""


def _path(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty path names nothing (an unset variable?)")
    return Path(text)


def add_corpus(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the command line."""
    plain = argparse.RawDescriptionHelpFormatter
    summary = "Check annotated corpora, and exchange them with annotation programs."
    corpus = commands.add_parser(
        "corpus", help=summary, description=summary, epilog=_EXAMPLES, formatter_class=plain
    )
    actions = corpus.add_subparsers(dest="action", required=True, metavar="ACTION")

    what = "Name every fault of a corpus: quotes, offsets, values, notes without gold, gold without notes."
    check = actions.add_parser("check", help=what, description=what, epilog=_CHECK, formatter_class=plain)
    check.add_argument(
        "corpus", type=_path, metavar="CORPUS", help="folder of a corpus (docs/corpus-format.md)"
    )
    check.add_argument("--format", choices=("text", "json"), default="text", help="default: text")

    what = "Write a corpus for an annotation program or for training."
    export = actions.add_parser("export", help=what, description=what, epilog=_EXPORT, formatter_class=plain)
    export.add_argument("corpus", type=_path, metavar="CORPUS", help="folder of a corpus")
    export.add_argument("--to", choices=FORMATS, required=True, help="format to write")
    export.add_argument(
        "-o", "--output", type=_path, required=True, metavar="OUT", help="file to write (brat: new folder)"
    )
    export.add_argument("--split", metavar="NAME", help="only the sets of this split: train, dev or test")
    export.add_argument("--report", type=_path, metavar="FILE", help="JSON of what the form could not hold")

    what = "Read an annotation program's files as a corpus, with every repair reported."
    bring = actions.add_parser("import", help=what, description=what, epilog=_IMPORT, formatter_class=plain)
    bring.add_argument("input", type=_path, metavar="FILE", help="file to read (brat, corpus: folder)")
    bring.add_argument(
        "--from", dest="source", choices=(*FORMATS, "corpus"), required=True,
        help="format of the file; corpus: the corpus format itself, to repair its offsets",
    )  # fmt: skip
    bring.add_argument(
        "-o", "--output", type=_path, required=True, metavar="CORPUS", help="new folder for the corpus"
    )
    bring.add_argument("--report", type=_path, metavar="FILE", help="JSON of repairs and problems")
    for parser in (export, bring):
        parser.add_argument(
            "--units", choices=UNITS,
            help="what offsets count (default: what the program counts; on import found out by the quotes)",
        )  # fmt: skip
        parser.add_argument("-q", "--quiet", action="store_true", help="no progress bar")

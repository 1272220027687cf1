"""The arguments of every command, with examples in their help. Imports nothing heavy."""

from __future__ import annotations

import argparse
import datetime as dt
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipeline.cli import parser_annotate, parser_eval, parser_lexicon, parser_rules, parser_store
from pipeline.cli.corpus_parser import add_corpus
from pipeline.cli.parser_request import add_request
from pipeline.cli.parser_serve import add_serve
from pipeline.cli.parser_site import add_queue, add_site
from pipeline.cli.parser_watch import add_drift, add_metrics, add_status

_TOP = """\
notewarrant: does the note warrant the code?

Checks clinical notes of spine and interventional pain care against the codes they ask for. It supports a
human reviewer; it never approves or denies.
"""
_TOP_EXAMPLES = """\
examples:
  notewarrant check note.txt
  notewarrant check note.txt --cpt 64635,64636 --icd M47.816 --format html -o report.html
  notewarrant check charts/ --format json -o assessments.json
  notewarrant check patient-folder --packet
  notewarrant check --ask "Are 64635 and 64636 indicated for a patient with M47.817 and a prior fusion?"
  notewarrant explain note.txt --check A1
  notewarrant compare note.txt --policy all
  notewarrant run inbox/ --store results.sqlite
  notewarrant corpus check corpora/charts

exit codes: 0 done; 1 a check found faults (lexicon lint, lexicon test), or eval a score that
            fell or a trap that failed; 2 wrong usage;
            3 some documents could not be read (the others are done);
            4 the output could not be written; 5 an internal fault on some document (the others are done)
"""


def _version() -> str:
    try:
        return version("notewarrant")
    except PackageNotFoundError:
        return "not installed"


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a date; write YYYY-MM-DD, e.g. 2026-03-01"
        ) from None


def _path(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty path names nothing (an unset variable?)")
    return Path(text)


def _codes(parser: argparse.ArgumentParser) -> None:
    add_request(parser)
    parser.add_argument(
        "--policy",
        default="guideline",
        metavar="POLICY",
        help="id or file of the policy (default: guideline)",
    )
    parser.add_argument(
        "--on", type=_date, metavar="YYYY-MM-DD",
        help="date of assessment (default: the service date, else the latest document's date; never today)",
    )  # fmt: skip
    parser.add_argument("--packet", action="store_true", help="a folder is one case of several documents")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, summary: str, examples: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=summary, description=summary, epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="notewarrant",
        description=_TOP,
        epilog=_TOP_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"notewarrant {_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    check = _command(
        commands, "check", "Assess notes: findings with quotes and citations, and a direct answer.",
        "  notewarrant check note.txt\n  notewarrant check charts/ --format json -o out.json\n"
        "  notewarrant check note.txt --format html -o note.html\n"
        '  notewarrant check --ask "Are 64633 and 64634 indicated with M47.812 after an ACDF?"\n',
    )  # fmt: skip
    check.add_argument("paths", nargs="*", type=_path, metavar="PATH", help="a note, or a folder of notes")
    check.add_argument("--ask", metavar="QUESTION", help="a short question is a note too")
    _codes(check)
    check.add_argument("--format", choices=("text", "json", "html"), default="text", help="default: text")
    check.add_argument(
        "-o",
        "--output",
        type=_path,
        metavar="OUT",
        help="file (or, for several HTML reports, folder) to write",
    )
    check.add_argument("--brief", action="store_true", help="text: the answer and the open findings only")
    check.add_argument("--what-if", action="store_true", help="also say what would alter the answer")
    check.add_argument("-q", "--quiet", action="store_true", help="no progress bar")

    extract = _command(
        commands, "extract", "Print the facts of notes with their quotes, or the structured case.",
        "  notewarrant extract charts/ --format facts > facts.jsonl\n"
        "  notewarrant extract note.txt --format json\n",
    )  # fmt: skip
    extract.add_argument("paths", nargs="+", type=_path, metavar="PATH", help="a note, or a folder of notes")
    _codes(extract)
    extract.add_argument(
        "--format", choices=("facts", "json"), default="facts",
        help="facts: one JSON object a note in the shape of corpora/GUIDELINES.md; json: the structured case",
    )  # fmt: skip
    extract.add_argument("-o", "--output", type=_path, metavar="OUT", help="file to write")
    extract.add_argument("-q", "--quiet", action="store_true", help="no progress bar")

    explain = _command(
        commands, "explain",
        "Why a fact or a finding is there: pattern, cue, scope, section, rule, parameter, citation.",
        "  notewarrant explain note.txt\n  notewarrant explain note.txt --fact therapies.2\n"
        "  notewarrant explain note.txt --check A1\n",
    )  # fmt: skip
    explain.add_argument("path", type=_path, metavar="PATH", help="a note, or with --packet a folder")
    _codes(explain)
    explain.add_argument("--fact", metavar="ID", help="one fact, by the id that check and extract print")
    explain.add_argument(
        "--check", metavar="ID", help="findings of one check: its reference (A1), slug or finding id"
    )

    run = _command(
        commands, "run",
        "Work through a folder with Prefect, results into the store; a second run finds nothing to do.",
        "  notewarrant run inbox/\n"
        "  notewarrant run inbox/ --store results.sqlite --policy guideline --batch-size 100\n",
    )  # fmt: skip
    run.add_argument("folder", type=_path, metavar="FOLDER", help="folder of notes")
    run.add_argument(
        "--store",
        type=Path,
        default=Path("notewarrant.sqlite"),
        metavar="FILE",
        help="SQLite store (default: notewarrant.sqlite)",
    )
    run.add_argument(
        "--policy",
        default="guideline",
        metavar="POLICY",
        help="id or file of the policy (default: guideline)",
    )
    run.add_argument("--on", type=_date, metavar="YYYY-MM-DD", help="date of assessment for all notes")
    run.add_argument(
        "--batch-size", type=int, default=100, metavar="N", help="documents a batch (default: 100)"
    )
    run.add_argument("-q", "--quiet", action="store_true", help="no progress bar")

    evaluate = _command(commands, "eval", parser_eval.SUMMARY, parser_eval.EXAMPLES)
    parser_eval.add_eval(evaluate, _path)
    parser_annotate.add_annotate(_command(commands, "annotate", *parser_annotate.HELP), _command, _path)
    parser_lexicon.add_lexicon(_command(commands, "lexicon", *parser_lexicon.HELP), _command, _path)
    for command in (check, extract, explain, run, evaluate):
        parser_lexicon.add_own(command, _path)

    add_corpus(commands)
    for add in (
        parser_rules.add_compare,
        parser_rules.add_policies,
        parser_rules.add_rules,
        parser_rules.add_replay,
        parser_store.add_recheck,
        parser_store.add_store,
    ):
        add(commands, _command, _path, _date)
    for add_site_command in (
        add_site, add_queue, add_serve, add_status, add_metrics, add_drift,
    ):  # fmt: skip
        add_site_command(commands, _command, _path)
    schema = _command(
        commands, "schema", "Print the JSON Schema of an output, or of the message in.",
        "  notewarrant schema assessment > assessment.schema.json\n",
    )  # fmt: skip
    schema.add_argument(
        "name", choices=("assessment", "case", "comparison", "message", "replay", "result"), help="which one"
    )
    return parser

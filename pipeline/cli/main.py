"""Entry point: parse, run the command, turn typed errors into one line and an exit code."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Final

from pipeline.cli.parser import build_parser
from pipeline.errors import EXIT_OK, EXIT_OUTPUT, NotewarrantError, UsageError
from pipeline.lexicons.place import lexicons_from
from pipeline.policy_place import is_path
from pipeline.private_files import no_core_dumps

#: Where each command is; loaded when it is asked for, so that the others cost nothing.
_COMMANDS: Final = {
    "annotate": "annotate:run_annotate",
    "check": "check:run_check",
    "compare": "compare:run_compare",
    "corpus": "corpus:run_corpus",
    "drift": "drift:run_drift",
    "eval": "evaluate:run_eval",
    "explain": "explain:run_explain",
    "extract": "extract:run_extract",
    "lexicon": "lexicon:run_lexicon",
    "metrics": "metrics:run_metrics",
    "policies": "policies:run_policies",
    "queue": "queue:run_queue",
    "recheck": "recheck:run_recheck",
    "replay": "replay:run_replay",
    "rules": "rules:run_rules",
    "run": "run:run_flow",
    "schema": "info:run_schema",
    "serve": "serve:run_serve",
    "site": "site:run_site",
    "status": "status:run_status",
    "store": "store:run_store",
}
#: What a command needs beyond text processing.
_EXTRAS: Final = {
    "queue": "nlp,store", "run": "nlp,flows", "replay": "store", "site": "store", "status": "store",
    "metrics": "store", "drift": "nlp,report,store", "serve": "nlp,flows", "recheck": "report,store",
    "store": "store",
}  # fmt: skip


def _run(arguments: argparse.Namespace) -> int:
    module, _, name = _COMMANDS[arguments.command].partition(":")
    try:
        code: int = getattr(import_module(f"pipeline.cli.{module}"), name)(arguments)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("pipeline", "rules", "extractors", "flows"):
            raise
        raise UsageError(
            arguments.command, f"the package {error.name} is not installed",
            f'install "notewarrant[{_EXTRAS.get(arguments.command, "nlp")}]"',
        ) from None  # fmt: skip
    return code


def _policies(names: str | None) -> AbstractContextManager[str | None]:
    """A user's policy files made known; without any, the rules need not be loaded for it."""
    if not any(is_path(n.strip()) for n in (names or "").split(",")):
        return nullcontext(names)
    from pipeline.policies import policy_files_from

    return policy_files_from(names)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (see ``pipeline.errors``)."""
    no_core_dumps()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that is not UTF-8 gets escapes
    arguments = build_parser().parse_args(argv)
    try:
        with (
            lexicons_from(getattr(arguments, "lexicons", None)),
            _policies(getattr(arguments, "policy", None)) as policy,
        ):
            arguments.policy = policy
            return _run(arguments)
    except NotewarrantError as error:
        print(f"notewarrant: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # The reader of a pipe went away (head); what it wanted, it has.
        sys.stderr.close()
        return EXIT_OK
    except KeyboardInterrupt:
        print("notewarrant: stopped by the user", file=sys.stderr)
        return 130
    except OSError as error:
        print(
            f"notewarrant: {type(error).__name__}: {error.strerror}; check paths and permissions",
            file=sys.stderr,
        )
        return EXIT_OUTPUT

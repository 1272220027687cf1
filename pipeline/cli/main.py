"""Entry point: parse, run the command, turn typed errors into one line and an exit code."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from pipeline.cli.parser import build_parser
from pipeline.errors import EXIT_OK, EXIT_OUTPUT, NotewarrantError
from pipeline.lexicons.place import lexicons_from
from pipeline.policy_place import is_path


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "check":
        from pipeline.cli.check import run_check

        return run_check(arguments)
    if arguments.command == "extract":
        from pipeline.cli.extract import run_extract

        return run_extract(arguments)
    if arguments.command == "explain":
        from pipeline.cli.explain import run_explain

        return run_explain(arguments)
    if arguments.command == "run":
        from pipeline.cli.run import run_flow

        return run_flow(arguments)
    if arguments.command == "eval":
        from pipeline.cli.evaluate import run_eval

        return run_eval(arguments)
    if arguments.command == "corpus":
        from pipeline.cli.corpus import run_corpus

        return run_corpus(arguments)
    if arguments.command == "annotate":
        from pipeline.cli.annotate import run_annotate

        return run_annotate(arguments)
    if arguments.command == "lexicon":
        from pipeline.cli.lexicon import run_lexicon

        return run_lexicon(arguments)
    if arguments.command == "policies":
        from pipeline.cli.policies import run_policies

        return run_policies(arguments)
    if arguments.command == "rules":
        from pipeline.cli.rules import run_rules

        return run_rules(arguments)
    if arguments.command == "compare":
        from pipeline.cli.compare import run_compare

        return run_compare(arguments)
    if arguments.command == "replay":
        from pipeline.cli.replay import run_replay

        return run_replay(arguments)
    from pipeline.cli.info import run_schema

    return run_schema(arguments)


def _policies(names: str | None) -> AbstractContextManager[str | None]:
    """A user's policy files made known; without any, the rules need not be loaded for it."""
    if not any(is_path(n.strip()) for n in (names or "").split(",")):
        return nullcontext(names)
    from pipeline.policies import policy_files_from

    return policy_files_from(names)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (see ``pipeline.errors``)."""
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

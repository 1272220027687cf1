"""``notewarrant rules check``: structured cases through the rules, with the base install alone."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator

from pipeline.cli.common import Problems, check_writable, write_text
from pipeline.errors import DocumentError, UsageError, contained
from pipeline.policies import policy_named
from pipeline.render.text import render_brief, render_text
from pipeline.structured import read_cases
from rules.assessment import Assessment
from rules.case import Case
from rules.engine import assess


def _cases(arguments: argparse.Namespace, problems: Problems) -> Iterator[tuple[str, Case]]:
    """Yield each case with its place in its file: an error names that, never the id of the case."""
    for path in arguments.paths:
        try:
            for n, item in enumerate(read_cases(path)):
                if isinstance(item, DocumentError):
                    problems.add(item)
                else:
                    yield f"{path}[{n}]", item
        except DocumentError as error:
            problems.add(error)


def _assessed(arguments: argparse.Namespace, problems: Problems) -> Iterator[Assessment]:
    policy = policy_named(arguments.policy)
    for where, case in _cases(arguments, problems):
        try:
            with contained(where):
                yield assess(case, policy, arguments.on, what_if=arguments.what_if)
        except DocumentError as error:
            problems.add(error)


def run_rules(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    check_writable(arguments.output)
    if arguments.output and arguments.output.resolve() in {p.resolve() for p in arguments.paths}:
        raise UsageError("-o", f"{arguments.output} is one of the inputs", "choose another file")
    problems = Problems()
    found = list(_assessed(arguments, problems))
    if arguments.format == "json":
        several = len(arguments.paths) + problems.count > 1 or len(found) != 1
        text = ",\n".join(a.model_dump_json(indent=2) for a in found)
        text = f"[\n{text}\n]\n" if several else f"{text}\n"
        if not found and problems.count:
            return problems.exit_code
    else:
        width = min(100, shutil.get_terminal_size((96, 24)).columns)
        render = render_brief if arguments.brief else render_text
        text = "".join(render(a, width=width) + "\n" for a in found)
    if arguments.output is None:
        sys.stdout.write(text)
    else:
        write_text(arguments.output, text)
    return problems.exit_code

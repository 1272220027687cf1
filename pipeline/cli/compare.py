"""``notewarrant compare``: one case under several policies."""

from __future__ import annotations

import argparse
import shutil
import sys

from pipeline.cli.common import Problems, check_writable, gather, option_of, write_text
from pipeline.errors import DocumentError, UsageError, contained
from pipeline.policies import policies_named
from pipeline.render.matrix import render_matrix
from pipeline.structured import read_cases
from rules.case import Case
from rules.compare import Comparison, compare


def _case(arguments: argparse.Namespace, problems: Problems) -> Case | None:
    """The one case of the path; None where it could not be read (the problem is printed)."""
    if arguments.path.suffix.lower() == ".json":
        found = list(read_cases(arguments.path))
        if len(found) != 1:
            raise UsageError(str(arguments.path), f"holds {len(found)} cases", "give one case")
        if isinstance(found[0], DocumentError):
            problems.add(found[0])
            return None
        return found[0]
    try:
        from pipeline.assemble import build_case
        from pipeline.assess import extractor
        from pipeline.request import asked_by_case_file
    except ModuleNotFoundError as error:
        raise UsageError(
            "compare", f"reading notes needs the package {error.name}",
            'install "notewarrant[nlp]", or give a structured case (JSON)',
        ) from None  # fmt: skip
    option = option_of(arguments)
    cases = gather([arguments.path], arguments.packet, problems)
    if len(cases) > 1:
        raise UsageError(str(arguments.path), f"holds {len(cases)} cases", "name one note, or add --packet")
    for case in cases:
        try:
            documents = case.read()
            file = case.case_file
            asked = asked_by_case_file(file, str(case.case_file_path)) if file else None
            with contained(case.case_id):
                return build_case(extractor(), case.case_id, documents, option, asked).case
        except DocumentError as error:
            problems.add(error)
    return None


def _differing(found: Comparison) -> Comparison:
    return found.model_copy(update={"rows": tuple(row for row in found.rows if row.differs)})


def run_compare(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    check_writable(arguments.output)
    problems = Problems()
    policies = policies_named(arguments.policy)
    case = _case(arguments, problems)
    if case is None:
        return problems.exit_code
    with contained(str(arguments.path)):
        found = compare(case, policies, arguments.on)
    if arguments.differing:
        found = _differing(found)
    if arguments.format == "json":
        text = found.model_dump_json(indent=2) + "\n"
    elif arguments.format == "html":
        try:
            from pipeline.render.matrix_html import render_matrix_html
        except ModuleNotFoundError as error:
            raise UsageError(
                "--format html", f"the package {error.name} is not installed", 'install "notewarrant[report]"'
            ) from None
        text = render_matrix_html(found)
    else:
        text = render_matrix(found, shutil.get_terminal_size((96, 24)).columns)
    if arguments.output is None:
        sys.stdout.write(text)
    else:
        write_text(arguments.output, text)
        print(arguments.output)
    return problems.exit_code

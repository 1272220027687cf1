"""``notewarrant check``: assess, and print text, JSON or HTML."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.assess import Result, assess_documents, assess_input
from pipeline.cli.common import (
    Problems,
    check_writable,
    each,
    gather,
    need_paths,
    option_of,
    spare_inputs,
    write_text,
)
from pipeline.documents import document_from_text
from pipeline.errors import OutputError, UsageError
from pipeline.policies import policy_named
from pipeline.render.html import render_html, render_index
from pipeline.render.text import render_brief, render_text


def _results(arguments: argparse.Namespace, problems: Problems) -> tuple[int, Iterator[Result]]:
    option = option_of(arguments)
    policy_named(arguments.policy)
    if arguments.ask is not None:
        document = document_from_text(arguments.ask, "question")
        result = assess_documents(
            "question",
            [document],
            policy=arguments.policy,
            on=arguments.on,
            option=option,
            what_if=arguments.what_if,
        )
        return 1, iter([result])
    cases = gather(arguments.paths, arguments.packet, problems)
    spare_inputs(arguments.output, cases)
    found = each(
        cases,
        lambda c: assess_input(
            c, policy=arguments.policy, on=arguments.on, option=option, what_if=arguments.what_if
        ),
        problems,
        arguments.quiet,
    )
    return len(cases), (result for _, result in found)


def _json(results: Iterator[Result], several: bool) -> Iterator[str]:
    """Assessments as JSON: one object, or an array that is written as it grows."""
    if several:
        yield "[\n"
    for i, result in enumerate(results):
        yield (",\n" if i else "") + result.assessment.model_dump_json(indent=2)
    yield "\n]\n" if several else "\n"


def _html(results: Iterator[Result], count: int, output: Path | None) -> None:
    one_file = count == 1 and (
        output is None or (output.suffix.lower() in (".html", ".htm") and not output.is_dir())
    )
    if one_file:
        for result in results:
            page = render_html(result)
            if output is None:
                sys.stdout.write(page)
            else:
                write_text(output, page)
                print(output)
        return
    if output is None:
        raise UsageError("--format html", "several reports need a folder", "add -o FOLDER")
    try:
        output.mkdir(parents=False, exist_ok=True)
    except OSError as error:
        raise OutputError(
            str(output), f"cannot be made a folder ({error.strerror})", "choose another place"
        ) from None
    rows = []
    taken = {"index"}
    for result in results:
        path = output / f"{_file_name(result.assessment.case_id, taken)}.html"
        write_text(path, render_html(result))
        rows.append((path.name, result.assessment))
        print(path)
    write_text(output / "index.html", render_index(rows))
    print(output / "index.html")


def _file_name(case_id: str, taken: set[str]) -> str:
    """A file name made of the case id, different from those taken (case folded, for file systems that do)."""
    base = "".join(c if c.isalnum() or c in "-_." else "_" for c in case_id)[:120] or "case"
    name, n = base, 2
    while name.lower() in taken:
        name, n = f"{base}-{n}", n + 1
    taken.add(name.lower())
    return name


def run_check(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    need_paths(arguments)
    check_writable(arguments.output)
    problems = Problems()
    count, results = _results(arguments, problems)
    if arguments.format == "html":
        _html(results, count, arguments.output)
        return problems.exit_code
    if arguments.format == "json":
        # The shape depends on what was asked for, not on how many of it could be read.
        pieces = _json(results, several=count + problems.count > 1)
        if count == 0 and problems.count == 1:
            return problems.exit_code
    else:
        width = min(100, shutil.get_terminal_size((96, 24)).columns)
        render = render_brief if arguments.brief else render_text
        pieces = (render(r.assessment, width=width) + "\n" for r in results)
    if arguments.output is None:
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
    else:
        write_text(arguments.output, "".join(pieces))
    return problems.exit_code

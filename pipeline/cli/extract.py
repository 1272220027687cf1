"""``notewarrant extract``: facts with quotes, or the structured case."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator

from pipeline.assemble import Built, build_case
from pipeline.assess import extractor
from pipeline.cli.common import Problems, check_writable, each, gather, option_of, spare_inputs, write_text
from pipeline.errors import contained
from pipeline.guide import guide_facts
from pipeline.inputs import CaseInput
from pipeline.request import asked_by_case_file


def run_extract(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    check_writable(arguments.output)
    option = option_of(arguments)
    problems = Problems()
    cases = gather(arguments.paths, arguments.packet, problems)
    spare_inputs(arguments.output, cases)

    def build(case: CaseInput) -> Built:
        documents = case.read()
        asked = asked_by_case_file(case.case_file, str(case.case_file_path)) if case.case_file else None
        with contained(case.case_id):
            return build_case(extractor(), case.case_id, documents, option, asked)

    def lines() -> Iterator[str]:
        built = each(cases, build, problems, arguments.quiet)
        if arguments.format == "facts":
            for case, b in built:
                yield json.dumps(guide_facts(b.case, case.case_id), ensure_ascii=False) + "\n"
            return
        several = len(cases) + problems.count > 1
        if several:
            yield "[\n"
        for i, (_, b) in enumerate(built):
            yield (",\n" if i else "") + b.case.model_dump_json(indent=2)
        if cases:
            yield "\n]\n" if several else "\n"

    if arguments.output is None:
        for line in lines():
            sys.stdout.write(line)
    else:
        write_text(arguments.output, "".join(lines()))
    return problems.exit_code

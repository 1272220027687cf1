"""``notewarrant annotate``: export and import."""

from __future__ import annotations

import argparse
import json
import sys

from pipeline.annotate.against import differences
from pipeline.annotate.choose import choose
from pipeline.annotate.corrections import import_corrections
from pipeline.annotate.reading import Pool, Reading, pool, read_note
from pipeline.annotate.report import corrections_lines, why_lines
from pipeline.annotate.tasks import tasks
from pipeline.assess import extractor, versions
from pipeline.cli.common import Problems, check_writable, write_text
from pipeline.cli.over_corpus import bar, tell_left_out
from pipeline.corpus.formats.label_studio import CONFIG, labelling_config
from pipeline.corpus.transfer import write_corpus
from pipeline.errors import EXIT_DOCUMENTS, EXIT_OK, DocumentError, UsageError
from pipeline.evaluation.runs import RUNS
from pipeline.visible import one_line, visible


def _readings(taken: Pool, quiet: bool, problems: Problems) -> list[Reading]:
    out = []
    with bar(len(taken.notes), quiet) as tick:
        for note in taken.notes:
            try:
                out.append(read_note(note))
            except DocumentError as error:
                problems.add(error)
            tick()
    return out


def _export(arguments: argparse.Namespace) -> int:
    check_writable(arguments.output)
    if arguments.output.is_dir():
        raise UsageError("-o", f"{arguments.output} is a folder", "name a file")
    problems = Problems()
    taken = pool(arguments.paths, arguments.split, problems.add)
    tell_left_out(taken.left_out)
    found = _readings(taken, arguments.quiet, problems)
    if not found:
        raise UsageError(str(arguments.paths[0]), "no note could be read", "see the problems above")
    differ = None
    if arguments.against is not None:
        like = {"split": taken.split, "sets": None, "name": taken.corpus}
        differ = differences(arguments.against, arguments.runs or RUNS, found, like)
    labels = {f"{f.name}/{e.id}": e.label for f in extractor().families for e in f.lexicon.entries}
    chosen = choose(found, labels, count=arguments.count, by=arguments.by, differences=differ)
    # Escaped throughout: a lone surrogate or a U+2028 cannot break a program on the way.
    write_text(arguments.output, json.dumps(tasks(chosen, versions()), ensure_ascii=True, indent=1) + "\n")
    write_text(arguments.output.parent / CONFIG, labelling_config())
    if arguments.format == "json":
        data = {"pool": len(found), "by": arguments.by, "chosen": [c.as_data() for c in chosen]}
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("".join(visible(line) + "\n" for line in why_lines(chosen, len(found))))
    return problems.exit_code


def _import(arguments: argparse.Namespace) -> int:
    check_writable(arguments.report)
    found = import_corrections(arguments.input, set_name=arguments.set_name, units=arguments.units)
    if arguments.report is not None:
        write_text(arguments.report, json.dumps(found.report(), ensure_ascii=True, indent=1) + "\n")
    for p in found.problems:
        print(f"notewarrant: {one_line(str(p))}", file=sys.stderr)
    if not found.notes and not found.problems:
        cause = f"none of its {len(found.waiting)} tasks is annotated"
        raise UsageError(str(arguments.input), cause, "annotate some and export again")
    write_corpus(found.as_imported(), arguments.output)
    for line in corrections_lines(found):
        print(visible(line))
    return EXIT_DOCUMENTS if found.problems else EXIT_OK


def run_annotate(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    return {"export": _export, "import": _import}[arguments.action](arguments)

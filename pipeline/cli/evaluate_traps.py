"""``notewarrant eval`` over a corpus of traps: pass rates by phenomenon, known failures strict."""

from __future__ import annotations

import argparse
import json

from pipeline.cli.common import write_text
from pipeline.cli.over_corpus import bar, emit, older_run, say, store
from pipeline.corpus import load_traps
from pipeline.corpus.traps import KNOWN
from pipeline.errors import EXIT_FAULTS, EXIT_OK
from pipeline.evaluation.traps import run_traps
from pipeline.evaluation.traps_report import against, known_text, traps_data, traps_text


def run_eval_traps(arguments: argparse.Namespace) -> int:
    """Run the command; 1 where a case fails that is not known to, or one passes that is known to fail."""
    corpus = load_traps(arguments.corpus)
    older = older_run(arguments, {"kind": "traps", "name": corpus.name, "split": None, "sets": None})
    with bar(len(corpus.cases), arguments.quiet, "case") as tick:
        results = run_traps(corpus, jobs=arguments.jobs, on_case=tick)
    data = traps_data(corpus, results)
    store(arguments, data)
    if arguments.format == "json":
        if older:
            data = {**data, "comparison": against(results, older.data)}
        emit(arguments, json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    else:
        emit(arguments, traps_text(corpus, results, older.data if older else None))
    if arguments.write_known:
        write_text(arguments.corpus / KNOWN, known_text(results))
        say(f"{sum(not r.passed for r in results)} known failures written to {arguments.corpus / KNOWN}")
        return EXIT_OK
    for r in results:
        if r.failure:
            say(r.failure.line(r.case.id))
    wrong = [r for r in results if not r.as_known]
    if wrong:
        more = " and more" if len(wrong) > 8 else ""
        say(f"{len(wrong)} cases are not as known: {', '.join(r.case.id for r in wrong[:8])}{more}")
    codes = [r.failure.exit_code for r in results if r.failure]
    return max([EXIT_OK, *codes, EXIT_FAULTS if wrong else EXIT_OK])

"""``notewarrant eval``: a corpus with gold against what the product finds."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.cli.common import check_writable, write_text
from pipeline.corpus import load_corpus
from pipeline.corpus.card import read_card
from pipeline.errors import EXIT_OK, UsageError
from pipeline.evaluation.compare import Comparison, compare
from pipeline.evaluation.details_text import detail_lines
from pipeline.evaluation.evaluator import Evaluation, evaluate
from pipeline.evaluation.report_json import render_json
from pipeline.evaluation.report_text import render_text
from pipeline.evaluation.runs import RUNS, Run, find_run, run_data, save_run, stored_notes


@contextmanager
def bar(total: int, quiet: bool, unit: str = "note") -> Iterator[Callable[[], object]]:
    """A progress bar on a terminal; elsewhere nothing."""
    if quiet or total < 4 or not sys.stderr.isatty():
        yield lambda: None
        return
    from tqdm import tqdm

    with tqdm(total=total, unit=unit, file=sys.stderr, leave=False) as shown:
        yield shown.update


def emit(arguments: argparse.Namespace, text: str) -> None:
    """The report to the file that was asked for, else to standard output."""
    if arguments.output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        write_text(arguments.output, text)


def need_numbers(arguments: argparse.Namespace) -> None:
    """Refuse numbers that mean nothing."""
    for name, least in (("jobs", 1), ("resamples", 0), ("seed", 0)):
        value = getattr(arguments, name)
        if value < least:
            raise UsageError(f"--{name}", f"{value} is less than {least}", f"write at least {least}")


def chosen(arguments: argparse.Namespace) -> tuple[str | None, list[str] | None]:
    """The split to name and the sets to load.

    The test split is only read where it, or one of its sets, is asked for: who reads its errors in passing
    has spent it.
    """
    if arguments.split or arguments.sets:
        return arguments.split, arguments.sets
    card = read_card(arguments.corpus)
    held = {name for name, s in card.sets.items() if s.split == "test"} if card else set()
    if not card or not held or held == set(card.sets):
        return None, None
    names = ", ".join(sorted(held))
    print(f"notewarrant: test split left out (sets {names}); --split test reads it", file=sys.stderr)
    return "all but test", [name for name in card.sets if name not in held]


def _older(arguments: argparse.Namespace, like: dict[str, Any]) -> Run | None:
    if arguments.against is None:
        return None
    return find_run(arguments.against, arguments.runs or RUNS, like)


def _compared(arguments: argparse.Namespace, older: Run, data: dict[str, Any]) -> Comparison:
    return compare(
        older.notes,
        stored_notes(data),
        names=(older.label, arguments.name or "this run"),
        seed=arguments.seed,
        resamples=arguments.resamples,
    )


def _evaluated(arguments: argparse.Namespace) -> tuple[Evaluation, dict[str, Any], Comparison | None]:
    split, sets = chosen(arguments)
    corpus = load_corpus(arguments.corpus, split=arguments.split, sets=sets)
    like = {"name": corpus.name, "split": split, "sets": arguments.sets}
    older = _older(arguments, like)  # before the work, so that a wrong name costs nothing
    with bar(len(corpus.notes), arguments.quiet) as tick:
        evaluation = evaluate(
            corpus,
            split=split,
            sets=arguments.sets,
            jobs=arguments.jobs,
            seed=arguments.seed,
            resamples=arguments.resamples,
            on_note=tick,
        )
    data = run_data(evaluation)
    return evaluation, data, _compared(arguments, older, data) if older else None


def run_eval(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    need_numbers(arguments)
    check_writable(arguments.output)
    if bool(arguments.corpus) == bool(arguments.assertions):
        raise UsageError("eval", "give either CORPUS or --assertions FILE", "see notewarrant eval --help")
    if arguments.assertions:
        return _assertions(arguments)
    evaluation, data, comparison = _evaluated(arguments)
    for n in evaluation.notes:
        if n.prediction.failure:
            print(f"notewarrant: {n.prediction.failure.line(n.note.note_id)}", file=sys.stderr)
    if not arguments.no_run:
        path = save_run(data, arguments.runs or RUNS, arguments.name)
        print(f"notewarrant: run stored as {path}", file=sys.stderr)
    if arguments.format == "html":
        from pipeline.evaluation.html import render_page

        emit(arguments, render_page(evaluation, comparison))
    elif arguments.format == "json":
        emit(arguments, render_json(evaluation, data, comparison))
    else:
        text = render_text(evaluation, comparison)
        emit(arguments, text + "".join(f"{line}\n" for line in detail_lines(evaluation, arguments.show)))
    return evaluation.exit_code


def _assertions(arguments: argparse.Namespace) -> int:
    from pipeline.evaluation import assertions as a

    lines = a.read_lines(arguments.assertions)
    with bar(len(lines), arguments.quiet, "item") as tick:
        result = a.evaluate_assertions(lines, tick)
    for error in result.problems:
        print(f"notewarrant: {error}", file=sys.stderr)
    name = arguments.assertions.name
    if arguments.format == "json":
        emit(arguments, json.dumps(a.assertion_data(result, name), indent=2) + "\n")
    else:
        emit(arguments, a.assertion_text(result, name))
    return max((e.exit_code for e in result.problems), default=EXIT_OK)

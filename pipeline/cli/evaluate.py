"""``notewarrant eval``: a corpus with gold against what the product finds."""

from __future__ import annotations

import argparse
import json
from typing import Any

from pipeline.cli.common import check_writable, write_text
from pipeline.cli.over_corpus import bar, chosen_notes, emit, older_run, say, store
from pipeline.corpus import is_traps
from pipeline.errors import EXIT_FAULTS, EXIT_OK, UsageError
from pipeline.evaluation.bootstrap import MOST_RESAMPLES
from pipeline.evaluation.compare import Comparison, compare
from pipeline.evaluation.details_text import detail_lines
from pipeline.evaluation.evaluator import Evaluation, evaluate
from pipeline.evaluation.floors import falls, floors_text, read_floors
from pipeline.evaluation.readings import narrowed, read_readings
from pipeline.evaluation.report_json import render_json
from pipeline.evaluation.report_text import render_text
from pipeline.evaluation.runs import Run, run_data, stored_notes
from pipeline.evaluation.selection import Selection


def _need_sense(arguments: argparse.Namespace) -> None:
    """Refuse options that mean nothing, or nothing together."""
    for name, least in (("jobs", 1), ("resamples", 0), ("seed", 0)):
        value = getattr(arguments, name)
        if value < least:
            raise UsageError(f"--{name}", f"{value} is less than {least}", f"write at least {least}")
    if arguments.resamples > MOST_RESAMPLES:
        cause = f"{arguments.resamples} is more than {MOST_RESAMPLES}"
        raise UsageError("--resamples", cause, "an interval of that many says no more")
    if bool(arguments.corpus) == bool(arguments.assertions):
        raise UsageError("eval", "give either CORPUS or --assertions FILE", "see notewarrant eval --help")
    for path in (arguments.output, arguments.write_floor):
        check_writable(path)


def _read_by_others(arguments: argparse.Namespace, chosen: Selection) -> Evaluation:
    """A second reader's annotation, or another system's facts, held against the gold."""
    readings = read_readings(arguments.readings)
    return evaluate(
        narrowed(chosen.corpus, readings, arguments.readings),
        split=chosen.split,
        sets=chosen.sets,
        seed=arguments.seed,
        resamples=arguments.resamples,
        readings=readings,
    )


def _evaluated(arguments: argparse.Namespace, chosen: Selection) -> Evaluation:
    if arguments.readings:
        return _read_by_others(arguments, chosen)
    with bar(len(chosen.corpus.notes), arguments.quiet) as tick:
        return evaluate(
            chosen.corpus,
            split=chosen.split,
            sets=chosen.sets,
            jobs=arguments.jobs,
            seed=arguments.seed,
            resamples=arguments.resamples,
            on_note=tick,
        )


def _compared(arguments: argparse.Namespace, older: Run, data: dict[str, Any]) -> Comparison:
    return compare(
        older.notes,
        stored_notes(data),
        names=(older.label, arguments.name or "this run"),
        seed=arguments.seed,
        resamples=arguments.resamples,
    )


def _report(
    arguments: argparse.Namespace,
    evaluation: Evaluation,
    data: dict[str, Any],
    comparison: Comparison | None,
) -> str:
    if arguments.format == "html":
        from pipeline.evaluation.html import render_page

        return render_page(evaluation, comparison)
    if arguments.format == "json":
        return render_json(evaluation, data, comparison)
    text = render_text(evaluation, comparison)
    return text + "".join(f"{line}\n" for line in detail_lines(evaluation, arguments.show))


def _floor(arguments: argparse.Namespace, evaluation: Evaluation) -> int:
    """Write floors, hold the evaluation against them, or neither; returns the exit code."""
    if arguments.write_floor:
        older = read_floors(arguments.write_floor) if arguments.write_floor.exists() else None
        # No place of this machine goes into the file.
        names = [
            p.name if p.is_absolute() else p.as_posix() for p in (arguments.corpus, arguments.write_floor)
        ]
        command = f"notewarrant eval {names[0]} --write-floor {names[1]}"
        write_text(arguments.write_floor, floors_text(evaluation, command, older))
        say(f"floors written to {arguments.write_floor}")
    if not arguments.floor:
        return EXIT_OK
    floors = read_floors(arguments.floor)
    fell = falls(evaluation, floors, str(arguments.floor))
    for fall in fell:
        say(f"below the floor (tolerance {floors['tolerance']:g}): {fall}")
    if not fell:
        say(f"no score fell below {arguments.floor}")
    return EXIT_FAULTS if fell else EXIT_OK


def _charts(arguments: argparse.Namespace) -> int:
    if arguments.floor and arguments.floor != arguments.write_floor:
        read_floors(arguments.floor)  # before the work, so that a wrong name costs nothing
    chosen = chosen_notes(arguments.corpus, arguments.split, arguments.sets)
    sets = list(chosen.sets) if chosen.sets else None
    older = older_run(arguments, {"name": chosen.corpus.name, "split": chosen.split, "sets": sets})
    evaluation = _evaluated(arguments, chosen)
    data = run_data(evaluation)
    for n in evaluation.notes:
        if n.prediction.failure:
            say(n.prediction.failure.line(n.note.note_id))
    comparison = _compared(arguments, older, data) if older else None
    if comparison and not comparison.notes:
        say(f"nothing was compared: {comparison.old} holds none of these notes with this text and gold")
    if not arguments.readings:  # a run is one of the product
        store(arguments, data)
    emit(arguments, _report(arguments, evaluation, data, comparison))
    return max(evaluation.exit_code, _floor(arguments, evaluation))


def _assertions(arguments: argparse.Namespace) -> int:
    from pipeline.evaluation import assertions as a

    lines = a.read_lines(arguments.assertions)
    with bar(len(lines), arguments.quiet, "item") as tick:
        result = a.evaluate_assertions(lines, tick)
    for error in result.problems:
        say(error)
    name = arguments.assertions.name
    if arguments.format == "json":
        emit(arguments, json.dumps(a.assertion_data(result, name), indent=2) + "\n")
    else:
        emit(arguments, a.assertion_text(result, name))
    return max((e.exit_code for e in result.problems), default=EXIT_OK)


def run_eval(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    _need_sense(arguments)
    if arguments.assertions:
        _plain_only(arguments, "--assertions")
        return _assertions(arguments)
    if is_traps(arguments.corpus):
        from pipeline.cli.evaluate_traps import run_eval_traps

        _plain_only(arguments, "a corpus of traps")
        return run_eval_traps(arguments)
    if arguments.write_known:
        raise UsageError("--write-known", "does not concern a corpus of charts", "leave it out")
    return _charts(arguments)


def _plain_only(arguments: argparse.Namespace, what: str) -> None:
    """Refuse options that only a corpus of charts knows."""
    for name in ("split", "sets", "floor", "write_floor", "readings"):
        if getattr(arguments, name):
            option = f"--{name.replace('_', '-')}"
            raise UsageError(option, f"does not concern {what}", "leave it out")
    if arguments.format == "html":
        raise UsageError("--format html", f"does not concern {what}", "choose text or json")

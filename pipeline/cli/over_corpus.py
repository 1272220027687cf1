"""What the commands share that work through a corpus: choice of notes, progress, report, stored runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.cli.common import write_text
from pipeline.evaluation.runs import RUNS, Run, find_run, save_run
from pipeline.evaluation.selection import Selection, select


@contextmanager
def bar(total: int, quiet: bool, unit: str = "note") -> Iterator[Callable[[], object]]:
    """A progress bar on a terminal; elsewhere nothing."""
    if quiet or total < 4 or not sys.stderr.isatty():
        yield lambda: None
        return
    from tqdm import tqdm

    with tqdm(total=total, unit=unit, file=sys.stderr, leave=False) as shown:
        yield shown.update


def say(line: object) -> None:
    """One line for the error stream, beside the report."""
    print(f"notewarrant: {line}", file=sys.stderr)


def emit(arguments: argparse.Namespace, text: str) -> None:
    """The report to the file that was asked for, else to standard output."""
    if arguments.output is None:
        sys.stdout.write(text)
        sys.stdout.flush()
    else:
        write_text(arguments.output, text)


def store(arguments: argparse.Namespace, data: dict[str, Any]) -> None:
    """Store the run, unless the user wants none."""
    if not arguments.no_run:
        say(f"run stored as {save_run(data, arguments.runs or RUNS, arguments.name)}")


def older_run(arguments: argparse.Namespace, like: dict[str, Any]) -> Run | None:
    """The run to compare with, looked up before the work, so that a wrong name costs nothing."""
    if arguments.against is None:
        return None
    return find_run(arguments.against, arguments.runs or RUNS, like)


def tell_left_out(sets: Sequence[str]) -> None:
    """Say which sets were left out because they are of the test split."""
    if sets:
        say(f"test split left out (sets {', '.join(sets)}); --split test reads it")


def chosen_notes(path: Path, split: str | None, sets: Sequence[str] | None = None) -> Selection:
    """The notes of a corpus that the options name; what is left out of it is said.

    Raises
    ------
    CorpusError
        Where the corpus, or a note of it, cannot be used.
    """
    chosen = select(path, split, sets)
    tell_left_out(chosen.left_out)
    return chosen

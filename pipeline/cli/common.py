"""What the commands share: going through cases with progress and errors, and writing output safely."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import EXIT_OK, DocumentError, OutputError, UsageError
from pipeline.inputs import CaseInput, collect, distinct
from pipeline.private_files import write_text as write_text
from pipeline.request import Asked, asked_by_options
from pipeline.visible import one_line

T = TypeVar("T")


class Problems:
    """Document errors met on the way: printed one line each, and turned into the exit code."""

    def __init__(self) -> None:
        self.count = 0
        self.exit_code = EXIT_OK

    def add(self, error: DocumentError) -> None:
        """Print the error and remember the worst exit code."""
        self.count += 1
        self.exit_code = max(self.exit_code, error.exit_code)
        print(f"notewarrant: {error}", file=sys.stderr)


def option_of(arguments: argparse.Namespace) -> Asked:
    """The request as the options state it; UsageError names an option that cannot be used."""
    return asked_by_options(
        arguments.cpt,
        arguments.icd,
        payer=arguments.payer,
        setting=arguments.setting,
        state=arguments.state,
        claim_kind=arguments.claim_kind,
    )


def gather(paths: list[Path], packet: bool, problems: Problems) -> list[CaseInput]:
    """The cases of the paths; errors and skipped files are printed, the rest goes on."""
    skipped: list[Path] = []
    cases: list[CaseInput] = []
    for item in collect(paths, packet, skipped):
        if isinstance(item, DocumentError):
            problems.add(item)
        else:
            cases.append(item)
    for path in skipped:
        print(
            f"notewarrant: {one_line(str(path))}: not read, no text note or not listed by case.json",
            file=sys.stderr,
        )
    return distinct(cases)


#: Bytes from which even a single note gets a progress bar.
_LARGE = 1_000_000


def _bytes(cases: list[CaseInput]) -> int:
    return sum(p.stat().st_size for c in cases for p in c.paths if p.is_file())


def each(
    cases: list[CaseInput], work: Callable[[CaseInput], T], problems: Problems, quiet: bool
) -> Iterator[tuple[CaseInput, T]]:
    """Work through the cases, with a progress bar on a terminal.

    A failing case is reported, the others finish.
    """
    show = not quiet and (len(cases) > 3 or _bytes(cases) > _LARGE) and sys.stderr.isatty()
    if show:
        from tqdm import tqdm

        bar = tqdm(total=len(cases), unit="case", file=sys.stderr, leave=False)
    for case in cases:
        try:
            yield case, work(case)
        except DocumentError as error:
            problems.add(error)
        if show:
            bar.update()
    if show:
        bar.close()


class Bar:
    """A progress bar on a terminal, made once its length is known; nothing elsewhere or when quiet."""

    def __init__(self, unit: str, quiet: bool) -> None:
        self._unit = unit
        self._show = not quiet and sys.stderr.isatty()
        self._bar: Any = None

    def total(self, n: int) -> None:
        """Begin a bar of ``n`` steps."""
        if self._show and n:
            from tqdm import tqdm

            self._bar = tqdm(total=n, unit=self._unit, file=sys.stderr, leave=False)

    def tick(self) -> None:
        """One step."""
        if self._bar is not None:
            self._bar.update()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()


def check_writable(output: Path | None) -> None:
    """Fail before the work where the output cannot be written.

    Raises
    ------
    OutputError
        Naming the path and the cause.
    """
    if output is None:
        return
    parent = output if output.is_dir() else output.parent
    if not parent.exists():
        if output.suffix == "" and parent.parent.exists():
            return
        raise OutputError(str(output), f"the folder {parent} does not exist", "create it first")
    if not os.access(parent, os.W_OK) or not parent.is_dir():
        raise OutputError(
            str(output), "the folder cannot be written", "choose another place or mend its permissions"
        )
    if output.exists() and not os.access(output, os.W_OK):
        raise OutputError(str(output), "cannot be overwritten", "choose another file or mend its permissions")


def spare_inputs(output: Path | None, cases: list[CaseInput]) -> None:
    """Refuse to write over what is read.

    Raises
    ------
    UsageError
        Where the output is one of the notes or case files.
    """
    if output is None:
        return
    read = {p.resolve() for c in cases for p in (*c.paths, c.case_file_path) if p is not None}
    if output.resolve() in read:
        raise UsageError("-o", f"{output} is one of the inputs", "choose another file")


def need_paths(arguments: argparse.Namespace) -> None:
    """A check needs a path or a question, and not both."""
    if bool(arguments.paths) == bool(arguments.ask is not None):
        raise UsageError("check", "give either PATH or --ask", "see notewarrant check --help")

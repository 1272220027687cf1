"""The tutorials' commands and what they print; run this file to write today's output into the pages.

A shell block of one command with a text block right below it is a step. In the text block ``...`` stands
for any lines. A shell block without output is not run. A yaml or text block that names a file after its
language is that file of the reader's, from there on. A command that fails shows its error and its exit code.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.cli import main

ROOT = Path(__file__).parents[2]
PAGES = tuple(sorted((ROOT / "docs").glob("tutorial-*.md")))
_STEP = re.compile(r"^```sh\n([^\n]+)\n```\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^```(?:yaml|text) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: A run's id holds the time.
_RUN = re.compile(r"\b\d{8}T\d{6}Z-[0-9a-f]{8}\b")


@dataclass(frozen=True)
class Step:
    """A command, what the page shows of its output, and where in the page that stands."""

    command: str
    shown: str
    start: int
    end: int


def steps(page: str) -> list[Step]:
    """The steps in order."""
    return [Step(m[1], m[2], m.start(2), m.end(2)) for m in _STEP.finditer(page)]


def run(command: str) -> str:
    """What a command prints on standard output; for one that fails its error and exit code as well."""
    words = shlex.split(command)
    assert words[0] == "notewarrant", command
    out, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        code = main(words[1:])
    printed = out.getvalue() + (f"{error.getvalue()}exit code {code}\n" if code else "")
    return _RUN.sub("RUN", printed)


@contextlib.contextmanager
def reader() -> Iterator[None]:
    """An empty working folder with the corpora beside it."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "corpora").symlink_to(ROOT / "corpora", target_is_directory=True)
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def outputs(page: str) -> Iterator[tuple[Step, str]]:
    """Walk down a page as its reader does, inside ``reader``: files are written, commands run."""
    found = [(m.start(), m) for m in _FILE.finditer(page)]
    todo: list[tuple[int, re.Match[str] | Step]] = [*found, *((s.start, s) for s in steps(page))]
    for _, thing in sorted(todo, key=lambda t: t[0]):
        if isinstance(thing, Step):
            yield thing, run(thing.command)
        else:
            Path(thing[1]).parent.mkdir(parents=True, exist_ok=True)
            Path(thing[1]).write_text(thing[2], encoding="utf-8")


def agrees(shown: str, printed: str) -> bool:
    """Whether the output is what the page shows, line by line, but for what ``...`` stands for."""
    lines = _RUN.sub("RUN", shown).splitlines()
    pattern = "".join(r"(?:[^\n]*\n)*?" if line == "..." else re.escape(line) + r"\n" for line in lines)
    return re.fullmatch(pattern, printed) is not None


def _key(line: str) -> str:
    """What a line is known by when its figures change: its first two words, without figures."""
    return " ".join(re.sub(r"[\d.]+", "", line).split()[:2])


def refreshed(shown: str, printed: str) -> str:
    """The shown lines as they are printed today; ``...`` stays."""
    rest = printed.splitlines()
    out = []
    for line in shown.splitlines():
        if line == "...":
            out.append(line)
            continue
        while rest and not _key(rest[0]).startswith(_key(line)):
            rest.pop(0)
        assert rest, f"no line like {line!r} is printed any more"
        out.append(rest.pop(0))
    return "".join(f"{line}\n" for line in out)


def write(path: Path) -> None:
    """Put today's output into a page."""
    page = path.read_text("utf-8")
    with reader():
        new = [(step, refreshed(step.shown, printed)) for step, printed in outputs(page)]
    for step, text in reversed(new):
        page = page[: step.start] + text + page[step.end :]
    path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    for tutorial in PAGES:
        write(tutorial)
    sys.exit(0)

"""The tutorial's commands and what they print; run this file to write today's output into the page.

A shell block of one command with a text block right below it is a step. In the text block ``...`` stands
for any lines. A shell block without output is not run."""

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

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "tutorial-lexicon.md"
FILE = "my-lexicons/therapies.yaml"
_STEP = re.compile(r"^```sh\n([^\n]+)\n```\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_YAML = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
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
    """What a command prints on standard output."""
    words = shlex.split(command)
    assert words[0] == "notewarrant", command
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = main(words[1:])
    assert code == 0, f"{command}: exit code {code}"
    return _RUN.sub("RUN", out.getvalue())


@contextlib.contextmanager
def reader(page: str) -> Iterator[None]:
    """An empty working folder with the corpora beside it, and the reader's file in its place."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "corpora").symlink_to(ROOT / "corpora", target_is_directory=True)
        file = Path(folder) / FILE
        file.parent.mkdir()
        (yaml,) = _YAML.findall(page)
        file.write_text(yaml, encoding="utf-8")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


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


def write() -> None:
    """Put today's output into the page."""
    page = PAGE.read_text("utf-8")
    with reader(page):
        new = [(step, refreshed(step.shown, run(step.command))) for step in steps(page)]
    for step, text in reversed(new):
        page = page[: step.start] + text + page[step.end :]
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    write()
    sys.exit(0)

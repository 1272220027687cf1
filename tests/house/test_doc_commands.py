"""The commands and the Python that the documentation shows are accepted by the product as it is."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli.parser import build_parser

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/corpus-format.md",
    "docs/evaluation.md",
    "docs/tutorial-lexicon.md",
    "docs/annotation.md",
    "docs/messages.md",
    "docs/watching.md",
    "corpora/README.md",
    "corpora/examples/README.md",
)


def fenced(repo_root: Path, language: str) -> list[str]:
    blocks = []
    for page in PAGES:
        text = (repo_root / page).read_text("utf-8")
        blocks += re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return blocks


def shown_commands(repo_root: Path) -> list[str]:
    """Every line of a shell block or of the parser's own help that starts the product."""
    lines = [line for block in fenced(repo_root, "sh") for line in block.splitlines()]
    lines += (build_parser().epilog or "").splitlines()
    return [line.strip() for line in lines if re.match(r"\s*(?:\.venv/bin/)?notewarrant ", line)]


def test_shown_commands_parse(repo_root: Path) -> None:
    commands = shown_commands(repo_root)
    assert len(commands) >= 8
    for command in commands:
        words = shlex.split(command, comments=True)[1:]
        # A redirection belongs to the shell.
        build_parser().parse_args(words[: words.index(">")] if ">" in words else words)


def test_the_parser_refuses_what_it_does_not_know() -> None:
    with pytest.raises(SystemExit):
        build_parser().parse_args(["check", "note.txt", "--no-such-option"])


def test_shown_python_runs(repo_root: Path, tmp_path: Path) -> None:
    blocks = fenced(repo_root, "python")
    assert blocks
    # What `notewarrant extract --format json` writes, and the README reads.
    (tmp_path / "structured.json").write_text('{"case_id": "x", "documents": []}', encoding="utf-8")
    for block in blocks:
        result = subprocess.run(
            [sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
        assert result.stdout.strip()
        assert result.stderr == ""

"""The Makefile and the CI script: plain errors, targets that exist, everything that has to pass."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest


def make(repo_root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", *arguments],
        cwd=repo_root,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "MAKEFLAGS": "", **environment},
    )


def fake_python(folder: Path, version: str) -> Path:
    script = folder / "python"
    script.write_text(f"#!/bin/sh\necho {version}\n", "utf-8")
    script.chmod(0o755)
    return script


def test_help_is_the_default_and_names_every_target(repo_root: Path) -> None:
    shown = make(repo_root).stdout
    phony = re.search(r"^\.PHONY: (.+)$", (repo_root / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert phony is not None
    assert sorted(re.findall(r"^ +make ([\w-]+)", shown, re.MULTILINE)) == sorted(phony[1].split())


@pytest.mark.parametrize("version", ["3.10", "3.13"])
def test_another_python_is_refused_in_plain_words(repo_root: Path, tmp_path: Path, version: str) -> None:
    result = make(
        repo_root, "setup", f"PYTHON={fake_python(tmp_path, version)}", f"VENV={tmp_path / 'environment'}"
    )
    assert result.returncode != 0
    assert f"is Python {version}; notewarrant needs 3.11 or 3.12" in result.stderr
    assert not (tmp_path / "environment").exists()


def test_no_python_at_all_is_said(repo_root: Path, tmp_path: Path) -> None:
    result = make(repo_root, "setup", f"PYTHON={tmp_path / 'none'}", f"VENV={tmp_path / 'environment'}")
    assert result.returncode != 0
    assert "does not run; install Python 3.11 or 3.12" in result.stderr


def test_ci_runs_everything_and_the_tests_last(repo_root: Path) -> None:
    script = repo_root / ".ci" / "run"
    assert os.access(script, os.X_OK)
    bash = shutil.which("bash")
    assert bash is not None
    subprocess.run([bash, "-n", str(script)], check=True)
    lines = script.read_text("utf-8").rstrip().splitlines()
    assert [line for line in lines if line.startswith("make ")] == [
        "make setup",
        "make lint",
        "make types",
        "make imports",
        "make pythons",
        "make test",
    ]
    assert lines[-1] == "make test"
    assert "set -euo pipefail" in lines

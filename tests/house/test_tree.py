"""What no file of the repository may hold, and how long a Python file may be."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SKIPPED = {
    ".git",
    ".venv",
    "build",
    "dist",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".import_linter_cache",
    ".hypothesis",
    "htmlcov",
}
MAX_LINES = 400

# Character classes keep this file from finding itself.
REGISTRY = re.compile(
    r"py[p]i\.org|pythonhost[e]d|np[m]js|registry\.(?:np[m]|yarn)|files\.pyth[o]n|proxy\.gol[a]ng"
    r"|https?://[^\s\"']*/simpl[e]/|--(?:extra-)?index-ur[l] +h|artifactor[y]",
    re.IGNORECASE,
)
MACHINE = re.compile(
    r"(?<![\w.~/-])/(?:wor[k]|roo[t]|hom[e]/\w+|opt/pyp[i]|Users/\w+|tmp/(?:brie[f]|loc[k]))/"
)


def walk(root: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if name not in SKIPPED and not name.endswith(".egg-info"))
        # In a worktree .git is a file.
        kept = (name for name in sorted(files) if name != ".git" and not name.startswith(".coverage"))
        yield from (Path(folder) / name for name in kept)


def text_of(path: Path) -> str:
    """Return the file's text, or nothing for a binary file."""
    data = path.read_bytes()
    return "" if b"\0" in data[:4096] else data.decode("utf-8", errors="replace")


@pytest.mark.parametrize("pattern", [REGISTRY, MACHINE], ids=["registry", "machine path"])
def test_the_text_names_none(repo_root: Path, pattern: re.Pattern[str]) -> None:
    hits = [
        f"{path.relative_to(repo_root)}: {match[0]}"
        for path in walk(repo_root)
        if (match := pattern.search(text_of(path)))
    ]
    assert hits == []


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (REGISTRY, "from https://py" + "pi.org/project/x", True),
        (REGISTRY, "index: https://host.example" + "/simple/", True),
        (REGISTRY, "see https://www.cms.gov/medicare", False),
        (MACHINE, "read /wo" + "rk/notes.txt", True),
        (MACHINE, "=/ro" + "ot/.cache", True),
        (MACHINE, "difficulty at home/work/school", False),
        (MACHINE, "../wo" + "rk/x", False),
    ],
)
def test_the_patterns_find_what_they_mean(pattern: re.Pattern[str], text: str, found: bool) -> None:
    assert (pattern.search(text) is not None) == found


def test_python_files_stay_small(repo_root: Path) -> None:
    long = {
        str(path.relative_to(repo_root)): lines
        for path in walk(repo_root)
        if path.suffix == ".py" and (lines := len(path.read_text("utf-8").splitlines())) > MAX_LINES
    }
    assert long == {}, f"over {MAX_LINES} lines: could they be two?"


def test_every_package_declares_its_typing(repo_root: Path) -> None:
    for package in ("rules", "extractors", "pipeline", "flows"):
        assert (repo_root / package / "__init__.py").is_file()
        assert (repo_root / package / "py.typed").is_file()


def test_tests_hold_no_package(repo_root: Path) -> None:
    """medspaCy installs a top-level package `tests`; ours must not compete with it."""
    assert [str(path) for path in (repo_root / "tests").rglob("__init__.py")] == []

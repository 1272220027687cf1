"""The documentation speaks of what is there: links, paths and make targets exist."""

import re
import tomllib
from pathlib import Path

import pytest

PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/architecture.md",
    "docs/corpus-format.md",
    "docs/evaluation.md",
    "docs/tutorial-lexicon.md",
    "docs/annotation.md",
    "docs/deploy.md",
    "docs/inbox.md",
    "docs/settings.md",
    "docs/messages.md",
    "docs/watching.md",
    "tests/faults/README.md",
    "docs/messages.md",
    "docs/watching.md",
    "docs/adr/README.md",
]
TOPS = ("rules", "extractors", "pipeline", "flows", "corpora", "tests", "docs", "requirements")


def pages(repo_root: Path) -> list[Path]:
    return [repo_root / page for page in PAGES] + sorted((repo_root / "docs/adr").glob("0*.md"))


def test_relative_links_resolve(repo_root: Path) -> None:
    missing = [
        f"{page.name}: {target}"
        for page in pages(repo_root)
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert missing == []


def test_paths_in_code_spans_exist(repo_root: Path) -> None:
    """`extractors/text/` names a folder that is there; `<family>` and `*` stand for any name."""
    missing = []
    for page in pages(repo_root):
        for span in re.findall(r"`([\w./<>*-]+)`", page.read_text("utf-8")):
            if "/" not in span or span.split("/")[0] not in TOPS:
                continue
            pattern = re.sub(r"<[^>]+>", "*", span.rstrip("/"))
            if not any(repo_root.glob(pattern)):
                missing.append(f"{page.name}: {span}")
    assert missing == []


def test_make_targets_that_are_named_exist(repo_root: Path) -> None:
    known = set(re.findall(r"^(\w+):", (repo_root / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        target
        for page in pages(repo_root)
        for target in re.findall(r"(?:`|^)make (\w+)", page.read_text("utf-8"), re.MULTILINE)
    }
    assert named >= {"test", "demo", "imports"}
    assert named - known == set()


def test_every_decision_is_listed(repo_root: Path) -> None:
    listed = re.findall(r"\]\((0\d{3}-[\w-]+\.md)\)", (repo_root / "docs/adr/README.md").read_text("utf-8"))
    assert listed == sorted(path.name for path in (repo_root / "docs/adr").glob("0*.md"))


@pytest.mark.parametrize("name", ["LICENSE", "pyproject.toml"])
def test_the_licence_is_apache(repo_root: Path, name: str) -> None:
    assert re.search(
        r'Apache License\s+Version 2\.0|license = "Apache-2\.0"', (repo_root / name).read_text("utf-8")
    )


def test_the_changelog_knows_the_version(repo_root: Path) -> None:
    """What is not released yet stands under Unreleased; a release has its own heading."""
    project = tomllib.loads((repo_root / "pyproject.toml").read_text("utf-8"))["project"]
    headings = re.findall(r"^## \[([^\]]+)\]", (repo_root / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] in ("Unreleased", project["version"])
    assert len(headings) == len(set(headings))

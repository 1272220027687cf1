"""What the packages import from outside is declared in pyproject.toml, in the base or in an extra."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PACKAGES = ("rules", "extractors", "pipeline", "flows")
#: Imported where it is there and missed by nobody: loguru comes with other PyRuSH versions and is only
#: silenced; the code table's generator is run by hand.
OPTIONAL = {"loguru", "simple_icd_10_cm"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def declared(repo_root: Path) -> set[str]:
    project = tomllib.loads((repo_root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = {
        name: group for name, group in project["optional-dependencies"].items() if name not in ("dev", "all")
    }
    lists = [project["dependencies"], *extras.values()]
    return {canonicalize_name(Requirement(text).name) for group in lists for text in group}


@pytest.mark.parametrize("package", PACKAGES)
def test_third_party_imports_are_declared(repo_root: Path, package: str) -> None:
    known = declared(repo_root)
    distributions = packages_distributions()
    undeclared = {}
    for path in sorted((repo_root / package).rglob("*.py")):
        for name in imported(path):
            if name in sys.stdlib_module_names or name in PACKAGES or name in OPTIONAL:
                continue
            providers = {canonicalize_name(d) for d in distributions.get(name, [name])}
            if not providers & known:
                undeclared[str(path.relative_to(repo_root))] = name
    assert undeclared == {}

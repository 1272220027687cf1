"""The import contracts hold, and they bite when someone breaks them."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ("rules", "extractors", "pipeline", "flows")


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command as c; c()"
    )
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_contracts_hold(repo_root: Path) -> None:
    result = lint_imports(repo_root)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("package", "line"),
    [
        ("rules", "import spacy"),
        ("rules", "import extractors"),
        ("rules", "from pipeline import nothing"),
        ("extractors", "import rules"),
        ("extractors", "import prefect"),
        ("pipeline", "import flows"),
        ("pipeline", "def late():\n    from prefect import flow"),
    ],
)
def test_an_import_that_points_up_breaks_a_contract(
    tmp_path: Path, repo_root: Path, package: str, line: str
) -> None:
    for name in PACKAGES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    shutil.copy(repo_root / "pyproject.toml", tmp_path)
    assert lint_imports(tmp_path).returncode == 0
    (tmp_path / package / "stray.py").write_text(line + "\n", "utf-8")
    result = lint_imports(tmp_path)
    assert result.returncode == 1
    assert f"{package}.stray" in result.stdout


def test_rules_import_pydantic_yaml_and_the_standard_library_only(repo_root: Path) -> None:
    """The generators of code tables (``build_*.py``) may import their source late; they run by hand only."""
    allowed = {"rules", "pydantic", "pydantic_core", "yaml", "typing_extensions", *sys.stdlib_module_names}
    strays = []
    for path in sorted((repo_root / "rules").rglob("*.py")):
        if path.name.startswith("build_"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            strays += [f"{path.relative_to(repo_root)}: {n}" for n in names if n.split(".")[0] not in allowed]
    assert strays == []

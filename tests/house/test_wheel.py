"""The built wheel: complete, installable, and `rules` importable with pydantic and PyYAML only."""

import json
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

PACKAGES = ("rules", "extractors", "pipeline", "flows")

# Imports every module of a package out of the folder given, refusing what is not on the list of names.
IMPORTER = """
import importlib, importlib.abc, json, pkgutil, sys
folder, package, allowed = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])

class Refuse(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top not in allowed and not top.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(f"outside the allowed packages: {name}")

sys.path.insert(0, folder)
if allowed:
    allowed = set(allowed) | sys.stdlib_module_names
    sys.meta_path.insert(0, Refuse())
top = importlib.import_module(package)
assert top.__file__.startswith(folder), top.__file__
names = [module.name for module in pkgutil.walk_packages(top.__path__, package + ".")]
for name in names:
    assert importlib.import_module(name).__file__.startswith(folder), name
print(json.dumps(names))
"""
#: A structured case as `extract --format json` writes it, made by hand: no text processing is installed.
CASE = {
    "case_id": "by-hand",
    "documents": [{"id": "note", "sha256": "0" * 64, "length": 100, "date": "2026-03-01"}],
    "request": {"lines": [{"cpt": "64635"}], "diagnoses": [{"code": "M47.816"}]},
    "radicular": [
        {
            "id": "radicular.1",
            "document": "note",
            "start": 0,
            "end": 8,
            "quote": "sciatica",
            "extractor": "by hand",
            "version": "1",
            "value": {"region": "lumbar", "status": "present"},
        }
    ],
}
PYDANTIC_AND_YAML = [
    "rules",
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "typing_extensions",
    "typing_inspection",
    "yaml",
    "_yaml",
]


@pytest.fixture(scope="module")
def wheel(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(out),
        str(repo_root),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target"]
    subprocess.run([*command, str(target), str(wheel)], check=True, capture_output=True)
    return target


def import_all(installed: Path, package: str, allowed: list[str], cwd: Path) -> list[str]:
    """Import all modules of the installed package in a process that cannot see the repository."""
    result = subprocess.run(
        [sys.executable, "-I", "-c", IMPORTER, str(installed), package, json.dumps(allowed)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return list(json.loads(result.stdout.splitlines()[-1]))


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path, repo_root: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        str(path.relative_to(repo_root))
        for package in PACKAGES
        for path in (repo_root / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected - held == set()


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    version = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"][
        "version"
    ]
    assert tops == {*PACKAGES, f"notewarrant-{version}.dist-info"}


def test_the_wheel_declares_the_command_and_a_light_base(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    required = [
        line.removeprefix("Requires-Dist: ")
        for line in archive.read(metadata).decode("utf-8").splitlines()
        if line.startswith("Requires-Dist: ") and "extra ==" not in line
    ]
    assert sorted(line.split("<")[0].split(">")[0] for line in required) == ["pydantic", "pyyaml"]
    entry_points = archive.read(metadata.replace("METADATA", "entry_points.txt")).decode("utf-8")
    assert "notewarrant = pipeline.cli:main" in entry_points


def test_rules_import_with_pydantic_and_yaml_only(installed: Path, tmp_path: Path) -> None:
    assert "rules.case" in import_all(installed, "rules", PYDANTIC_AND_YAML, tmp_path)


#: Runs the command line out of the folder given, refusing what is not on the list of names.
RUNNER = (
    IMPORTER.split("top = importlib")[0]
    + """
from pipeline.cli import main
sys.exit(main(sys.argv[4:]))
"""
)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rules", "check", "{case}", "--policy", "guideline", "--what-if"], "NOT SUPPORTED"),
        (["rules", "check", "{case}", "--format", "json"], '"not_supported_as_coded"'),
        (["compare", "{case}", "--policy", "all"], "guideline: NOT SUPPORTED AS CODED"),
        (["policies", "list", "--on", "2026-03-01"], "General guideline"),
        (["policies", "diff", "guideline", "guideline"], "Figures that differ: 0"),
        (["schema", "case"], '"Case"'),
    ],
)
def test_the_rules_run_with_the_base_install_alone(
    installed: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    case = tmp_path / "case.json"
    case.write_text(json.dumps(CASE), encoding="utf-8")
    allowed = json.dumps([*PYDANTIC_AND_YAML, "pipeline"])
    command = [a.format(case=case) for a in arguments]
    result = subprocess.run(
        [sys.executable, "-I", "-c", RUNNER, str(installed), "pipeline", allowed, *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert said in result.stdout


@pytest.mark.parametrize("package", ["extractors", "pipeline", "flows"])
def test_the_other_packages_import_from_the_wheel(installed: Path, tmp_path: Path, package: str) -> None:
    import_all(installed, package, [], tmp_path)


def test_the_importer_refuses_what_is_not_allowed(installed: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"outside the allowed packages: (pydantic|yaml)"):
        import_all(installed, "rules", ["rules"], tmp_path)

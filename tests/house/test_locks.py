"""The locks: everything pinned, hashed and free of addresses, and in step with pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.!+_-]+)(?: ; (?P<marker>[^\\]+?))? \\$")
HASH = re.compile(r"^ {4}--hash=sha256:[0-9a-f]{64}(?: \\)?$")
ADDRESS = re.compile(r"https?:|file:|://|--(?:extra-)?index|--find-links|--trusted-host| @ ", re.IGNORECASE)


def entries(lock: str) -> dict[str, tuple[str, int]]:
    """Read a lock strictly: canonical name -> (version, number of hashes); any other line is an error."""
    found: dict[str, tuple[str, int]] = {}
    current = ""
    for number, line in enumerate(lock.splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        if pin := PIN.match(line):
            current = canonicalize_name(pin["name"])
            assert current not in found, f"line {number}: {current} is pinned twice"
            found[current] = (pin["version"], 0)
        elif HASH.match(line) and current:
            version, count = found[current]
            found[current] = (version, count + 1)
        else:
            raise AssertionError(f"line {number} is neither a pin nor a hash: {line!r}")
    return found


def wanted(repo_root: Path, python: str) -> list[Requirement]:
    """Return every requirement of the base and of all extras that holds on this Python."""
    project = tomllib.loads((repo_root / "pyproject.toml").read_text("utf-8"))
    lists = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    requirements = [Requirement(text) for group in lists for text in group]
    return [
        requirement
        for requirement in requirements + [Requirement(text) for text in project["build-system"]["requires"]]
        if requirement.name != "notewarrant"
        and (requirement.marker is None or requirement.marker.evaluate({"python_version": python}))
    ]


@pytest.fixture(params=["3.11", "3.12"])
def python(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def lock(repo_root: Path, python: str) -> str:
    return (repo_root / f"requirements/lock-py{python.replace('.', '')}.txt").read_text("utf-8")


def test_every_line_is_a_pin_with_hashes(lock: str) -> None:
    found = entries(lock)
    assert len(found) > 100
    assert [name for name, (_, hashes) in found.items() if hashes == 0] == []


def test_no_address_in_a_lock(lock: str) -> None:
    assert [line for line in lock.splitlines() if ADDRESS.search(line)] == []


def test_the_lock_of_the_mutation_tests_is_pinned_hashed_and_free_of_addresses(repo_root: Path) -> None:
    lock = (repo_root / "requirements" / "lock-mutation.txt").read_text("utf-8")
    assert [line for line in lock.splitlines() if ADDRESS.search(line)] == []
    assert "mutmut" in entries(lock)


def test_the_lock_satisfies_pyproject(lock: str, repo_root: Path, python: str) -> None:
    found = entries(lock)
    for requirement in wanted(repo_root, python):
        name = canonicalize_name(requirement.name)
        assert name in found, f"{requirement} is not locked: make lock"
        assert requirement.specifier.contains(found[name][0]), f"{requirement} against {found[name][0]}"


def test_known_bad_versions_stay_out(lock: str) -> None:
    """The pins whose reasons pyproject.toml gives."""
    found = {name: version for name, (version, _) in entries(lock).items()}
    assert found["pyrush"] == "1.0.10"
    assert found["prefect"] == "3.8.8"
    assert tuple(int(part) for part in found["fastapi"].split(".")[:2]) < (0, 155)
    assert found["numpy"].startswith("1.")


@pytest.mark.parametrize(
    "line",
    [
        "httpx>=0.28 \\",
        "httpx @ https://example.org/httpx.whl \\",
        "--find-links wheels",
        "-e .",
        "    --hash=md5:0123",
    ],
)
def test_the_reader_refuses_what_is_no_pin(line: str) -> None:
    with pytest.raises(AssertionError):
        entries(f"a==1 \\\n    --hash=sha256:{'0' * 64}\n{line}\n")

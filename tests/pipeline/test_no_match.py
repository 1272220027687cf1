"""A command that names what is not there says so: a typo must not look like work done."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.site import Site, init_site, load_site
from pipeline.store import Job


@pytest.fixture
def site(tmp_path: Path) -> Site:
    found = load_site(init_site(tmp_path / "site"))
    with found.open_store() as store:
        store.enqueue(
            [
                Job(
                    case_id="a",
                    documents=("0",),
                    paths=("a.txt",),
                    policy="guideline",
                    versions={},
                    patient="p1",
                )
            ]
        )
    return found


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["store", "audit", "--job", "9999"], "--job: names no job of this store"),
        (["store", "audit", "--case", "unknown"], "--case: names no job of this store"),
        (["store", "erase", "--patient", "nobody"], "--patient: names no job of this store"),
        (["store", "erase", "--job", "9999", "--yes"], "--job: names no job of this store"),
        (["queue", "dead", "--code", "NOPE"], "--code: no code 'NOPE' is known; choose from CASE_FILE"),
        (["queue", "requeue", "--code", "NOPE"], "--code: no code 'NOPE' is known; choose from CASE_FILE"),
    ],
)
def test_what_names_nothing_is_wrong_usage(
    site: Site, command: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command[:2], str(site.base), *command[2:]]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


def test_what_names_something_is_done(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(site.base)
    assert main(["queue", "dead", folder, "--code", "CRASH"]) == 0, "none is dead, and that is well"
    assert main(["store", "audit", folder, "--case", "a"]) == 0
    assert "job 1" in capsys.readouterr().out
    assert main(["store", "erase", folder, "--patient", "p1", "--yes"]) == 0
    assert "erased: 1 jobs" in capsys.readouterr().out
    assert main(["store", "audit", folder, "--job", "1"]) == 0, "the trail outlives the job"
    assert main(["store", "erase", folder, "--patient", "p1", "--yes"]) == 2, "its name is gone"

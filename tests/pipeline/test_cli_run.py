"""``notewarrant run`` around its runner: what it says, its exit codes, and its plain errors."""

import datetime as dt
from pathlib import Path

import pytest

from pipeline.cli import main, runners
from pipeline.cli import run as module
from pipeline.intake import folder as intake
from pipeline.store import Store
from pipeline.work import batch

NOTE = "HISTORY: Low back pain for 9 months.\nPLAN: 64635 for M47.816, case {}.\n"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Stand in for the orchestrator: drain the store in this process, and remember the calls."""
    calls: list[tuple[object, ...]] = []

    def runner(folder: Path, store: Path, policy: str, on: dt.date | None, size: int, progress: bool) -> None:
        calls.append((folder, store, policy, on, size, progress))
        with Store(store) as opened:
            ids, _ = intake.enqueue(opened, intake.plan(folder, policy, on))
            batch.drain(opened, ids, size)

    monkeypatch.setattr(module, "runner", lambda name: {"run": runner}[name])
    return calls


def test_first_and_second_run(
    started: list[tuple[object, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, store = tmp_path / "in", tmp_path / "s.sqlite"
    folder.mkdir()
    for i in range(3):
        (folder / f"{i}.txt").write_text(NOTE.format(i))
    command = ["run", str(folder), "--store", str(store), "--on", "2026-02-03", "--batch-size", "2", "-q"]
    assert main(command) == 0
    assert "3 cases checked, 0 were done before" in capsys.readouterr().out
    assert started == [(folder, store, "guideline", dt.date(2026, 2, 3), 2, False)]
    assert main(command) == 0
    assert "nothing to do, 3 cases were done before" in capsys.readouterr().out
    assert len(started) == 1, "no orchestrator is started for nothing"


def test_bad_documents_are_named_on_every_run(
    started: list[tuple[object, ...]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text(NOTE.format(1))
    (folder / "blank.txt").write_text("   ")
    for _ in range(2):
        assert main(["run", str(folder), "--store", str(tmp_path / "s.sqlite")]) == 3
        captured = capsys.readouterr()
        assert f"{folder / 'blank.txt'}: holds no text" in captured.err
        assert "could not be used: 1" in captured.out
    assert len(started) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["run", "nowhere"], 3, "nowhere: does not exist"),
        (["run", ".", "--policy", "nobodys"], 2, "no policy named 'nobodys'"),
        (["run", ".", "--batch-size", "0"], 2, "--batch-size: 0 is less than 1"),
        (["run", ".", "--store", "no/such/folder/s.sqlite"], 4, "does not exist"),
        (["run", "."], 3, "holds no text documents"),
    ],
)
def test_plain_errors(
    started: list[tuple[object, ...]], arguments: list[str], code: int, said: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == code
    assert said in capsys.readouterr().err
    assert started == []


@pytest.mark.parametrize("points", ["none", "broken"])
def test_without_the_extra(
    points: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Point:
        def load(self) -> object:
            raise ModuleNotFoundError("No module named 'prefect'", name="prefect")

    found = [Point()] if points == "broken" else []
    monkeypatch.setattr(runners, "entry_points", lambda group, name: found)
    assert main(["run", str(tmp_path), "--store", str(tmp_path / "s.sqlite")]) == 2
    assert 'install "notewarrant[nlp,flows]"' in capsys.readouterr().err


def test_the_package_names_its_runners() -> None:
    assert callable(runners.runner("run"))
    assert callable(runners.runner("serve"))

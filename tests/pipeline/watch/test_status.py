"""The queue at a glance: what the ledger holds, for a person, a machine and a monitor."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli.main import main
from pipeline.store import Job, Store, StoreUnavailable
from pipeline.watch.status import age, failures, status_data, status_text

from .conftest import Clock


def test_everything_there_is_to_see(store: Store, clock: Clock, job: Callable[..., Job]) -> None:
    store.enqueue([job(f"{n}") for n in range(6)] + [job("x", error=("CASE_FILE", "CaseFileError"))])
    store.enqueue([job("r", source="rabbitmq")])
    rows = store.claim("here:1:2:a", 4)
    done, bad, failing, _held = rows
    for row in (done, bad, failing):
        assert store.begin(row)
    assert store.finish(done, "supported", "{}")
    assert store.fail(bad, "NO_TEXT", "EmptyDocument", final=True)
    assert store.fail(failing, "INTERNAL", "KeyError", final=False)
    store.claim("here:1:2:b", 1)
    store.claim("here:9:9:c", 1)
    clock.time += 1  # the fault waits for two
    seen = store.overview()
    assert seen.states == {
        "queued": 2, "leased": 3, "done": 1, "dead": 2, "superseded": 0, "erased": 0,
    }  # fmt: skip
    assert (seen.backing_off, seen.oldest_waiting, seen.workers) == (1, 1.0, 2)
    assert seen.dead == {"CASE_FILE": 1, "NO_TEXT": 1}
    assert seen.attempts == {0: 4, 1: 1}
    assert seen.sources == {"folder": 7, "rabbitmq": 1}
    assert (seen.last_minute, seen.last_hour, seen.last_result) == (1, 1, clock.time - 1)
    assert seen.left_behind == 0
    text = status_text("here", seen)
    for line in (
        "waiting: 2, of these after a fault and not yet due: 1", "in hand: 3, by 2 workers",
        "oldest of these: 1 s", "done: 1 (last minute 1, last hour 1)",
        "dead letters: 2 (CASE_FILE 1, NO_TEXT 1)", "taken in by: folder 7, rabbitmq 1",
        f"audit trail: {seen.audit_seq} entries, head {seen.audit_head}",
    ):  # fmt: skip
        assert line in text.splitlines()
    clock.time += 60 - 1
    assert (store.overview().last_minute, store.overview().last_hour) == (0, 1)
    clock.time += 3600
    late = store.overview()
    assert (late.last_hour, late.left_behind) == (0, 2)
    assert late.left_versions == (job("").versions_digest,)
    assert f"waiting for versions that no worker has: 2 ({job('').versions_digest[:12]})" in status_text(
        "here", late
    )
    assert late.worker_seen is None, "who takes jobs in is no worker"
    store.claim("new", 1, versions=[job("").versions_digest])
    assert (store.overview().left_behind, store.overview().worker_seen) == (0, clock.time)


def test_an_empty_store(store: Store) -> None:
    seen = store.overview()
    assert sum(seen.states.values()) == seen.audit_seq == 0
    assert seen.oldest_waiting is seen.last_result is None
    assert "oldest of these: none" in status_text("here", seen)
    assert failures(seen, 1.0, True) == []
    assert json.loads(json.dumps(status_data("here", seen)))["form"] == "notewarrant-status/1"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "none"), (0.9, "0 s"), (59.9, "59 s"), (60, "1 min 0 s"), (192, "3 min 12 s"),
        (3600, "1 h 0 min"), (7384, "2 h 3 min"), (86400 * 2 + 3600 * 5, "2 d 5 h"),
    ],
)  # fmt: skip
def test_ages(seconds: float | None, said: str) -> None:
    assert age(seconds) == said


def filled(path: Path, jobs: list[Job], now: Callable[[], float] | None = None) -> Path:
    with Store(path, now) as store:
        store.enqueue(jobs)
    return path


def test_the_command_says_the_same_in_both_forms(
    tmp_path: Path, job: Callable[..., Job], capsys: pytest.CaptureFixture[str]
) -> None:
    path = filled(tmp_path / "s.sqlite", [job("Zyx-planted", paths=("/inbox/Zyx-planted.txt",))])
    assert main(["status", "--store", str(path)]) == 0
    text = capsys.readouterr().out
    assert "waiting: 1\n" in text
    assert main(["status", "--store", str(path), "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["states"]["queued"] == 1
    assert data["store"] == str(path)
    assert "planted" not in text + json.dumps(data)


def test_a_monitor_is_told_by_the_exit_code(
    tmp_path: Path, job: Callable[..., Job], capsys: pytest.CaptureFixture[str]
) -> None:
    """The job was taken in long before now."""
    dead = job("x", error=("CASE_FILE", "CaseFileError"))
    path = filled(tmp_path / "s.sqlite", [job("a"), dead], now=lambda: 1_000_000.0)
    there = ["status", "--store", str(path)]
    assert main([*there, "--fail-if-older", "1e8"]) == 0
    assert main([*there, "--fail-if-older", "30"]) == 1
    assert "the oldest waiting job waits" in capsys.readouterr().err
    assert main([*there, "--fail-if-dead", "-q"]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert main([*there, "-q", "--watch", "1"]) == 2
    assert main([*there, "--fail-if-dead"]) == 1
    assert "dead letters: 1" in capsys.readouterr().err
    assert main([*there, "--fail-if-older", "0"]) == 2
    assert main([*there, "--watch", "nan"]) == 2


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--store", str(tmp_path / "none.sqlite")]) == 3
    assert "is no file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_site_is_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["site", "init", str(tmp_path / "site")]) == 0
    assert main(["status", str(tmp_path / "site")]) == 0
    assert "waiting: 0" in capsys.readouterr().out
    assert stat.S_IMODE((tmp_path / "site" / "store.sqlite").stat().st_mode) == 0o600


def test_looking_again_and_again(
    tmp_path: Path,
    job: Callable[..., Job],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What comes in between is seen; a store that is away for a while is waited for."""
    path = filled(tmp_path / "s.sqlite", [])
    looks = 0
    whole = Store.overview

    def overview(store: Store, **how: bool) -> object:
        if looks == 1:
            raise StoreUnavailable(str(path), "is away", "wait")
        return whole(store, **how)

    def sleep(seconds: float) -> None:
        nonlocal looks
        assert seconds == 0.5
        looks += 1
        if looks == 3:
            raise KeyboardInterrupt
        filled(path, [job(f"{looks}")])

    monkeypatch.setattr(Store, "overview", overview)
    monkeypatch.setattr("pipeline.cli.status.time.sleep", sleep)
    assert main(["status", "--store", str(path), "--format", "json", "--watch", "0.5"]) == 130
    out, err = capsys.readouterr()
    assert [json.loads(line)["states"]["queued"] for line in out.splitlines()] == [0, 2]
    assert "is away" in err

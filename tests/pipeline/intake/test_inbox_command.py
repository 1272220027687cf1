"""``notewarrant queue ingest`` and ``deliver``: what they say, their exit codes, ending when told to."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.intake import inbox as module
from pipeline.outgoing.folder import FolderTarget
from pipeline.outgoing.target import TargetUnavailable
from pipeline.store import Job

from .conftest import VERSIONS, InboxSite


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Versions as a loaded extractor would have them, without loading it."""
    monkeypatch.setattr(module.Units, "_own_versions", lambda _: VERSIONS)


def test_ingest_tells_counts(here: InboxSite, capsys: pytest.CaptureFixture[str]) -> None:
    here.put("one.txt", "Zz9Marker")
    here.put("two.txt.part", "Zz9Marker")
    assert main(["queue", "ingest", str(here.site.base), "--format", "json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == {
        "taken": 1, "new": 1, "known": 0, "erased": 0, "refused": 0, "waiting": 1, "waiting_seconds": 0,
    }  # fmt: skip
    assert "Zz9Marker" not in told.out + told.err


def test_what_cannot_be_used_is_exit_code_3(here: InboxSite, capsys: pytest.CaptureFixture[str]) -> None:
    here.put("one.pdf", "%PDF Zz9Marker")
    assert main(["queue", "ingest", str(here.site.base)]) == 3
    told = capsys.readouterr()
    assert "some cases cannot be used" in told.err
    assert "Zz9Marker" not in told.out + told.err


def test_a_site_without_inbox_is_wrong_usage(here: InboxSite, capsys: pytest.CaptureFixture[str]) -> None:
    text = here.site.file.read_text(encoding="utf-8")
    start, end = text.index("inbox:\n"), text.index("#sources")
    here.site.file.write_text(text[:start] + "inbox: null\n" + text[end:], encoding="utf-8")
    assert main(["queue", "ingest", str(here.site.base)]) == 2
    assert "has no inbox" in capsys.readouterr().err


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf"])
@pytest.mark.parametrize("step", ["ingest", "deliver"])
def test_no_time_to_wait_is_wrong_usage(here: InboxSite, step: str, seconds: str) -> None:
    assert main(["queue", step, str(here.site.base), "--watch", seconds]) == 2


def test_watching_takes_what_comes_and_ends_when_told(
    here: InboxSite, forked: Any, until: Callable[..., None], tmp_path: Path
) -> None:
    here.store.close()
    out = tmp_path / "out"

    def step() -> None:
        handle = os.open(out, os.O_WRONLY | os.O_CREAT, 0o600)
        sys.stdout = os.fdopen(handle, "w")
        assert main(["queue", "ingest", str(here.site.base), "--watch", "0.05", "--format", "json"]) == 0

    pid = forked.start(step)
    for n in range(3):
        here.put(f"n-{n}.txt", f"note {n}")
        until(lambda n=n: here.store.counts()["queued"] == n + 1, 20, "the note's job")
    os.kill(pid, signal.SIGTERM)
    assert forked.wait(pid) == 0
    assert sum(json.loads(line)["new"] for line in out.read_text().splitlines()) == 3
    assert here.left() == set()


def test_watching_outlasts_a_store_that_is_away(
    here: InboxSite, forked: Any, until: Callable[..., None], tmp_path: Path
) -> None:
    here.store.close()
    err = tmp_path / "err"

    def step() -> None:
        os.dup2(os.open(err, os.O_WRONLY | os.O_CREAT, 0o600), 2)
        sys.stderr = os.fdopen(2, "w", buffering=1)
        assert main(["queue", "ingest", str(here.site.base), "--watch", "0.05"]) == 0

    # Its documents' folder cannot be made while a file is in its place.
    kept = here.site.kept().folder
    kept.rmdir()
    kept.touch()
    here.put("one.txt", "Zz9Marker")
    pid = forked.start(step)
    until(lambda: err.exists() and "cannot keep a document" in err.read_text(), 20, "the fault")
    kept.unlink()
    until(lambda: here.store.counts()["queued"] == 1, 20, "the note's job")
    os.kill(pid, signal.SIGTERM)
    assert forked.wait(pid) == 0
    said = err.read_text()
    assert "Zz9Marker" not in said
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert [(e["event"], e["taken"]) for e in lines] == [("cases_taken", 1)]


def test_deliver_tells_what_it_sent_and_who_is_away(
    here: InboxSite, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job("c", ("0" * 64,), ("x",), "guideline", VERSIONS)
    here.store.record(job, "supported", '{"quote":"Zz9Marker"}')

    def away(*_: object) -> None:
        raise TargetUnavailable("results", "cannot be written", "make room")

    monkeypatch.setattr(FolderTarget, "send", away)
    assert main(["queue", "deliver", str(here.site.base), "--format", "json"]) == 4
    told = capsys.readouterr()
    assert json.loads(told.out) == {
        "sent": {"folder:results": 0}, "dead_letters": {"folder:results": 0},
        "away": {"folder:results": "TARGET"},
    }  # fmt: skip
    monkeypatch.undo()
    here.store.enqueue([Job("d", ("1" * 64,), ("x",), "guideline", VERSIONS, error=("NO_TEXT", "E"))])
    assert main(["queue", "deliver", str(here.site.base)]) == 0
    told = capsys.readouterr()
    assert told.out == "folder:results: results sent: 1, dead letters sent: 1\n"
    assert "Zz9Marker" not in told.out + told.err
    assert (here.site.base / "results" / f"{job.key}.json").is_file()


@pytest.mark.parametrize("step", ["ingest", "deliver"])
def test_help_has_examples(step: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["queue", step, "--help"])
    assert f"notewarrant queue {step} charts-site" in capsys.readouterr().out

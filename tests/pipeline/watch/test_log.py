"""Lines of the log hold known keys of a tight form; nothing that a note says can pass."""

import json
import logging
import os
import re
import stat
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import EmptyDocument, OutputError
from pipeline.store import StoreUnavailable, new_owner
from pipeline.watch import log
from pipeline.watch.fields import FIELDS, admitted, event_name
from pipeline.work.loop import keep_busy
from pipeline.work.worker import Report

MARKER = "Zyx-planted 7741"


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Path]:
    log.configure(tmp_path / "log.jsonl", "debug")
    yield tmp_path / "log.jsonl"
    log.off()


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def test_a_line_is_what_was_said(lines: Path) -> None:
    owner = new_owner()
    log.get(step="drain").info("batch_done", done=250, seconds=9.8765, owner=owner, state="done", final=True)
    (line,) = read(lines)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {
        "level": "info", "event": "batch_done", "done": 250, "final": True, "owner": owner,
        "seconds": 9.877, "state": "done", "step": "drain",
    }  # fmt: skip


def test_an_error_is_told_by_class_and_code(lines: Path) -> None:
    logger = log.get()
    logger.warning("store_away", error=StoreUnavailable(MARKER, MARKER, MARKER))
    logger.error("document_refused", error=ValueError(MARKER))
    logger.info("document_refused", **{"code": "NO_TEXT", "class": "EmptyDocument"})
    try:
        raise EmptyDocument(MARKER, MARKER, MARKER)
    except EmptyDocument:
        logger.exception("met_fault")
    assert [(x["class"], x.get("code")) for x in read(lines)] == [
        ("StoreUnavailable", "STORE"), ("ValueError", None), ("EmptyDocument", "NO_TEXT"),
        ("EmptyDocument", "NO_TEXT"),
    ]  # fmt: skip
    assert "Zyx" not in lines.read_text()


ANY = st.one_of(
    st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.binary(), st.lists(st.text())
)
KEYS = st.one_of(st.text(), st.sampled_from(sorted(FIELDS)))


@given(event=st.text(), values=st.dictionaries(KEYS, ANY, max_size=8), planted=KEYS)
def test_whatever_is_said_a_line_holds_nothing_but_known_forms(
    event: str, values: dict[str, Any], planted: str
) -> None:
    values = {**values, planted: MARKER}
    found = admitted(values)
    assert set(found) <= set(FIELDS)
    for key, value in found.items():
        assert FIELDS[key](value) == value
        assert not isinstance(value, str) or re.fullmatch(r"[A-Za-z0-9_:-]+", value)
    text = json.dumps({"event": event_name(event), **found})
    assert "planted" not in text
    assert "Zyx" not in text


@given(words=st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=2, max_size=6))
def test_no_phrase_passes_under_any_key(words: list[str]) -> None:
    phrase = " ".join(words)
    assert admitted(dict.fromkeys(FIELDS, phrase)) == {}
    assert event_name(phrase) == "unnamed"


@pytest.mark.parametrize("key", ["case", "text", "patient", "path", "url", "message", "Job", "job "])
def test_unknown_keys_are_dropped(key: str) -> None:
    assert admitted({key: "a", "job": 3}) == {"job": 3}


@pytest.mark.parametrize("word", ["Hernandez", "stenosis", "MARKER", "object"])
def test_a_class_must_be_one_of_errors(word: str) -> None:
    assert admitted({"class": word, "source": word, "state": word, "answer": word, "key": word}) == {}


def test_libraries_warnings_threads_and_faults_tell_their_class_only(lines: Path) -> None:
    logger = logging.getLogger("redis.connection")
    logger.info("%s", MARKER)
    logger.warning("%s", MARKER)
    try:
        raise ConnectionError(MARKER)
    except ConnectionError:
        logger.exception(MARKER)
    warnings.warn(MARKER, stacklevel=1)

    def fail() -> None:
        raise LookupError(MARKER)

    thread = threading.Thread(target=fail, name=MARKER)
    thread.start()
    thread.join()
    sys.excepthook(KeyError, KeyError(MARKER), None)
    assert [(x["event"], x.get("library"), x.get("class")) for x in read(lines)] == [
        ("library", "redis", None), ("library", "redis", "ConnectionError"), ("library", "py", None),
        ("uncaught", None, "LookupError"), ("uncaught", None, "KeyError"),
    ]  # fmt: skip
    assert "Zyx" not in lines.read_text()


def test_without_configuring_nothing_is_written(capfd: pytest.CaptureFixture[str]) -> None:
    log.get().error("batch_done", done=1)
    assert capfd.readouterr() == ("", "")


def test_standard_error_and_the_least_level(capfd: pytest.CaptureFixture[str]) -> None:
    hook = sys.excepthook
    log.configure(level="warning")
    try:
        log.get().info("batch_done", done=1)
        log.get().warning("store_away", wait=0.2)
    finally:
        log.off()
    assert sys.excepthook is hook
    out, err = capfd.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert json.loads(line)["event"] == "store_away"


def test_the_file_is_private_grows_and_is_no_link(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.touch(mode=0o644)
    for _ in range(2):
        log.configure(path)
        log.get().info("batch_done", done=1)
        log.off()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(read(path)) == 2
    (tmp_path / "link").symlink_to(path)
    for wrong in (tmp_path / "link", tmp_path / "nowhere" / "log"):
        with pytest.raises(OutputError, match="cannot be written"):
            log.configure(wrong)


def test_a_full_disk_does_not_stop_the_work(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    log.configure(tmp_path / "log.jsonl")
    try:
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, log._sink.handle or -1)
        os.close(full)
        log.get().info("batch_done", done=1)
    finally:
        log.off()


class Crew:
    """One worker whose batches are told beforehand."""

    size = 1

    def __init__(self, reports: list[Report | None]) -> None:
        self.reports = reports

    def start(self, number: int) -> None:
        assert number == 0

    def wait(self, seconds: float) -> list[tuple[int, Report | None]]:
        return [(0, self.reports.pop(0))]

    def tally(self) -> tuple[int, int, int, int, int]:
        return 9, 5, 2, 1, 1

    def halt(self) -> None:
        pass


def test_driving_workers_is_told(lines: Path) -> None:
    crew = Crew([
        Report(worked=7, due=0.0), None, Report(worked=1, away=True), Report(fault="KeyError"),
        Report(worked=1), Report(),
    ])  # fmt: skip
    keep_busy(crew)
    told = [(x["level"], x["event"], x.get("n"), x.get("class")) for x in read(lines)]
    assert told == [
        ("info", "batch_done", 7, None), ("warning", "worker_died", None, None),
        ("warning", "store_away", 1, None), ("error", "worker_fault", None, "KeyError"),
        ("info", "batch_done", 1, None), ("info", "drain_ended", None, None),
    ]  # fmt: skip
    last = read(lines)[-1]
    assert [last[k] for k in ("done", "dead", "retry", "lost", "batches", "restarts")] == [5, 2, 1, 1, 4, 1]
    assert {x["step"] for x in read(lines)} == {"drain"}

"""``notewarrant queue send`` and ``queue consume``: from a folder over a broker into the ledger."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.site import load_site

from .rooms import Room, note


@pytest.fixture
def site(tmp_path: Path, rabbitmq_queue: str, rabbitmq_url: str, redis_stream: str, redis_url: str,
         monkeypatch: pytest.MonkeyPatch) -> Path:  # fmt: skip
    """A site with both brokers, RabbitMQ first."""
    monkeypatch.setenv("NOTEWARRANT_RABBITMQ", rabbitmq_url)
    monkeypatch.setenv("NOTEWARRANT_REDIS", redis_url)
    (tmp_path / "site.yaml").write_text(
        "outgoing: []\nsources:\n"
        f"  - {{kind: rabbitmq, queue: {rabbitmq_queue}}}\n  - {{kind: redis, stream: {redis_stream}}}\n"
    )
    return tmp_path


def test_a_folder_sent_is_taken_in_with_its_requests(
    site: Path, redis_stream: str, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = site / "notes"
    notes.mkdir()
    (notes / "one.txt").write_bytes("HPI: back pain for ½ year.".encode("cp1252"))
    (notes / "two.txt").write_text("\ufeffHPI: neck pain.\r\n", "utf-8", newline="")
    (notes / "two.case.json").write_text('{"cpt": ["64635"], "service_date": "2026-01-05", "patient": "p-2"}')
    (notes / "three.txt").write_bytes(b"%PDF-1.7")
    assert main(["queue", "send", str(site), str(notes)]) == 3
    told = capsys.readouterr()
    assert told.out == "2 messages sent\n"
    assert "three.txt: is a PDF" in told.err
    Room("redis", redis_url, redis_stream).send(note(1), b"no json")

    assert main(["queue", "consume", str(site), "--once", "--format", "json"]) == 3
    assert json.loads(capsys.readouterr().out) == {
        "received": 4, "new": 3, "known": 0, "erased": 0, "refused": 1, "errors": 0,
        "refused_by_code": {"JSON": 1},
    }  # fmt: skip
    loaded = load_site(site)
    with loaded.open_store() as store:
        rows = {r.case_id: r for r in store.results()}
        assert {c: (r.source, r.state, r.patient) for c, r in rows.items()} == {
            "one": ("rabbitmq", "queued", None), "two": ("rabbitmq", "queued", "p-2"),
            "case-1": ("redis", "queued", None),
        }  # fmt: skip
        (kept,) = rows["two"].paths
        assert loaded.kept().path(kept).read_bytes() == (notes / "two.txt").read_bytes()
        (claimed,) = [r for r in store.claim("me", 3) if r.case_id == "two"]
        assert claimed.request == {
            "names": ["two.txt"], "case_file": {"cpt": ["64635"], "service_date": "2026-01-05"},
        }  # fmt: skip
    assert main(["queue", "consume", str(site), "--once"]) == 0
    assert capsys.readouterr().out == "0 messages: 0 new cases, 0 known before\n"


def test_a_broker_that_is_away_keeps_no_other_waiting(
    site: Path, redis_stream: str, redis_url: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    Room("redis", redis_url, redis_stream).send(note(1))
    monkeypatch.setenv("NOTEWARRANT_RABBITMQ", "amqp://somebody:hidden-word@127.0.0.1:1/")
    assert main(["queue", "consume", str(site), "--once"]) == 4
    out, err = capsys.readouterr()
    assert "1 new cases" in out
    assert "does not answer" in err
    assert "hidden-word" not in out + err
    assert len(err.splitlines()) == 1


def test_a_site_without_brokers_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "site.yaml").write_text("policy: guideline\n")
    assert main(["queue", "consume", str(tmp_path), "--once"]) == 2
    assert "sources: names no broker" in capsys.readouterr().err


@pytest.mark.slow
def test_a_consumer_ends_on_sigterm_after_the_batch_in_hand(
    site: Path, rabbitmq_queue: str, rabbitmq_url: str, redis_stream: str, redis_url: str,
    until: Callable[..., None], repo_root: Path,
) -> None:  # fmt: skip
    rooms = (Room("rabbitmq", rabbitmq_url, rabbitmq_queue), Room("redis", redis_url, redis_stream))
    rooms[0].send(*[note(i) for i in range(10)])
    rooms[1].send(*[note(i) for i in range(10, 20)])
    load_site(site).open_store().close()
    program = "from pipeline.cli import main; raise SystemExit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", program, "queue", "consume", str(site)], cwd=repo_root, text=True,
        env={**os.environ, "PYTHONPATH": str(repo_root)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        with load_site(site).open_store() as store:
            until(lambda: store.counts()["queued"] == 20 or process.poll() is not None, 60)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 0, err
    assert out == "20 messages: 20 new cases, 0 known before\n"
    lines = [json.loads(line) for line in err.splitlines()]
    assert {line["event"] for line in lines} == {"messages_taken"}
    assert sum(line["taken"] for line in lines) == 20
    assert [room.left() for room in rooms] == [0, 0]

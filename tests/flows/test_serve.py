"""``notewarrant serve`` for real: its server, its schedules, a note from the inbox to its result, its ends.

One scenario, told step by step in a fixture: a scheduled run takes a note in; serve is killed outright in the
middle of the run that works on it; another note is dropped, serve is started again, does both, and is told to
stop. Starts cost most: there are two, and what can be looked at meanwhile is.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("prefect", reason="Prefect is not installed")

from prefect.blocks.system import Secret
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

from flows.history import forget_runs
from flows.secret_blocks import read_block
from pipeline.site import init_site, load_site
from tests.services import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc"),
]

MARKER = "Qxj-planted-marker-8842"
NOTE = f"HISTORY: {MARKER} low back pain for 9 months.\nPLAN: 64635 for M47.816. {MARKER}\n"
SETTINGS = """
schedules:
  {ingest_inbox: 8, drain_queue: 5, recheck_policy: null, nightly_evaluation: null, housekeeping: null}
inbox: {folder: inbox, settle_seconds: 0.2}
work: {processes: 1}
outgoing: [{kind: folder, folder: results}]
metrics: {port: 0}
"""
MAIN = "import sys; from pipeline.cli import main; sys.exit(main())"
PATIENCE = 150.0
FLOWS = ("ingest-inbox", "drain-queue")


def until(condition: Callable[[], object], what: str) -> None:
    """Wait; looks that go over the network are few."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"{what} did not come about"
        time.sleep(0.2)


class Served:
    """A ``notewarrant serve`` that runs."""

    def __init__(self, site: Path, log: Path) -> None:
        self.site, self.log, self.port = site, log, free_port()
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "NOTEWARRANT_RUN"))
        }
        environment |= {
            "PYTHONPATH": str(Path(__file__).parents[2]),
            # All that could be logged is logged.
            "PREFECT_LOGGING_LEVEL": "DEBUG",
        }
        with log.open("ab") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-c", MAIN, "serve", str(site), "--port", str(self.port)],
                stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, env=environment,
            )  # fmt: skip

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def ready(self) -> bool:
        assert self.process.poll() is None, self.said()[-2000:]
        return f"ready: http://127.0.0.1:{self.port}" in self.said()

    def api(self, path: str, body: object = None, password: str | None = None) -> Any:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/{path}")
        if password is None:
            password = (self.site / ".serve" / "password").read_text().strip()
        if password:
            request.add_header("Authorization", "Basic " + base64.b64encode(password.encode()).decode())
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        for _ in range(30):
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code != 503:  # its database was busy: Prefect's own clients try again, too
                    raise
            time.sleep(0.5)
        raise AssertionError("the server stays busy")

    def runs(self, flow: str) -> list[dict[str, Any]]:
        found = self.api("flow_runs/filter", {"sort": "ID_DESC", "flows": {"name": {"any_": [flow]}}})
        return [run for run in found if run["state_type"] != "SCHEDULED"]


def descendants(site: Path) -> list[int]:
    """Processes whose Prefect home is this site's."""
    wanted = f"PREFECT_HOME={site / '.serve' / 'prefect'}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


@dataclass
class Story:
    """What was seen on the way."""

    site: Path
    children: list[int] = field(default_factory=list)
    second_serve: subprocess.CompletedProcess[str] | None = None
    without_password: int = 0
    runs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    automations: list[str] = field(default_factory=list)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    left_running: str = ""
    left_became: str = ""
    housekeeping: str = ""
    blocks: list[str | None] = field(default_factory=list)
    forgotten_too_soon: int = -1
    forgotten: int = 0
    remembered: set[str] = field(default_factory=set)
    exit_code: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    said: str = ""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    site = tmp_path_factory.mktemp("served") / "site"
    settings = init_site(site)
    settings.write_text(SETTINGS)
    told = Story(site)
    log = site.parent / "said"
    served = Served(site, log)
    try:
        _first(served, told)
        served.process.kill()
        served.process.wait()
        until(lambda: not descendants(site), "the end of all that a killed serve had started")
        (site / "inbox" / "case-2.txt").write_text(NOTE)
        served = Served(site, log)
        _second(served, told)
        served.process.send_signal(signal.SIGTERM)
        told.exit_code = served.process.wait(90)
        told.said = log.read_text(errors="replace")
        with load_site(settings).open_store() as store:
            told.counts = store.counts()
        yield told
    finally:
        for pid in (served.process.pid, *descendants(site)):
            if served.process.poll() is None or pid != served.process.pid:
                os.kill(pid, signal.SIGKILL)


def _first(served: Served, told: Story) -> None:
    until(served.ready, "the server")
    second = subprocess.Popen(
        [sys.executable, "-c", MAIN, "serve", str(served.site)], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    try:
        served.api("admin/version", password="")
    except urllib.error.HTTPError as error:
        told.without_password = error.code
    out, err = second.communicate(timeout=60)
    told.second_serve = subprocess.CompletedProcess(second.args, second.returncode, out, err)
    (served.site / "inbox" / "case-1.txt").write_text(NOTE)
    # Killed in the middle of a run that has work to do.
    with load_site(served.site).open_store() as store:
        until(lambda: store.next_due() is not None and _running(served, told), "a run with work")
    told.children = descendants(served.site)


def _running(served: Served, told: Story) -> str:
    alive = [run for run in served.runs("drain-queue") if run["state_type"] == "RUNNING"]
    told.left_running = str(alive[0]["id"]) if alive else ""
    return told.left_running


def _second(served: Served, told: Story) -> None:
    until(served.ready, "the server, again")
    until(lambda: _state(served, told.left_running) != "RUNNING", "the mark")
    told.left_became = _state(served, told.left_running)
    deployment = served.api("deployments/name/housekeeping/housekeeping")["id"]
    asked = served.api(f"deployments/{deployment}/create_flow_run", {})["id"]
    told.automations = [a["name"] for a in served.api("automations/filter", {})]
    with load_site(served.site).open_store() as store:
        until(lambda: store.counts()["done"] == 2, "both notes' results")
    until(lambda: len(list((served.site / "results").glob("*.json"))) == 2, "the results' delivery")
    until(lambda: _state(served, asked) not in ("SCHEDULED", "PENDING", "RUNNING"), "the housekeeping")
    told.housekeeping = _state(served, asked)
    until(lambda: _completed(served), "a run of each that came to its end")
    told.artifacts = served.api("artifacts/filter", {})
    told.runs = {flow: served.runs(flow) for flow in FLOWS}
    settings = {
        PREFECT_API_URL: f"http://127.0.0.1:{served.port}/api",
        PREFECT_API_AUTH_STRING: (served.site / ".serve" / "password").read_text().strip(),
    }
    with temporary_settings(settings):
        Secret(value=f"postgresql://u:{MARKER}@h/d").save("notewarrant-store")
        told.blocks = [read_block("notewarrant-store"), read_block("unknown")]
        told.forgotten_too_soon = forget_runs()
        told.forgotten = forget_runs(dt.datetime.now(dt.UTC) + dt.timedelta(days=2))
    told.remembered = {r["id"] for f in ("ingest-inbox", "housekeeping") for r in served.runs(f)}


def _completed(served: Served) -> bool:
    return all(any(r["state_type"] == "COMPLETED" for r in served.runs(flow)) for flow in FLOWS)


def _state(served: Served, run: str) -> str:
    return str(served.api(f"flow_runs/{run}")["state_type"])


def test_scheduled_runs_take_a_note_in_and_do_it(story: Story) -> None:
    for flow in FLOWS:
        done = [r for r in story.runs[flow] if r["state_type"] == "COMPLETED"]
        assert done, flow
        assert all(r["auto_scheduled"] for r in done), flow
        assert all("notewarrant" in r["tags"] for r in done), flow
    first = next(p for p in (story.site / "results").glob("*.json") if '"case-1"' in p.read_text())
    assert MARKER in first.read_text(), "the result quotes the note: the search elsewhere means something"


def test_one_run_of_a_deployment_at_a_time_the_window_in_between_is_cancelled(story: Story) -> None:
    for flow, runs in story.runs.items():
        worked = [r for r in runs if r["start_time"] and r["state_type"] != "CANCELLED"]
        spans = sorted((r["start_time"], r["end_time"] or "9999") for r in worked)
        for before, after in pairwise(spans):
            assert before[1] <= after[0], f"two runs of {flow} at once"
    cancelled = [r for runs in story.runs.values() for r in runs if r["state_type"] == "CANCELLED"]
    assert cancelled, "windows did clash"
    assert {r["total_run_time"] for r in cancelled} == {0}, "a cancelled window has not begun to work"


def test_what_was_in_hand_when_all_was_killed_is_done_once(story: Story) -> None:
    assert story.counts["done"] == 2
    assert sum(story.counts.values()) == 2


def test_a_second_serve_gets_a_plain_error(story: Story) -> None:
    assert story.second_serve is not None
    assert story.second_serve.returncode == 2
    assert story.second_serve.stderr.count("\n") == 1
    assert "is being served already; stop that one first" in story.second_serve.stderr


def test_without_the_password_the_server_answers_nobody(story: Story) -> None:
    assert story.without_password == 401


def test_silent_runs_are_watched_for(story: Story) -> None:
    assert story.automations == ["notewarrant: mark runs without a heartbeat"]


def test_killed_outright_it_leaves_no_process_and_its_run_is_marked(story: Story) -> None:
    assert len(story.children) >= 3, "server, runner and metrics ran"
    assert story.left_became == "CRASHED"


def test_housekeeping_by_hand_and_old_runs_are_forgotten(story: Story) -> None:
    assert story.housekeeping == "COMPLETED"
    assert story.forgotten_too_soon == 0
    ended = [r["id"] for r in story.runs["ingest-inbox"] if r["state_type"] in ("COMPLETED", "CANCELLED")]
    assert story.forgotten >= len(ended) > 0
    assert not story.remembered & set(ended)


def test_a_secret_block_is_read_where_a_flow_runs_and_kept_encrypted(story: Story) -> None:
    # That its value is nowhere in the clear, test_no_text_and_no_case_outside_the_store says.
    assert story.blocks == [f"postgresql://u:{MARKER}@h/d", None]


def test_sigterm_ends_it_in_order(story: Story) -> None:
    assert story.exit_code == 0
    assert not descendants(story.site)
    assert "notewarrant serve: stopping" in story.said
    assert "is killed" not in story.said


def test_artifacts_hold_counts_and_no_case(story: Story) -> None:
    found = {a["key"]: a for a in story.artifacts}
    assert "notewarrant-ingest-inbox" in found
    assert "notewarrant-drain-queue" in found
    assert not any("case-1" in json.dumps(a) for a in story.artifacts)


def test_no_text_and_no_case_outside_the_store(story: Story) -> None:
    files = [p for p in (story.site / ".serve").rglob("*") if p.is_file()]
    assert any(p.name == "prefect.db" for p in files)
    for word in (MARKER, "case-1"):
        assert word not in story.said
        assert [p.name for p in files if word.encode() in p.read_bytes()] == []
    with sqlite3.connect(story.site / ".serve" / "prefect" / "prefect.db") as c:
        assert c.execute("select count(*) from flow_run").fetchone()[0] > 3, (
            "it is the database that was used"
        )


def test_all_files_are_private(story: Story) -> None:
    paths = list((story.site / ".serve").rglob("*"))
    assert {stat.S_IMODE(p.lstat().st_mode) & 0o077 for p in paths} == {0}

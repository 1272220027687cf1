"""Worker processes: the same results whatever their number, nothing lost where one dies, hangs or leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import light
import pytest
from family import await_, cmdline, workers

from pipeline.errors import InternalFault, OutputError
from pipeline.site import Site, load_site
from pipeline.store import Store
from pipeline.work.loop import Drained
from pipeline.work.pool import drain

HERE = Path(__file__).parent


def work(site: Site, **options: object) -> Drained:
    return drain(site, assessor=light.NAME, versions=light.VERSIONS, **options)  # type: ignore[arg-type]


def states(site: Site) -> dict[str, int]:
    with site.open_store() as store:
        return {state: n for state, n in store.counts().items() if n}


def dead(site: Site) -> dict[str, str | None]:
    with site.open_store() as store:
        return {r.case_id: r.error_code for r in store.results(payloads=False) if r.state == "dead"}


def payloads(site: Site) -> dict[str, str | None]:
    with site.open_store() as store:
        return {r.case_id: r.payload for r in store.results()}


def test_the_number_of_processes_does_not_show_in_the_results(tmp_path: Path) -> None:
    texts = {f"case-{n:03}": f"document {n}" for n in range(150)}
    one = light.site_with(tmp_path / "one", texts)
    three = light.site_with(tmp_path / "three", texts)
    seen: list[int] = []
    alone = work(one, processes=1)
    together = work(three, processes=3, progress=seen.append)
    assert (alone.done, together.done) == (150, 150)
    assert sum(seen) == 150
    assert payloads(one) == payloads(three)
    assert work(three, processes=1) == Drained(batches=1), "a second run finds nothing to do"


@pytest.mark.slow
def test_documents_that_end_their_worker_take_nobody_along(tmp_path: Path) -> None:
    texts = {f"case-{n:03}": f"document {n}" for n in range(60)}
    texts |= {
        "kills": "kill always",
        "hangs": "hang",
        "leaves": "exit zero",
        "once": "kill once",
        "fault": "fault",
    }
    site = light.site_with(tmp_path, texts, "document_seconds: 1, attempts: 2")
    done = work(site, processes=2)
    assert dead(site) == {"kills": "CRASH", "hangs": "CRASH", "leaves": "CRASH", "fault": "INTERNAL"}
    assert states(site) == {"done": 61, "dead": 4}
    assert done.deaths == 7
    with site.open_store() as store:
        tries = {r.case_id: r.attempts for r in store.results(payloads=False)}
    assert {case: n for case, n in tries.items() if n != 1} == dict.fromkeys(
        ("kills", "hangs", "leaves", "once", "fault"), 2
    ), "only the document in hand counts an attempt"


def test_a_worker_is_replaced_after_some_batches(tmp_path: Path) -> None:
    site = light.site_with(tmp_path, {f"c{n}": f"wait 0.09 {n}" for n in range(30)}, "batches_a_process: 1")
    seen: set[int] = set()
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(0.05):
            seen.update(workers(os.getpid()))

    watching = threading.Thread(target=look)
    watching.start()
    done = work(site, processes=1)
    ended.set()
    watching.join()
    assert (done.done, done.deaths) == (30, 0)
    assert done.batches >= 2
    assert len(seen) >= 2


def test_a_stop_waits_for_the_document_in_hand_and_gives_back_the_rest(tmp_path: Path) -> None:
    site = light.site_with(tmp_path, {f"c{n:02}": f"wait 0.4 {n}" for n in range(20)})
    stop = threading.Event()
    done = work(site, processes=2, progress=lambda _: stop.set(), stop=stop.is_set)
    assert 1 <= done.done <= 8
    assert done.deaths == 0
    assert states(site) == {"queued": 20 - done.done, "done": done.done}
    with site.open_store() as store:
        assert {r.attempts for r in store.results(payloads=False) if r.state == "queued"} == {0}
    assert not workers(os.getpid())


def test_documents_that_come_later_are_done_without_a_new_start(tmp_path: Path) -> None:
    site = light.site_with(tmp_path, {"first": "document"})
    stop = threading.Event()
    out: list[Drained] = []
    running = threading.Thread(
        target=lambda: out.append(work(site, processes=2, until="stopped", stop=stop.is_set))
    )
    running.start()
    await_(lambda: states(site) == {"done": 1})
    with site.open_store() as store:
        light.queue(site, store, {"second": "another"})
    await_(lambda: states(site) == {"done": 2})
    stop.set()
    running.join(20)
    assert out[0].done == 2


def test_a_database_that_goes_away_is_waited_for(
    tmp_path: Path, postgresql_url: str, proxy_to: Callable[[str], Any]
) -> None:
    proxy = proxy_to(postgresql_url)
    texts = {f"c{n:02}": f"wait 0.05 {n}" for n in range(60)}
    site = light.site_with(tmp_path, texts, "attempts: 2", store=proxy.url)

    def trouble() -> None:
        time.sleep(2.0)
        proxy.cut()
        time.sleep(2.0)
        proxy.mend()

    breaking = threading.Thread(target=trouble)
    breaking.start()
    done = work(site, processes=2)
    breaking.join()
    assert states(site) == {"done": 60}
    assert done.deaths == 0


def test_workers_that_never_begin_are_not_started_for_ever(tmp_path: Path) -> None:
    site = light.site_with(tmp_path, {"case": "document"})
    with pytest.raises(InternalFault, match="internal fault AttributeError"):
        drain(site, processes=1, assessor="light:nothing", versions=light.VERSIONS)


def test_a_store_that_cannot_be_used_is_said_at_once(tmp_path: Path) -> None:
    site = light.site_with(tmp_path, {})
    (tmp_path / "store.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(OutputError, match="cannot be used as a store"):
        work(site, processes=1)


PARENT = """
import sys
sys.path.insert(0, sys.argv[1])
import light
from pathlib import Path
from pipeline.site import load_site
from pipeline.work.pool import drain
if __name__ == "__main__":
    drain(load_site(Path(sys.argv[2])), processes=2, assessor=light.NAME, versions=light.VERSIONS)
"""


def start_parent(tmp_path: Path, folder: Path) -> subprocess.Popen[bytes]:
    program = tmp_path / "parent.py"
    program.write_text(textwrap.dedent(PARENT))
    root = str(HERE.parents[2])
    return subprocess.Popen(
        [sys.executable, str(program), str(HERE), str(folder)], env={**os.environ, "PYTHONPATH": root}
    )


def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    site = light.site_with(tmp_path / "site", {f"c{n:02}": f"wait 0.3 {n}" for n in range(40)})
    parent = start_parent(tmp_path, site.file)
    await_(lambda: states(site).get("done", 0) >= 3)
    family = workers(parent.pid)
    assert len(family) == 2
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    await_(lambda: not any(b"forkserver" in cmdline(p) for p in family), 5.0)
    left = states(site)
    assert left.get("leased", 0) == 0, "what they held is free again"
    assert work(site, processes=2).done == left["queued"]
    assert states(site) == {"done": 40}


def test_a_worker_that_is_told_to_end_finishes_its_document(tmp_path: Path) -> None:
    """A service manager's SIGTERM reaches the workers too; the drain itself is not told and goes on."""
    site = light.site_with(tmp_path / "site", {f"c{n:02}": f"wait 0.3 {n}" for n in range(20)})
    parent = start_parent(tmp_path, site.file)
    await_(lambda: states(site).get("done", 0) >= 2)
    for pid in workers(parent.pid):
        os.kill(pid, signal.SIGTERM)
    assert parent.wait(40) == 0
    assert states(site) == {"done": 20}
    with Store(site.store_place()) as store:
        assert {r.attempts for r in store.results(payloads=False)} == {1}, "no document was cut off"


def test_a_worker_gets_the_settings_and_no_secret_on_its_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTEWARRANT_STORE", str(tmp_path / "elsewhere.sqlite"))
    site = light.site_with(tmp_path, {"case": "document"}, store="env:NOTEWARRANT_STORE")
    assert work(load_site(tmp_path), processes=1).done == 1
    assert states(site) == {"done": 1}

"""Metrics as Prometheus gets them: served, in nobody's way, and named in the documentation."""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from pipeline.cli.main import main
from pipeline.errors import OutputError
from pipeline.site import init_site, load_site
from pipeline.store import Job, Store
from pipeline.store.schema import job as jobs
from pipeline.watch.metrics import Ledger, Served, exposition, serve_metrics

from .conftest import Clock
from .machine import SUMMARIES, Machine, check_equal, values


def test_a_scrape_waits_for_no_writer_and_makes_none_wait(where: str, store: Store, clock: Clock) -> None:
    Machine(store, clock).act("take", 3)
    seen: list[str] = []
    with store.database.transaction() as writing:
        writing.execute(update(jobs).values(attempts=9))

        def scrape() -> None:
            with Store(where, clock) as other:
                seen.append(exposition(Ledger(other)))

        thread = threading.Thread(target=scrape, daemon=True)
        thread.start()
        thread.join(20)
        assert not thread.is_alive(), "it waited for the writer"
    assert values(seen[0])["jobs", ("queued",)] == 3


def test_scrapes_while_a_worker_writes(where: str, store: Store, clock: Clock) -> None:
    """Taken in = done + waiting in every single scrape, since one sees one state of the ledger."""
    machine = Machine(store, clock)
    machine.act("take", 5)
    stop = threading.Event()
    faults: list[BaseException] = []

    def work() -> None:
        try:
            while not stop.is_set():
                machine.act("take", 5)
                for row in store.claim("here:1:1:x", 3):
                    assert store.begin(row)
                    assert store.finish(row, "supported", "{}", SUMMARIES[0])
        except BaseException as error:  # noqa: BLE001  shown below
            faults.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        with Store(where, clock) as other:
            ledger = Ledger(other)
            for _ in range(20):
                found = values(exposition(ledger))
                taken = sum(n for (m, _), n in found.items() if m == "taken_in_total")
                assert taken == sum(found["jobs", (s,)] for s in ("queued", "leased", "done"))
                assert (
                    sum(n for (m, _), n in found.items() if m == "results_total") == found["jobs", ("done",)]
                )
    finally:
        stop.set()
        worker.join()
    assert faults == []
    assert store.counts()["done"] > 0


def test_a_store_that_cannot_be_read_is_told_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with Store(path) as store:
        ledger = Ledger(store)
        with store.database.transaction() as c:
            c.exec_driver_sql("drop table audit_head")
        found = values(exposition(ledger))
    assert {name for name, _ in found} == {"build_info", "up"}
    assert found["up", ()] == 0


def test_served_on_loopback_until_closed(tmp_path: Path, clock: Clock) -> None:
    site = load_site(init_site(tmp_path / "site"))
    assert site.metrics.host == "127.0.0.1"
    site = site.model_copy(update={"metrics": site.metrics.model_copy(update={"port": 0})})
    site._file = tmp_path / "site" / "site.yaml"
    with site.open_store() as store:
        Machine(store, clock).act("take", 2)
        served = serve_metrics(site, store)
        with pytest.raises(OutputError, match="cannot be served"):
            Served(Ledger(store), "127.0.0.1", served.port)
        url = f"http://127.0.0.1:{served.port}/metrics"
        with urllib.request.urlopen(url, timeout=20) as answer:
            text = answer.read().decode()
        assert values(text)["jobs", ("queued",)] == 2
        served.close()
        with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.1", served.port), 5):
            pass
    kept = json.loads((tmp_path / "site" / "metrics.json").read_text())
    assert sum(kept["taken_in"].values()) == 2


def test_the_command_prints_them_once(
    tmp_path: Path, job: Callable[..., Job], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s.sqlite"
    with Store(path) as store:
        store.enqueue([job("a")])
    assert main(["metrics", "--store", str(path), "--once"]) == 0
    out = capsys.readouterr().out
    assert values(out)["taken_in_total", ("folder",)] == 1
    assert main(["metrics", "--store", str(path)]) == 2
    assert "no address" in capsys.readouterr().err


def test_the_page_names_every_metric(repo_root: Path, store: Store, clock: Clock) -> None:
    machine = Machine(store, clock)
    for what, n in (("take", 3), ("refuse", 1), ("claim", 2), ("finish", 4)):
        machine.act(what, n)
    page = (repo_root / "docs" / "watching.md").read_text("utf-8")
    names = {family.name for family in text_string_to_metric_families(exposition(Ledger(store)))}
    for name in names:
        assert f"`{name}" in page, name
    for named in re.findall(r"notewarrant_[a-z_]+", page):
        assert re.sub(r"_total$", "", named) in names, named
    (rules,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    for rule in yaml.safe_load(rules)["groups"][0]["rules"]:
        assert "notewarrant_" in rule["expr"]
        for labels in re.findall(r"\{(.*?)\}", rule["expr"]):
            name, _, value = labels.partition("=")
            assert (name, value.strip('"')) in {("state", "queued"), ("end", "lost")}


def test_known_labels_are_there_from_the_start(store: Store) -> None:
    """Prometheus sees no increase in a counter's first value."""
    found = values(exposition(Ledger(store)))
    for source in ("folder", "inbox", "rabbitmq", "redis", "recheck"):
        assert found["taken_in_total", (source,)] == 0
    for end in ("done", "retry", "dead", "lost"):
        assert found["attempts_total", (end,)] == 0


def test_sums_that_cannot_be_kept_stop_nothing(store: Store, clock: Clock, tmp_path: Path) -> None:
    ledger = Ledger(store, tmp_path / "nowhere" / "metrics.json")
    Machine(store, clock).act("take", 1)
    ledger.look()
    ledger.keep()
    check_equal(ledger, store)


def test_the_command_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    site = init_site(tmp_path / "site")
    with site.open("a") as stream:
        stream.write("metrics: {port: 0}\n")
    command = [sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())"]
    with subprocess.Popen(
        [*command, "metrics", str(site)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with urllib.request.urlopen(url, timeout=20) as answer:
            assert values(answer.read().decode())["up", ()] == 1
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert (tmp_path / "site" / "metrics.json").is_file()


def test_prometheus_other_form_is_served_too(store: Store, clock: Clock) -> None:
    Machine(store, clock).act("take", 2)
    served = Served(Ledger(store), "127.0.0.1", 0)
    form = {"Accept": "application/openmetrics-text; version=1.0.0"}
    request = urllib.request.Request(f"http://127.0.0.1:{served.port}/metrics", headers=form)
    with urllib.request.urlopen(request, timeout=20) as answer:
        text = answer.read().decode()
    served.close()
    assert text.endswith("# EOF\n")
    assert 'notewarrant_taken_in_total{source="redis"} 1.0' in text


def test_a_database_that_goes_away_comes_back(
    postgresql_url: str, proxy_to: Callable[[str], Any], clock: Clock
) -> None:
    proxy = proxy_to(postgresql_url)
    with Store(proxy.url, clock) as store:
        ledger = Ledger(store)
        machine = Machine(store, clock)
        machine.act("take", 2)
        assert values(exposition(ledger))["up", ()] == 1
        proxy.cut()
        away = exposition(ledger)
        assert values(away)["up", ()] == 0
        assert {name for name, _ in values(away)} == {"build_info", "up"}
        proxy.mend()
        machine.act("refuse", 1)
        back = values(exposition(ledger))
        assert (back["up", ()], back["dead_lettered_total", ("NOT_TEXT",)]) == (1, 1)

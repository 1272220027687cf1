"""Metrics: sums that follow the trail equal a recount of the ledger; nothing of a case in any label."""

import json
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import delete, select, update

from pipeline.cli.main import main
from pipeline.errors import OutputError
from pipeline.site import init_site, load_site
from pipeline.store import Job, Store
from pipeline.store.following import Happened
from pipeline.store.schema import job as jobs
from pipeline.store.schema import result
from pipeline.watch import totals as totals_module
from pipeline.watch.counts import counts_of
from pipeline.watch.metrics import Ledger, Served, exposition, serve_metrics
from pipeline.watch.totals import Totals
from rules.assessment import Answer, Outcome
from rules.case import Case
from rules.checks import CATALOGUE

from .conftest import JOB, Clock

MARKER = "Zyx-planted-7741"
SUMMARIES = (
    '{"facts":{"pain":2,"therapies":3},"findings":{"A1 contradiction":1,"B2 met":2},"size":{"documents":1}}',
    '{"facts":{"pain":1},"findings":{},"size":{"documents":2}}',
    '{"facts":{},"findings":{"A1 contradiction":1},"size":{"documents":1}}',
    "{}",
)


def values(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Samples by name and the labels' values, in the order of the labels' names."""
    return {
        (sample.name.removeprefix("notewarrant_"), tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class Machine:
    """A store that things happen to."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock, self.made, self.held = store, clock, 0, []  # type: ignore[var-annotated]

    def job(self, source: str, **changes: object) -> Job:
        self.made += 1
        return Job(
            case_id=f"{MARKER}-{self.made}", documents=(f"{self.made:064}",), paths=(f"/{MARKER}",),
            policy="guideline", versions=JOB.versions, patient=MARKER, source=source, **changes,
        )  # fmt: skip

    def act(self, what: str, n: int) -> None:
        sources = ("folder", "inbox", "rabbitmq", "redis")
        summary = SUMMARIES[n % len(SUMMARIES)]
        payload = json.dumps({"quote": MARKER})
        if what == "take":
            self.store.enqueue([self.job(sources[(n + i) % 4]) for i in range(n)])
        elif what == "refuse":
            self.store.enqueue([self.job("inbox", error=("NOT_TEXT", "BinaryDocument"))])
        elif what == "claim":
            self.held += self.store.claim(f"here:1:2:{self.made}{len(self.held)}", n + 1)
        elif what == "recheck":
            self.store.record(self.job("recheck"), "supported", payload, summary)
        elif what == "wait":
            self.clock.time += 400 * n
            self.store.reclaim()
        elif what == "replay":
            dead = [r.id for r in self.store.results(payloads=False) if r.state == "dead"]
            self.store.requeue(dead[:n])
        elif self.held:
            row = self.held.pop(0)
            self.store.begin(row)
            if what == "finish":
                self.store.finish(row, "supported" if n % 2 else "not_supported", payload, summary)
            else:
                self.store.fail(row, "INTERNAL" if n % 2 else "NO_TEXT", "KeyError", final=n % 3 == 0)


ACTS = st.tuples(
    st.sampled_from(
        "take take claim claim finish finish finish fail refuse recheck wait replay".split(),
    ),
    st.integers(1, 5),
)  # fmt: skip


def recounted(store: Store) -> dict[str, Counter[str]]:
    """The sums by counting all rows anew, another way than by following."""
    with store.database.transaction(write=False) as c:
        taken = Counter(c.execute(select(jobs.c.source)).scalars())
        done = c.execute(
            select(jobs.c.source, result.c.answer, result.c.summary).join(result, result.c.job == jobs.c.id)
        ).all()
    findings: Counter[str] = Counter()
    facts: Counter[str] = Counter()
    documents = 0
    for source, _, summary in done:
        data = json.loads(summary)
        if source != "recheck" and data:
            findings.update(data["findings"])
            facts.update(data["facts"])
            documents += data["size"]["documents"]
    return {
        "taken_in": taken,
        "results": Counter(f"{answer} {source}" for source, answer, _ in done),
        "findings": findings,
        "facts": facts,
        "documents": Counter(n=documents),
    }


def check_equal(ledger: Ledger, store: Store) -> None:
    found = values(exposition(ledger))
    for name, sums in recounted(store).items():
        if name == "documents":
            assert found["documents_total", ()] == sums["n"]
            continue
        of_name = {" ".join(key): n for (metric, key), n in found.items() if n and metric == f"{name}_total"}
        assert of_name == dict(sums), name
    for state, n in store.counts().items():
        assert found["jobs", (state,)] == n
    dead = {key[0]: n for (metric, key), n in found.items() if metric == "dead_letters"}
    assert dead == store.overview().dead
    states = store.counts()
    assert sum(states.values()) == sum(n for (m, _), n in found.items() if m == "taken_in_total")
    assert sum(n for (m, _), n in found.items() if m == "results_total") == states["done"]
    assert found["behind_entries", ()] == 0


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(st.lists(ACTS, max_size=25), min_size=1, max_size=3))
def test_sums_that_follow_equal_a_recount(
    runs: list[list[tuple[str, int]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Looked at in between, and with a follower that goes on from what another kept."""
    folder = tmp_path_factory.mktemp("metrics")
    clock = Clock()
    with Store(folder / "s.sqlite", clock) as store:
        machine = Machine(store, clock)
        early = Ledger(store)
        for acts in runs:
            for what, n in acts:
                machine.act(what, n)
            check_equal(early, store)
            resumed = Ledger(store, folder / "metrics.json")
            check_equal(resumed, store)
            resumed.keep()
            assert Totals.from_json((folder / "metrics.json").read_text()) == resumed.totals == early.totals
        assert MARKER not in exposition(early) + (folder / "metrics.json").read_text()
        assert stat.S_IMODE((folder / "metrics.json").stat().st_mode) == 0o600


def test_on_either_database_in_parts(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.watch.metrics._AT_ONCE", 3)
    machine = Machine(store, clock)
    ledger = Ledger(store)
    for what, n in [
        ("take", 5), ("take", 4), ("claim", 4), ("finish", 1), ("finish", 2), ("fail", 3), ("fail", 1),
        ("refuse", 1), ("recheck", 1), ("wait", 5), ("claim", 5), ("finish", 3), ("finish", 5), ("replay", 5),
    ]:  # fmt: skip
        machine.act(what, n)
        check_equal(ledger, store)
    found = values(exposition(ledger))
    assert found["attempts_total", ("retry",)] == 1
    assert found["attempts_total", ("dead",)] == 1
    assert found["dead_lettered_total", ("NOT_TEXT",)] == 1
    assert found["up", ()] == 1
    assert MARKER not in exposition(ledger)


def test_attempts_by_their_end(store: Store, clock: Clock) -> None:
    machine = Machine(store, clock)
    machine.act("take", 1)
    for _ in range(store.limits.attempts):
        (row,) = store.claim("crashes", 1)
        store.begin(row)
        clock.time += store.limits.lease + 1
        store.reclaim()
        clock.time += 60
    found = values(exposition(Ledger(store)))
    assert found["attempts_total", ("lost",)] == store.limits.attempts
    assert found["dead_lettered_total", ("CRASH",)] == 1


def test_erasure_between_two_starts_lets_no_counter_fall(store: Store, clock: Clock, tmp_path: Path) -> None:
    machine = Machine(store, clock)
    for what, n in (("take", 2), ("claim", 2), ("finish", 4), ("finish", 4)):
        machine.act(what, n)
    first = Ledger(store, tmp_path / "metrics.json")
    before = values(exposition(first))
    first.keep()
    with store.database.transaction() as c:
        c.execute(delete(result))
        c.execute(update(jobs).where(jobs.c.state == "done").values(state="erased"))
    after = values(exposition(Ledger(store, tmp_path / "metrics.json")))
    assert after["findings_total", ("A1", "contradiction")] == 2
    assert {k: v for k, v in after.items() if "_total" in k[0]} == {
        k: v for k, v in before.items() if "_total" in k[0]
    }
    anew = values(exposition(Ledger(store)))
    assert anew["uncounted_results_total", ()] == 2


def test_sums_of_another_store_or_no_sums_are_not_gone_on_with(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    machine = Machine(store, clock)
    machine.act("take", 3)
    kept = tmp_path / "metrics.json"
    for text in ("", "[]", '{"form": "x"}', "\xff", Totals(seq=2, hash="0" * 64, documents=9).to_json()):
        kept.write_text(text, encoding="latin-1")
        ledger = Ledger(store, kept)
        check_equal(ledger, store)
        assert ledger.totals.documents == 0


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


def test_labels_are_bounded_and_of_a_tight_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals_module, "MOST_LABELS", 3)
    t = Totals()
    names = {f"fact{'s' * i}": 1 for i in range(9)} | {MARKER: 1, "two words": 1, 'quo"te': 1}
    findings = {f"A{i} met": 1 for i in range(9)} | {f"A1 {MARKER}": 1, f"{MARKER} met": 1, "A1 met not": 1}
    summary = json.dumps({"facts": names, "findings": findings, "size": {}})
    t.add([Happened(1, "done", {"answer": MARKER, "token": 1}, MARKER, summary)], "")
    t.add([Happened(2, "dead", {"code": MARKER, "attempts": 1}, "inbox", None)], "")
    assert t.facts == {"fact": 1, "facts": 1, "factss": 1, "other": len(names) - 3}
    assert t.findings == {"A0 met": 1, "A1 met": 1, "A2 met": 1, "other": len(findings) - 3}
    assert t.results == {"other other": 1}
    assert t.dead == {"other": 1}


def test_every_check_outcome_answer_and_family_has_the_form() -> None:
    t = Totals()
    refs = [c.ref for c in CATALOGUE]
    summary = {
        "facts": dict.fromkeys(Case.model_fields, 1),
        "findings": {f"{ref} {outcome}": 1 for ref in refs for outcome in get_args(Outcome)},
        "size": {"documents": 1},
    }
    answers = get_args(Answer)
    t.add(
        [Happened(i, "done", {"answer": a}, "inbox", json.dumps(summary)) for i, a in enumerate(answers)], ""
    )
    assert len(t.facts) == len(Case.model_fields)
    assert len(t.findings) == len(refs) * len(get_args(Outcome))
    assert set(t.results) == {f"inbox {a}" for a in answers}


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


PLAIN = st.one_of(st.none(), st.integers(), st.text(), st.floats())
NESTED = st.recursive(
    PLAIN, lambda inner: st.dictionaries(st.sampled_from(["facts", "findings", "size", "documents"]), inner)
)


@given(st.one_of(st.none(), st.text(), NESTED.map(json.dumps)))
@example('{"facts": {"pain": Infinity}}')
def test_counts_that_cannot_be_read_stop_nothing(summary: str | None) -> None:
    t = Totals()
    t.add([Happened(1, "done", {"answer": "supported"}, "inbox", summary)], "")
    assert t.results == {"inbox supported": 1}
    assert t.uncounted == (counts_of(summary) is None)
    assert Totals.from_json(t.to_json()) == t


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


def test_a_scrape_reads_no_longer_than_it_may(store: Store, clock: Clock) -> None:
    machine = Machine(store, clock)
    machine.act("take", 5)
    ledger = Ledger(store)
    assert ledger.look(0).audit_seq == 5
    assert ledger.totals.seq == 0
    found = values(exposition(ledger))
    assert found["behind_entries", ()] == 0

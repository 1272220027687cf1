"""Metrics: sums that follow the trail equal a recount of the ledger; nothing of a case in any label."""

import json
import stat
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from pipeline.store import Store
from pipeline.store.following import Happened
from pipeline.store.schema import job as jobs
from pipeline.store.schema import result
from pipeline.watch import totals as totals_module
from pipeline.watch.counts import counts_of
from pipeline.watch.metrics import Ledger, exposition
from pipeline.watch.totals import Totals
from rules.assessment import Answer, Outcome
from rules.case import Case
from rules.checks import CATALOGUE

from .conftest import Clock
from .machine import MARKER, Machine, check_equal, values

ACTS = st.tuples(
    st.sampled_from(
        "take take claim claim finish finish finish fail refuse recheck wait replay".split(),
    ),
    st.integers(1, 5),
)  # fmt: skip


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


def test_a_scrape_reads_no_longer_than_it_may(store: Store, clock: Clock) -> None:
    machine = Machine(store, clock)
    machine.act("take", 5)
    ledger = Ledger(store)
    assert ledger.look(0).audit_seq == 5
    assert ledger.totals.seq == 0
    found = values(exposition(ledger))
    assert found["behind_entries", ()] == 0

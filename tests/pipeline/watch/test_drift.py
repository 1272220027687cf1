"""Drift: what differs is found, what does not is not, too few documents are not judged; never any text."""

import dataclasses
import datetime as dt
import json
import random
import re
import stat
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.cli.main import main
from pipeline.errors import OutputError, UsageError
from pipeline.site import init_site, load_site
from pipeline.store import Job, Store
from pipeline.store.following import Counted
from pipeline.watch.drift import FALSE_ALARMS, DriftReport, _moments, compare
from pipeline.watch.drift_kept import keep_drift
from pipeline.watch.drift_text import drift_text
from pipeline.watch.weeks import (
    Baseline,
    Tally,
    Week,
    baseline_before,
    baseline_from,
    last_whole_week,
    tally,
    week_at,
    week_named,
)

from .conftest import Clock

MARKER = "Zyx-planted-7741"
WEEK = Week(2026, 30)


def counts(pain: int = 0, therapies: int = 0, found: int = 0, documents: int = 1) -> str:
    facts = {k: n for k, n in (("pain", pain), ("therapies", therapies)) if n}
    findings = {"A1 contradiction": found} if found else {}
    return json.dumps({"facts": facts, "findings": findings, "size": {"documents": documents}})


def one(rng: random.Random, share: float, therapies: float) -> Counted:
    """A result: a contradiction with that chance, therapies around that number, in clusters."""
    cluster = rng.choice((0, 0, 1, 3)) * therapies
    answer = "supported" if rng.random() < 0.5 else "not_supported"
    summary = counts(pain=rng.randint(1, 3), therapies=round(cluster), found=int(rng.random() < share))
    return Counted(answer, summary, "v" * 64)


def drawn(rng: random.Random, n: int, share: float = 0.1, therapies: float = 2.0) -> Tally:
    out = Tally()
    for _ in range(n):
        out.add(one(rng, share, therapies))
    return out


def against(seen: Tally, base: Tally, least: int = 30) -> DriftReport:
    return compare(WEEK, seen, Baseline(weeks=["2026-W22", "2026-W29"], tally=base), least)


def test_weeks_without_a_difference_hardly_ever_drift() -> None:
    rng = random.Random(5)
    base = drawn(rng, 4000)
    alarms = sum(against(drawn(rng, 400), base).verdict == "drifted" for _ in range(100))
    assert alarms <= 3, f"{alarms} of 100 false alarms at a bound of {FALSE_ALARMS}"


def test_a_difference_is_found_and_named_and_nothing_else() -> None:
    rng = random.Random(6)
    base = drawn(rng, 4000)
    more = against(drawn(rng, 400, share=0.25), base)
    assert [(c.kind, c.name) for c in more.drifted] == [("finding", "A1 contradiction")]
    (found,) = more.drifted
    assert found.week == pytest.approx(0.25, abs=0.05)
    assert found.baseline == pytest.approx(0.1, abs=0.02)
    gone = against(drawn(rng, 400, therapies=0.0), base)
    assert {(c.kind, c.name) for c in gone.drifted} == {
        ("documents_with_fact", "therapies"), ("facts_a_document", "therapies"),
    }  # fmt: skip
    longer = against(drawn(rng, 400, therapies=4.0), base)
    assert [(c.kind, c.name) for c in longer.drifted] == [("facts_a_document", "therapies")]
    for text in (drift_text(more), drift_text(gone), drift_text(longer)):
        assert text.startswith("week 2026-W30: drifted\n")


def test_a_rare_finding_that_is_many_times_as_frequent_is_found() -> None:
    rng = random.Random(7)
    report = against(drawn(rng, 4000, share=0.015), drawn(rng, 20000, share=0.001))
    assert [c.name for c in report.drifted] == ["A1 contradiction"]


def test_a_certain_but_tiny_difference_is_steady() -> None:
    seen, base = Tally(results=100_000), Tally(results=100_000)
    seen.findings["A1 contradiction"], base.findings["A1 contradiction"] = 31_000, 30_000
    report = against(seen, base)
    assert [(c.verdict, (c.p or 0) < 1e-4) for c in report.changes] == [("steady", True)]


@pytest.mark.parametrize(("here", "there"), [(29, 4000), (400, 29), (0, 0), (0, 4000)])
def test_too_few_documents_are_not_judged(here: int, there: int) -> None:
    rng = random.Random(8)
    report = against(drawn(rng, here, share=1.0), drawn(rng, there, share=0.0))
    assert (report.verdict, report.changes) == ("too_few", [])
    assert "too few documents to judge" in drift_text(report)
    assert "at least 30 results" in drift_text(report)


def test_one_document_here_and_there_is_too_few_whatever_was_set() -> None:
    assert against(drawn(random.Random(1), 1), drawn(random.Random(1), 1), least=1).verdict == "too_few"


def test_every_document_alike() -> None:
    def alike(pain: int) -> Tally:
        out = Tally()
        for _ in range(50):
            out.add(Counted("supported", counts(pain=pain), "v" * 64))
        return out

    assert against(alike(2), alike(2)).verdict == "steady"
    report = against(alike(3), alike(2))
    assert [(c.kind, c.week, c.baseline) for c in report.drifted] == [("facts_a_document", 3.0, 2.0)]
    assert "Infinity" not in report.model_dump_json()
    assert "NaN" not in report.model_dump_json()


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), min_size=2, max_size=40))
def test_mean_and_variance_are_those_of_the_facts_a_document(found: list[tuple[int, int]]) -> None:
    out = Tally()
    for n, documents in found:
        out.add(Counted("supported", counts(pain=n, therapies=1, documents=documents), "v" * 64))
    each = [n / documents for n, documents in found]
    if any(each):
        mean, variance = _moments(out.facts["pain"], out.results)
        assert mean == pytest.approx(statistics.fmean(each), abs=1e-9)
        assert variance == pytest.approx(statistics.variance(each), abs=1e-6)
    assert out.facts["therapies"].present == len(found)


@given(st.lists(st.integers(0, 5), max_size=60), st.lists(st.integers(0, 5), max_size=60), st.integers(1, 40))
def test_any_two_tallies_give_numbers(here: list[int], there: list[int], least: int) -> None:
    def of(numbers: list[int]) -> Tally:
        out = Tally()
        for n in numbers:
            out.add(Counted("supported", counts(pain=n, found=n % 2), "v" * 64))
        return out

    report = against(of(here), of(there), least)
    assert (report.verdict == "too_few") == (min(len(here), len(there)) < max(2, least))
    for c in report.changes:
        assert 0 <= (c.p or 0) <= 1
        assert c.effect is not None
        assert c.effect >= 0
    assert DriftReport.model_validate_json(report.model_dump_json()) == report
    assert len(drift_text(report).splitlines()) >= 2


def test_p_values_are_adjusted_for_the_number_of_tests() -> None:
    """Against Benjamini and Hochberg's own steps, from Fisher's exact p of each."""
    seen, base = Tally(results=100), Tally(results=1000)
    pairs = {f"A{i} met": (10 + 3 * i, 100 + 5 * i) for i in range(1, 9)}
    for name, (here, there) in pairs.items():
        seen.findings[name], base.findings[name] = here, there
    raw = {
        name: stats.fisher_exact([[here, 100 - here], [there, 1000 - there]]).pvalue
        for name, (here, there) in pairs.items()
    }
    names = sorted(raw, key=lambda name: raw[name], reverse=True)
    least, wanted = 1.0, {}
    for rank, name in zip(range(len(names), 0, -1), names, strict=True):
        least = min(least, raw[name] * len(names) / rank)
        wanted[name] = least
    report = against(seen, base)
    assert {c.name: c.p for c in report.changes} == pytest.approx(wanted)
    assert any(raw[n] < FALSE_ALARMS <= wanted[n] for n in names), "the adjustment decides something here"


def finished(store: Store, job: Job, summary: str, answer: str = "supported") -> None:
    store.enqueue([job])
    (row,) = store.claim("w", 1)
    assert store.begin(row)
    assert store.finish(row, answer, json.dumps({"quote": MARKER}), summary)


def at(clock: Clock, week: Week, days: float = 2.0) -> None:
    clock.time = week.span()[0] + days * 86400


def test_the_newest_result_of_a_question_counts_once_a_week(
    store: Store, clock: Clock, job: Callable[..., Job]
) -> None:
    a = job(f"{MARKER}-a", patient=MARKER)
    at(clock, WEEK, 1)
    finished(store, a, counts(pain=1))
    finished(store, job("b"), counts(pain=5, found=1), "not_supported")
    finished(store, job("old"), "{}")
    at(clock, WEEK, 3)
    finished(store, dataclasses.replace(a, versions={"rules": "2"}), counts(pain=3))
    assert store.record(job("c", source="recheck"), "supported", "{}", counts(pain=9))
    at(clock, WEEK.next, 0)
    finished(store, dataclasses.replace(a, versions={"rules": "3"}), counts(pain=7))
    seen = tally(store, [WEEK])
    assert (seen.results, seen.uncounted) == (2, 1)
    assert seen.answers == {"supported": 1, "not_supported": 1}
    assert seen.findings == {"A1 contradiction": 1}
    assert (seen.facts["pain"].present, seen.facts["pain"].total) == (2, 8.0)
    assert sorted(seen.versions.values()) == [1, 1]
    assert tally(store, [WEEK.next]).facts["pain"].total == 7.0
    both = tally(store, [WEEK, WEEK.next])
    assert both.results == 3
    assert MARKER not in both.model_dump_json()
    assert str(last_whole_week(store)) == "2026-W30"


def test_the_baseline_is_the_weeks_before(store: Store, clock: Clock, job: Callable[..., Job]) -> None:
    for i in range(1, 4):
        at(clock, WEEK - i)
        finished(store, job(f"{i}"), counts(pain=i))
    found = baseline_before(store, WEEK, 2)
    assert found.weeks == ["2026-W28", "2026-W29"]
    assert (found.tally.results, found.tally.facts["pain"].total) == (2, 3.0)
    assert baseline_from(found.model_dump_json()) == found


def test_weeks_are_iso_weeks_in_utc() -> None:
    assert str(week_at(dt.datetime(2027, 1, 3, 23, 59, 59, tzinfo=dt.UTC).timestamp())) == "2026-W53"
    assert str(week_at(dt.datetime(2027, 1, 4, tzinfo=dt.UTC).timestamp())) == "2027-W01"
    assert str(Week(2027, 1) - 1) == "2026-W53"
    assert str(Week(2026, 53).next) == "2027-W01"
    start, end = Week(2026, 53).span()
    assert end - start == 7 * 86400


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-W54", "2027-W53", "2026-W00", "2026-30", "26-W30", "2026-W3"]
)
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no ISO week"):
        week_named(text)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A store with eight weeks of one kind and one of another."""
    rng = random.Random(9)
    clock = Clock()
    with Store(tmp_path / "s.sqlite", clock) as store:
        for back in range(8, -1, -1):
            at(clock, WEEK - back)
            for n in range(40):
                job = Job(
                    case_id=f"{MARKER}-{back}-{n}", documents=("a" * 64,), paths=(f"/{MARKER}",),
                    policy="guideline", versions={"rules": "2" if back == 0 else "1"}, source="inbox",
                )  # fmt: skip
                found = one(rng, 0.05 if back else 0.7, 2.0)
                # Recorded with its result, without a worker's steps: that is quicker.
                assert store.record(job, found.answer, MARKER, found.summary)
    return tmp_path / "s.sqlite"


def test_the_command_in_all_forms(filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = ["drift", "--store", str(filled)]
    now = [*there, "--week", "2026-W30"]
    assert main(now) == 0
    text = capsys.readouterr().out
    assert text.startswith("week 2026-W30: drifted\nresults: 40; baseline 2026-W22 to 2026-W29: 320\n")
    assert "  finding A1 contradiction: " in text
    assert main([*now, "--fail-if-drifted"]) == 1
    assert main([*there, "--week", "2026-W29", "--fail-if-drifted"]) == 0
    assert "steady" in capsys.readouterr().out.splitlines()[-1]
    assert main([*now, "--format", "json", "-o", str(tmp_path / "d.json")]) == 0
    report = DriftReport.model_validate_json((tmp_path / "d.json").read_text())
    assert [c.name for c in report.drifted] == ["A1 contradiction"]
    assert len(report.new_versions) == 1
    assert main([*now, "--format", "html", "-o", str(tmp_path / "d.html")]) == 0
    html = (tmp_path / "d.html").read_text()
    assert "A1 contradiction" in html
    assert "Week 2026-W30: drifted" in html
    assert not re.search(r"(src|href)=", html), "it loads nothing"
    assert MARKER not in text + html + report.model_dump_json()


def test_a_stored_baseline_outlives_the_results(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "baseline.json"
    there = ["drift", "--store", str(filled)]
    assert main([*there, "--week", "2026-W29", "--write-baseline", str(kept)]) == 0
    assert "320 results of 8 weeks" in capsys.readouterr().out
    assert main([*there, "--week", "2026-W30", "--format", "json"]) == 0
    from_store = json.loads(capsys.readouterr().out)
    assert main([*there, "--week", "2026-W30", "--format", "json", "--baseline", str(kept)]) == 0
    assert json.loads(capsys.readouterr().out) == from_store
    assert MARKER not in kept.read_text()
    kept.write_text('{"form": "else"}')
    assert main([*there, "--baseline", str(kept)]) == 2
    assert main([*there, "--baseline", str(tmp_path / "none.json")]) == 3
    assert main([*there, "--week", "next"]) == 2
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 3


def test_a_sites_report_is_kept_private_and_once_a_week(tmp_path: Path, clock: Clock) -> None:
    site = load_site(init_site(tmp_path / "site"))
    with Store(site.store_place(), clock) as store:
        for back in (1, 0):
            at(clock, WEEK - back)
            for n in range(30):
                found = Job(
                    case_id=f"{MARKER}-{back}-{n}", documents=("a" * 64,), paths=(f"/{MARKER}",),
                    policy="guideline", versions={"rules": "1"}, source="redis",
                )  # fmt: skip
                assert store.record(found, "supported", MARKER, counts(pain=1, found=1 - back))
        at(clock, WEEK.next)
        for _ in range(2):
            report, page = keep_drift(site, store)
            assert report.verdict == "drifted"
            assert page.read_text().count("finding A1 contradiction") == 1
    assert sorted(p.name for p in (tmp_path / "site" / "reports").iterdir()) == [
        "drift-2026-W30.html", "drift-2026-W30.json",
    ]  # fmt: skip
    for p in (tmp_path / "site" / "reports").iterdir():
        assert stat.S_IMODE(p.stat().st_mode) == 0o600
        assert MARKER not in p.read_text()


def test_reports_that_cannot_be_made_are_one_line(tmp_path: Path, clock: Clock) -> None:
    site = load_site(init_site(tmp_path / "site"))
    (tmp_path / "site" / "reports").rmdir()
    (tmp_path / "site" / "reports").touch()
    with Store(site.store_place(), clock) as store, pytest.raises(OutputError, match="cannot be made"):
        keep_drift(site, store)


def test_the_rates_of_weeks_are_shown_without_a_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """However few the results are: 3 of 4 weeks have some."""
    clock = Clock()
    with Store(tmp_path / "s.sqlite", clock) as store:
        for back, found in ((3, 0), (1, 1), (0, 1)):
            at(clock, WEEK - back)
            for n in range(4):
                one = Job(f"{MARKER}-{back}-{n}", ("a" * 64,), ("x",), "guideline", {"rules": "1"})
                summary = counts(pain=2, found=found * (n % 2))
                assert store.record(one, "supported", MARKER, summary)
    there = ["drift", "--store", str(tmp_path / "s.sqlite"), "--week", str(WEEK), "--weeks", "4"]
    assert main([*there, "--format", "json"]) == 0
    weeks = json.loads(capsys.readouterr().out)["weeks"]
    assert [(w["week"], w["results"]) for w in weeks] == [
        ("2026-W27", 4), ("2026-W28", 0), ("2026-W29", 4), ("2026-W30", 4),
    ]  # fmt: skip
    assert weeks[3]["rates"] == {
        "answer supported": 1.0, "facts a document pain": 2.0, "finding A1 contradiction": 0.5,
        "results with a fact pain": 1.0,
    }  # fmt: skip
    assert main(there) == 0
    told = capsys.readouterr().out
    (line,) = [part for part in told.splitlines() if part.startswith("finding A1")]
    assert line.split()[3:] == ["0.0%", "-", "50.0%", "50.0%"]
    assert MARKER not in told
    assert main([*there[:-1], "0"]) == 2

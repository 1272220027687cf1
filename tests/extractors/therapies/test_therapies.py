"""Therapies of invented statements, through the real extractor."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractors.engine import Extractor
from extractors.therapies.binder import FAMILY
from rules.values import Therapy

CASES = [
    case
    for name in ("cases.yaml", "cases_told.yaml")
    for case in yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))["cases"]
]


@cache
def extractor() -> Extractor:
    return Extractor([FAMILY])


def read(text: str) -> list[dict[str, object]]:
    return [dict(f.value) for f in extractor().extract(text).facts]


@pytest.mark.parametrize("case", CASES, ids=[str(c["text"])[:60] for c in CASES])
def test_statement(case: dict[str, object]) -> None:
    got = read(str(case["text"]))
    want = [[*e, *["not_stated", None, None][len(e) - 2 :]] for e in case["expect"]]  # type: ignore[attr-defined]
    key = lambda x: (x[0], x[1])  # noqa: E731
    have = sorted(
        ([g["modality"], g["status"], g["outcome"], g["weeks"], g["sessions"]] for g in got), key=key
    )
    want.sort(key=key)
    assert [x[:3] for x in have] == [x[:3] for x in want]
    for h, w in zip(have, want, strict=True):
        assert h[3] == (None if w[3] is None else pytest.approx(w[3], rel=0.02))
        assert h[4] == w[4]


def test_there_are_enough_cases_and_traps() -> None:
    assert len(CASES) >= 80
    assert sum(not c["expect"] for c in CASES) >= 20
    assert {e[1] for c in CASES for e in c["expect"]} == {"past", "current", "planned", "declined"}
    outcomes = {e[2] for c in CASES for e in c["expect"] if len(e) > 2}
    assert outcomes == {"failed", "partial", "effective", "not_tolerated", "not_stated"}


@pytest.mark.parametrize("case", CASES, ids=[str(c["text"])[:60] for c in CASES])
def test_facts_fit_the_case_and_lie_in_the_note(case: dict[str, object]) -> None:
    text = str(case["text"])
    for fact in extractor().extract(text).facts:
        Therapy.model_validate(dict(fact.value))
        assert 0 <= fact.start < fact.end <= len(text)
        assert all(0 <= s.start < s.end <= len(text) for s in fact.supporting)
        assert fact.trace.patterns
        assert any(step.startswith("status") for step in fact.trace.steps)


@pytest.mark.parametrize("entry", FAMILY.lexicon.entries, ids=lambda e: e.id)
def test_each_example_is_matched_by_its_entry(entry) -> None:  # type: ignore[no-untyped-def]
    assert entry.examples
    for example in entry.examples:
        found = {m.entry.id for m in extractor().read(example).mentions("therapies")}
        assert entry.id in found, example


def test_no_word_stands_under_two_modalities() -> None:
    """Each drug named in one entry must not match as another modality."""
    for entry in FAMILY.lexicon.entries:
        for example in entry.examples:
            labels = {
                m.label for m in extractor().read(example).mentions("therapies") if m.entry.id == entry.id
            }
            assert labels <= {entry.label}


@given(st.integers(1, 26), st.sampled_from(["x {n} wks", "for {n} weeks", "x{n}wk", "over {n} weeks"]))
def test_stated_weeks_come_back(n: int, style: str) -> None:
    facts = read(f"Physical therapy {style.format(n=n)} without relief.")
    assert [(f["modality"], f["weeks"]) for f in facts] == [("physical_therapy", pytest.approx(n, rel=0.01))]


@given(st.dates(dt.date(2020, 1, 1), dt.date(2025, 6, 1)), st.integers(14, 200))
def test_a_date_range_gives_weeks_start_and_end(first: dt.date, days: int) -> None:
    last = first + dt.timedelta(days=days)
    (fact,) = read(f"Chiropractic care {first:%m/%d/%Y} to {last:%m/%d/%Y}, no better.")
    assert fact["weeks"] == pytest.approx(days / 7, abs=0.01)
    assert (fact["start"], fact["end"]) == (first.isoformat(), last.isoformat())
    assert (fact["status"], fact["outcome"]) == ("past", "failed")


def test_on_the_annotated_charts(gold_dir: Path) -> None:
    """A floor under the family's recall on the charts, so that an edit of the words cannot go unseen."""
    import json

    found = total = 0
    for line in (gold_dir / "charts_dev" / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        text = (gold_dir / "charts_dev" / "notes" / f"{gold['note_id']}.txt").read_text(encoding="utf-8")
        have = {(f["modality"], f["status"]) for f in read(text)}
        want = {(t["modality"], t["status"]) for t in gold["therapies"] if t.get("required", True)}
        found += len(have & want)
        total += len(want)
    assert found / total >= 0.9

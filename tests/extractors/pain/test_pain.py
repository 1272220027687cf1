"""Duration, score and pattern of pain in invented notes, through the real extractor."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractors.engine import Extractor
from extractors.pain.binder import FAMILY
from rules.values import Pain

CASES = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))["cases"]


@cache
def extractor() -> Extractor:
    return Extractor([FAMILY])


@pytest.mark.parametrize("case", CASES, ids=[str(c["text"])[:60] for c in CASES])
def test_note(case: dict[str, object]) -> None:
    text = str(case["text"])
    (fact,) = extractor().extract(text).facts
    weeks, score, pattern = case["expect"]  # type: ignore[misc]
    value = Pain.model_validate(dict(fact.value))
    assert value.duration_weeks == (None if weeks is None else pytest.approx(weeks, rel=0.01))
    assert value.score_max == score
    assert value.pattern == pattern
    assert 0 <= fact.start < fact.end <= len(text)
    assert all(0 <= s.start < s.end <= len(text) for s in fact.supporting)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Lungs clear.",
        "CHIEF COMPLAINT: Right shoulder pain.\nPain 5/10 for 3 weeks.",
        "CHIEF COMPLAINT: Nausea.\nREVIEW OF SYSTEMS: Denies fever, chest pain, neck pain, back pain.",
        "HISTORY: Raised creatinine. Abdominal swelling began two months ago. No back pain. No leg pain.",
        "CT OF THE HEAD. Sequential axial CT images without contrast. No extra-axial collection.",
    ],
)
def test_no_spine_complaint_no_fact(text: str) -> None:
    assert not extractor().extract(text).facts


@pytest.mark.parametrize("entry", FAMILY.lexicon.entries, ids=lambda e: e.id)
def test_each_example_is_matched_by_its_entry(entry) -> None:  # type: ignore[no-untyped-def]
    assert entry.examples
    for example in entry.examples:
        assert entry.id in {m.entry.id for m in extractor().read(example).mentions("pain")}, example


@given(st.integers(2, 30), st.sampled_from(["months", "weeks", "years"]), st.integers(1, 10))
def test_stated_figures_come_back(n: int, unit: str, score: int) -> None:
    (fact,) = extractor().extract(f"Low back pain for {n} {unit}, rated {score}/10.").facts
    in_weeks = {"weeks": 1, "months": 4.345, "years": 52.14}[unit] * n
    assert fact.value["duration_weeks"] == pytest.approx(in_weeks, rel=0.01)
    assert fact.value["score_max"] == score

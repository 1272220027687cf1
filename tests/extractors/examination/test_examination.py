"""Results of provocation tests, and examination findings bound from invented sentences."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractors.engine import Extractor
from extractors.examination.binder import FAMILY
from extractors.examination.results import results_of

HERE = Path(__file__).parent
RESULTS = yaml.safe_load((HERE / "results.yaml").read_text(encoding="utf-8"))
CASES = yaml.safe_load((HERE / "cases.yaml").read_text(encoding="utf-8"))


@cache
def extractor() -> Extractor:
    return Extractor([FAMILY])


@pytest.mark.parametrize("case", RESULTS, ids=[c["text"][:60] for c in RESULTS])
def test_results_of_a_test(case: dict[str, object]) -> None:
    text, test = str(case["text"]), str(case["test"])
    at = text.index(test)
    got = [r.outcome[0] + r.side[0] for r in results_of(text, at, at + len(test))]
    assert got == case["expect"]


@given(st.text(alphabet="SLRposnegitv+-,;./() lrbdegcalfpain0159", max_size=120), st.integers(0, 100))
def test_results_never_raise_and_stay_inside_the_text(text: str, start: int) -> None:
    start = min(start, len(text))
    for r in results_of(text, start, min(len(text), start + 3)):
        assert 0 <= r.start <= r.end <= len(text)


@pytest.mark.parametrize("case", CASES, ids=[c["text"][:60] for c in CASES])
def test_findings(case: dict[str, object]) -> None:
    from rules.values import Examination

    text = str(case["text"])
    facts = extractor().extract(text).facts
    got = [[f.value[k] for k in ("kind", "result", "region", "laterality")] for f in facts]
    assert got == case["expect"]
    doubtful = [f.assertion == "uncertain" for f in facts]
    assert doubtful == case.get("uncertain", [False] * len(facts))
    for f in facts:
        Examination(**f.value)
        assert text[f.start : f.end].strip()

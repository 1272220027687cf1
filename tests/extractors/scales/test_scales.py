"""Pain scores and disability scales from invented sentences, run through the real extractor."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.engine import Extractor
from extractors.facts import Fact
from extractors.scales.binder import FAMILY
from rules.values import DisabilityScale, PainScore

HERE = Path(__file__).parent
PAIN, DISABILITY = (
    [case for cases in yaml.safe_load((HERE / name).read_text(encoding="utf-8")).values() for case in cases]
    for name in ("pain_scores.yaml", "disability_scales.yaml")
)
MODELS = {"pain_scores": PainScore, "disability_scales": DisabilityScale}


@cache
def extractor() -> Extractor:
    return Extractor([FAMILY])


def facts(text: str) -> list[Fact]:
    found = extractor().extract(text).facts
    for fact in found:
        MODELS[fact.family].model_validate(dict(fact.value))
        for span in (fact, *fact.supporting):
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start : span.end].strip()
    return list(found)


@pytest.mark.parametrize("case", PAIN, ids=[c["text"][:60] for c in PAIN])
def test_pain_scores(case: dict[str, Any]) -> None:
    got = [
        [f.value[k] for k in ("scale", "moment", "low", "high", "region")]
        for f in facts(case["text"])
        if f.family == "pain_scores"
    ]
    assert got == case["expect"]


@pytest.mark.parametrize("case", DISABILITY, ids=[c["text"][:60] for c in DISABILITY])
def test_disability_scales(case: dict[str, Any]) -> None:
    got = [
        [f.assertion, *(f.value[k] for k in ("name", "score", "moment"))]
        for f in facts(case["text"])
        if f.family == "disability_scales"
    ]
    assert got == case["expect"]


@pytest.mark.parametrize("case", PAIN, ids=[c["text"][:60] for c in PAIN])
def test_a_pain_score_is_no_disability_scale(case: dict[str, Any]) -> None:
    text = case["text"]
    named = "NDI" in text or "scale such as the ODI" in text
    assert named or not [f for f in facts(text) if f.family == "disability_scales"]


def test_a_score_told_again_is_support() -> None:
    text = "HPI: Low back pain 7/10.\nASSESSMENT: Low back pain 7/10."
    (fact,) = facts(text)
    assert [text[s.start : s.end] for s in (fact, *fact.supporting)] == ["Low back pain 7/10"] * 2


def test_each_example_is_matched_by_its_entry() -> None:
    for entry in FAMILY.lexicon.entries:
        for example in entry.examples:
            found = {m.entry.id for s in extractor().read(example).sentences for m in s.mentions}
            assert entry.id in found, f"{entry.id}: {example!r} matched {found}"


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from([c["text"] for c in (*PAIN, *DISABILITY)]), min_size=1, max_size=5),
    st.sampled_from(["\n", " ", "\r\n", "\n\n"]),
)
def test_quotes_lie_in_any_mixture(texts: list[str], gap: str) -> None:
    facts(gap.join(texts))

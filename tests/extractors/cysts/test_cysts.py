"""Synovial cysts of facet joints from invented sentences, run through the real extractor."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.cysts.binder import FAMILY
from extractors.engine import Extractor
from rules.values import SynovialCyst

TABLE = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))
CASES = [(group, case) for group, cases in TABLE.items() for case in cases]


@cache
def extractor() -> Extractor:
    return Extractor([FAMILY])


def cysts(text: str) -> list[list[object]]:
    facts = extractor().extract(text).facts
    for fact in facts:
        SynovialCyst.model_validate(dict(fact.value))
        for span in (fact, *fact.supporting):
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start : span.end].strip()
    return [
        [f.assertion, f.value["region"], list(f.value["levels"]), f.value["laterality"]]  # type: ignore[call-overload]
        for f in facts
    ]


@pytest.mark.parametrize(("group", "case"), CASES, ids=[f"{g}: {c['text'][:60]}" for g, c in CASES])
def test_case(group: str, case: dict) -> None:
    assert cysts(case["text"]) == case["expect"]
    assert group == "nothing" or {row[0] for row in case["expect"]} == {group}


def test_each_example_is_matched_by_its_entry() -> None:
    for entry in FAMILY.lexicon.entries:
        for example in entry.examples:
            found = {m.entry.id for s in extractor().read(example).sentences for m in s.mentions}
            assert entry.id in found, f"{entry.id}: {example!r} matched {found}"


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from([c["text"] for _, c in CASES]), min_size=1, max_size=5),
    st.sampled_from(["\n", " ", "\r\n", "\n\n"]),
)
def test_quotes_lie_in_any_mixture(texts: list[str], gap: str) -> None:
    cysts(gap.join(texts))

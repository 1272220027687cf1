"""Sentence cases of the imaging family, run through the real extractor; lexicon and span properties."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.engine import Extractor
from extractors.imaging.binder import FAMILY
from rules.values import ImagingStudy

TABLE = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))
CASES = [(group, case) for group, cases in TABLE.items() for case in cases]
_SHARED = Extractor([FAMILY])


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return _SHARED


def imaging(extractor: Extractor, text: str) -> list[dict[str, object]]:
    facts = extractor.extract(text).facts
    for fact in facts:
        ImagingStudy.model_validate(dict(fact.value))
        for span in (fact, *fact.supporting):
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start : span.end].strip()
    return [{**f.value, "assertion": f.assertion} for f in facts]


@pytest.mark.parametrize(("group", "case"), CASES, ids=[f"{g}: {c['text'][:60]}" for g, c in CASES])
def test_case(extractor: Extractor, group: str, case: dict) -> None:
    got = imaging(extractor, case["text"])
    left = list(got)
    for want in case["expect"]:
        want = {k: tuple(v) if isinstance(v, list) else v for k, v in want.items()}
        hit = next((g for g in left if all(g.get(k) == v for k, v in want.items())), None)
        assert hit is not None, f"{want} not among {got}"
        left.remove(hit)
    assert not left, f"unexpected {left}"


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 50


def test_each_example_is_matched_by_its_entry(extractor: Extractor) -> None:
    for entry in FAMILY.lexicon.entries:
        assert entry.examples, f"{entry.id} has no example"
        for example in entry.examples:
            found = {m.entry.id for s in extractor.read(example).sentences for m in s.mentions}
            assert entry.id in found, f"{entry.id}: {example!r} matched {found}"


def test_no_pattern_stands_under_two_labels() -> None:
    seen: dict[str, str] = {}
    for entry in FAMILY.lexicon.entries:
        for pattern in (*entry.literals, *entry.patterns, *entry.cased):
            assert seen.setdefault(pattern.lower(), entry.label) == entry.label


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([c["text"] for _, c in CASES]), min_size=1, max_size=5),
    st.sampled_from(["\n", " ", "\r\n", "\n\n"]),
)
def test_quotes_lie_in_any_mixture(texts: list[str], gap: str) -> None:
    imaging(_SHARED, gap.join(texts))

"""Diagnosis phrases in notes: where they count, what they assert, and where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.engine import Extractor
from extractors.linking.binder import FAMILY

CASES = yaml.safe_load(Path(__file__).with_name("notes.yaml").read_text(encoding="utf-8"))
PIECES = [p for c in CASES for p in c["text"].splitlines(keepends=True)]


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_note(extractor: Extractor, case: dict) -> None:
    facts = extractor.extract(case["text"]).facts
    assert sorted([f.value["code"], f.assertion] for f in facts) == sorted(case["links"])


@settings(max_examples=40)
@given(st.lists(st.sampled_from([*PIECES, "\r\n", "  ", "Ä – ", "ß"]), max_size=12))
def test_every_span_lies_in_the_note(extractor: Extractor, pieces: list[str]) -> None:
    text = "".join(pieces)
    for fact in extractor.extract(text).facts:
        assert 0 <= fact.start < fact.end <= len(text)
        assert fact.family == "linked_diagnoses"
        assert 0.7 < fact.value["score"] <= 1.0
        assert all(0 <= s.start < s.end <= len(text) for s in fact.supporting)


@pytest.mark.parametrize("entry", FAMILY.lexicon.entries, ids=lambda e: e.id)
def test_examples_are_matched_by_their_entry(extractor: Extractor, entry) -> None:
    assert entry.examples
    for example in entry.examples:
        assert entry.id in {m.entry.id for m in extractor.read(example).mentions("linking")}

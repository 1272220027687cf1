"""Stated reasons and formal parts of the record, bound from invented sentences."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.engine import Extractor
from extractors.record.binder import FAMILY
from rules.values import Rationale, RecordItem

HERE = Path(__file__).parent
RATIONALES: list[dict[str, Any]] = yaml.safe_load((HERE / "rationales.yaml").read_text(encoding="utf-8"))
ITEMS: list[dict[str, Any]] = yaml.safe_load((HERE / "items.yaml").read_text(encoding="utf-8"))
PIECES = [c["text"] for c in (*RATIONALES, *ITEMS)]


@cache
def extractor() -> Extractor:
    return Extractor([FAMILY])


def found(text: str, family: str) -> list[list[str]]:
    """Kind and assertion of the facts of a family; each is a valid value with its place in the text."""
    out = []
    for f in extractor().extract(text).facts:
        assert text[f.start : f.end].strip()
        (Rationale if f.family == "rationales" else RecordItem).model_validate(dict(f.value))
        if f.family == family:
            out.append([str(f.value["kind"]), f.assertion])
    return sorted(out)


@pytest.mark.parametrize("case", RATIONALES, ids=[c["text"][:60] for c in RATIONALES])
def test_rationales(case: dict[str, Any]) -> None:
    assert found(case["text"], "rationales") == case["expect"]


@pytest.mark.parametrize("case", ITEMS, ids=[c["text"][:60] for c in ITEMS])
def test_items(case: dict[str, Any]) -> None:
    assert found(case["text"], "record_items") == case["expect"]


def test_the_same_reason_twice_is_one_fact_with_two_places() -> None:
    text = "RFA is not an option because of her pacemaker.\n\nPlan: injection. Not a candidate for RFA."
    (fact,) = extractor().extract(text).facts
    assert [text[s.start : s.end] for s in fact.supporting] == ["Not a candidate for RFA."]


@settings(max_examples=40)
@given(st.lists(st.sampled_from([*PIECES, "\n", "  ", "Ä – ", "Signature:", "____"]), max_size=6))
def test_facts_lie_in_the_note(pieces: list[str]) -> None:
    text = " ".join(pieces)
    for fact in extractor().extract(text).facts:
        assert 0 <= fact.start < fact.end <= len(text)


@pytest.mark.parametrize("entry", FAMILY.lexicon.entries, ids=lambda e: e.id)
def test_examples_are_matched_by_their_entry(entry: Any) -> None:
    assert entry.examples
    for example in entry.examples:
        assert entry.id in {m.entry.id for s in extractor().read(example).sentences for m in s.mentions} | {
            m.entry.id for m, _ in extractor().read(example).left_out
        }

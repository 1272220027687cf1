"""Neural compression on imaging: invented statements through the real extractor."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from extractors.engine import Extractor
from extractors.nerve_compression.binder import FAMILY

CASES = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))["cases"]


@cache
def extractor() -> Extractor:
    return Extractor([FAMILY])


@pytest.mark.parametrize("case", CASES, ids=[str(c["text"])[:60] for c in CASES])
def test_status_by_region(case: dict[str, object]) -> None:
    facts = extractor().extract(str(case["text"])).facts
    assert {str(f.value["region"]): f.value["status"] for f in facts} == case["expect"]


@pytest.mark.parametrize("case", CASES, ids=[str(c["text"])[:60] for c in CASES])
def test_quotes_are_slices_and_fields_are_those_of_the_case(case: dict[str, object]) -> None:
    from rules.values import NerveCompression

    text = str(case["text"])
    for fact in extractor().extract(text).facts:
        NerveCompression(**fact.value)
        for start, end in [(fact.start, fact.end), *((s.start, s.end) for s in fact.supporting)]:
            assert 0 <= start < end <= len(text)
            assert text[start:end].strip() == text[start:end]

"""Invented sentences through the real extractor, with blocks and ablations only."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from extractors.ablations.binder import FAMILY as ABLATIONS
from extractors.blocks.binder import FAMILY as BLOCKS
from extractors.engine import Extractor

#: The events of a sentence, and what it says further of them.
CASES: list[dict[str, Any]] = [
    case
    for name in ("cases.yaml", "details.yaml")
    for case in yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
]


@cache
def extractor() -> Extractor:
    """Built once for the session."""
    return Extractor([BLOCKS, ABLATIONS])


def fits(value: dict[str, Any], want: dict[str, Any]) -> bool:
    """Whether the fact's value holds all that is wanted; numbers within 2 %."""
    for key, expected in want.items():
        got = value.get(key)
        if isinstance(expected, list):
            if list(got) != expected:
                return False
        elif isinstance(expected, (int, float)) and isinstance(got, (int, float)):
            if abs(got - expected) > 0.02 * max(abs(expected), 0.01):
                return False
        elif got != expected:
            return False
    return True


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_case(case: dict[str, Any]) -> None:
    """Every expected item is found, and nothing else."""
    facts = extractor().extract(case["text"]).facts
    for family in ("injections", "ablations"):
        if family not in case:
            continue
        found = [dict(f.value) for f in facts if f.family == family]
        rest = list(found)
        for want in case[family]:
            hit = next((v for v in rest if fits(v, want)), None)
            assert hit is not None, (want, found)
            rest.remove(hit)
        assert not rest, rest


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_spans_lie_in_the_note(case: dict[str, Any]) -> None:
    """Every fact and every supporting place quotes the note."""
    text = case["text"]
    for fact in extractor().extract(text).facts:
        for span in (fact, *fact.supporting):
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start : span.end].strip()

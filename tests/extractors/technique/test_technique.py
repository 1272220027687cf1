"""Technique, guidance, sedation and block agents on invented sentences."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from extractors.ablations.binder import FAMILY as ABLATIONS
from extractors.blocks.binder import FAMILY as BLOCKS
from extractors.engine import Extractor
from extractors.technique.binder import FAMILY as TECHNIQUE

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8")
)


@cache
def extractor() -> Extractor:
    """Built once for the session."""
    return Extractor([BLOCKS, ABLATIONS, TECHNIQUE])


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_case(case: dict[str, Any]) -> None:
    """The facts wanted, as many, and each in its place."""
    facts = extractor().extract(case["text"]).facts
    for family in ("technique", "guidance", "sedation", "block_agents"):
        if family not in case:
            continue
        found = [dict(f.value) for f in facts if f.family == family]
        assert len(found) == len(case[family]), found
        for want in case[family]:
            assert any(all(v.get(k) == x for k, x in want.items()) for v in found), (want, found)
    for f in facts:
        assert 0 <= f.start < f.end <= len(case["text"])


def test_negated_mode_is_absent() -> None:
    """ "Not pulsed" is a fact about the technique, and denied."""
    facts = extractor().extract("We request thermal radiofrequency neurotomy at L4-5, not pulsed.").facts
    assert {(f.value["mode"], f.assertion) for f in facts if f.family == "technique"} == {
        ("thermal", "planned"), ("pulsed", "absent"),
    } or {(f.value["mode"], f.assertion) for f in facts if f.family == "technique"} == {
        ("thermal", "present"), ("pulsed", "absent"),
    }  # fmt: skip

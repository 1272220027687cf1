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
from extractors.request.binder import FAMILY as REQUEST
from extractors.technique.binder import FAMILY as TECHNIQUE

CASES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8")
)


@cache
def extractor() -> Extractor:
    """Built once for the session."""
    return Extractor([BLOCKS, ABLATIONS, TECHNIQUE])


@cache
def whole() -> Extractor:
    """With the request, whose codes may be all that names the procedure."""
    return Extractor([REQUEST, BLOCKS, ABLATIONS, TECHNIQUE])


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


def _table(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load(Path(__file__).with_name(f"{name}.yaml").read_text(encoding="utf-8")))


def _value(family: str, value: Any, assertion: str) -> list[Any]:
    if family == "technique":
        return [value["mode"], value["temperature_c"], assertion]
    if family == "guidance":
        return [value["modality"], assertion]
    if family == "sedation":
        return [value["kind"], assertion]
    return [value["agent"], value["concentration_percent"], value["volume_ml"], value["steroid"]]


def _shown(entry: list[Any]) -> list[str]:
    return [f"{x:g}" if isinstance(x, int | float) and not isinstance(x, bool) else str(x) for x in entry]


TABLES = {
    "technique": _table("technique"),
    "guidance": _table("guidance"),
    "sedation": _table("sedation"),
    "block_agents": _table("agents"),
}
LINES = [(family, case) for family, table in TABLES.items() for case in table]


@pytest.mark.parametrize(("family", "case"), LINES, ids=[f"{f}: {c['text'][:60]}" for f, c in LINES])
def test_line(family: str, case: dict[str, Any]) -> None:
    """The whole answer of one family, with the assertion."""
    found = [f for f in whole().extract(case["text"]).facts if f.family == family]
    got = [_value(family, f.value, f.assertion) for f in found]
    assert sorted(map(_shown, got)) == sorted(map(_shown, case["expect"]))


def test_negated_mode_is_absent() -> None:
    """ "Not pulsed" is a fact about the technique, and denied."""
    facts = extractor().extract("We request thermal radiofrequency neurotomy at L4-5, not pulsed.").facts
    assert {(f.value["mode"], f.assertion) for f in facts if f.family == "technique"} == {
        ("thermal", "planned"), ("pulsed", "absent"),
    } or {(f.value["mode"], f.assertion) for f in facts if f.family == "technique"} == {
        ("thermal", "present"), ("pulsed", "absent"),
    }  # fmt: skip

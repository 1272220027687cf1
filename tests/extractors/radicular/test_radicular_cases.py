"""Radicular status of invented sentences, through the real extractor."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from extractors.engine import Extractor
from extractors.radicular.binder import FAMILY

CASES = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))["cases"]


@cache
def extractor() -> Extractor:
    return Extractor([FAMILY])


@pytest.mark.parametrize("case", CASES, ids=[str(c["text"])[:60] for c in CASES])
def test_status_by_region(case: dict[str, object]) -> None:
    facts = extractor().extract(str(case["text"])).facts
    got = {str(f.value["region"]): f.value["status"] for f in facts if f.family == "radicular"}
    assert got == case["expect"]


def test_there_are_enough_cases_of_each_status() -> None:
    statuses = ("present", "absent", "historical", "uncertain")
    counts = {s: sum(s in c["expect"].values() for c in CASES) for s in statuses}
    assert len(CASES) >= 100
    assert min(counts.values()) >= 8
    assert sum(not c["expect"] for c in CASES) >= 15

"""The note's own date among the other dates of a note."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest
import yaml

from extractors.document_date import date_of_text

CASES = yaml.safe_load(Path(__file__).with_name("document_dates.yaml").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[repr(c["text"])[1:50] for c in CASES])
def test_date_of_the_note(case: dict[str, object]) -> None:
    assert date_of_text(str(case["text"]), procedure=bool(case.get("procedure"))) == case["date"]


def test_there_are_cases_with_and_without_a_date() -> None:
    assert sum(c["date"] is None for c in CASES) >= 15
    assert sum(isinstance(c["date"], dt.date) for c in CASES) >= 30


def test_a_long_note_takes_no_long_time() -> None:
    began = time.perf_counter()
    date_of_text("DOB: 01/02/1960 " + "pain since 3/4/2025 " * 50_000)
    assert time.perf_counter() - began < 5

"""Scanning errors are mended one for one, and what is no error stays."""

from __future__ import annotations

import time

import pytest

from extractors.engine import Extractor
from extractors.radicular.binder import FAMILY
from extractors.text.scanned import mended

MENDED = {
    "radicu1opathy": "radiculopathy",
    "cerv1cal": "cervical",
    "pa1n": "pain",
    "med1al": "medial",
    "Appea1s": "Appeals",
    "n3gative": "negative",
    "signa1": "signal",
    "c0nsult": "c0nsult",
    "ab0ve": "above",
    "0perative": "operative",
    "BL0CK": "BLOCK",
    "CLlNlCAL": "CLINICAL",
    "2O25": "2025",
    "9/1O": "9/10",
    "lO/10": "10/10",
    "3O%": "30%",
}
KEPT = (
    "L1burst",
    "C1-2",
    "x3wks",
    "q1mo",
    "for1month",
    "G0260",
    "H2O",
    "M80.08XA",
    "S1radic",
    "T1-weighted",
    "page1",
    "64493-50",
    "5l",
    "O2 sat",
    "EHL 4/5",
    "L4to5",
    "A1c",
    "Ol",
    "signal",
    "MBB #1",
    "vitamin B12",
    "1st",
    "IL-6",
)


@pytest.mark.parametrize(("seen", "meant"), MENDED.items())
def test_confused_characters_are_mended(seen: str, meant: str) -> None:
    assert mended(f"x {seen}, y") == f"x {meant}, y"


@pytest.mark.parametrize("text", KEPT)
def test_levels_codes_and_short_forms_stay(text: str) -> None:
    assert mended(f"x {text}, y") == f"x {text}, y"


def test_a_fact_quotes_the_note_as_it_is() -> None:
    text = "Low back pain. 1umbar radicu1opathy on the left."
    fact = next(f for f in Extractor([FAMILY]).extract(text).facts if f.family == "radicular")
    assert text[fact.start : fact.end] == "1umbar radicu1opathy on the left."
    assert fact.value["status"] == "present"


@pytest.mark.parametrize("piece", ["1O", "1/O-", "a1", "Ol,", "A0"])
def test_time_is_linear(piece: str) -> None:
    start = time.perf_counter()
    mended(piece * 250_000)
    assert time.perf_counter() - start < 5.0

"""Places in other units: there and back, and none inside a character."""

from __future__ import annotations

import pytest

from pipeline.corpus.units import UNITS, Units, from_units, to_units

TEXT = "a🙂\r\nné\u0301e 👩\u200d⚕️ b\r\n"


@pytest.mark.parametrize("units", UNITS)
def test_there_and_back(units: Units) -> None:
    for i in range(len(TEXT) + 1):
        back = from_units(TEXT, to_units(TEXT, i, units), units)
        assert back is not None
        assert to_units(TEXT, back, units) == to_units(TEXT, i, units)
        assert back <= i


@pytest.mark.parametrize(
    ("units", "length", "place_of_b"),
    [
        ("code_points", 17, 14),
        ("utf16", 19, 16),
        ("crlf_as_one", 15, 13),
        ("utf16_crlf_as_one", 17, 15),
        ("bytes", len(TEXT.encode("utf-8")), len(TEXT[:14].encode("utf-8"))),
        ("graphemes", 11, 9),
    ],
)
def test_lengths(units: Units, length: int, place_of_b: int) -> None:
    assert to_units(TEXT, len(TEXT), units) == length
    assert to_units(TEXT, TEXT.index("b"), units) == place_of_b
    assert from_units(TEXT, place_of_b, units) == TEXT.index("b")


def test_inside_a_character_and_beyond_the_end_is_nowhere() -> None:
    assert from_units(TEXT, 2, "utf16") is None
    assert from_units(TEXT, 2, "bytes") is None
    for units in UNITS:
        assert from_units(TEXT, 999, units) is None
        assert from_units(TEXT, -1, units) is None

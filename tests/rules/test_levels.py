"""Levels and partial dates."""

from __future__ import annotations

import datetime as dt

import pytest

from rules import levels as lv
from rules.dates import first_day, last_day, months_before


@pytest.mark.parametrize(
    ("levels", "joints"),
    [
        (["L4-L5"], {"L4-L5"}),
        (["L4-S1"], {"L4-L5", "L5-S1"}),
        (["L3", "L4"], {"L4-L5"}),
        (["L3", "L4", "L5"], {"L4-L5", "L5-S1"}),
        (["C4", "C5", "C6"], {"C4-C5", "C5-C6"}),
        (["C7", "C8"], {"C7-T1"}),
        (["TON"], {"C2-C3"}),
        (["L5"], set()),
        ([], set()),
        (["sacrum"], set()),
        (["L5-L4"], set()),
    ],
)
def test_joints(levels, joints):
    assert lv.joints(levels) == joints


def test_every_pair_of_neighbours_is_one_segment():
    for upper, lower in zip(lv.SPINE, lv.SPINE[1:], strict=False):
        assert lv.segments(f"{upper}-{lower}") == (f"{upper}-{lower}",)
    assert len(lv.segments("C1-S1")) == len(lv.SPINE) - 1


def test_regions_and_order():
    assert lv.regions(["L5-S1"]) == {"lumbar"}
    assert lv.regions(["C6-C7", "T3"]) == {"cervical", "thoracic"}
    assert lv.in_order(["L5-S1", "C2-C3", "L4-L5"]) == ("C2-C3", "L4-L5", "L5-S1")


def test_partial_dates():
    assert (first_day("2024"), last_day("2024")) == (dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert (first_day("2024-02"), last_day("2024-02")) == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    assert first_day("2024-12-02") == last_day("2024-12-02") == dt.date(2024, 12, 2)
    assert months_before(dt.date(2026, 3, 31), 13) == dt.date(2025, 2, 28)
    assert months_before(dt.date(2026, 1, 15), 12) == dt.date(2025, 1, 15)

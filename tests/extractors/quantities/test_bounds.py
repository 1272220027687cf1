"""Figures stated within bounds: comparators, ranges, months without days."""

from __future__ import annotations

import pytest

from extractors.quantities import find_date_ranges, find_durations, find_percents


@pytest.mark.parametrize(
    ("text", "bound", "low", "high"),
    [
        ("gave > 50 % relief", "more_than", None, None),
        ("gave relief of greater than 50%", "more_than", None, None),
        ("well over 50% relief", "more_than", None, None),
        ("just over 50 percent better", "more_than", None, None),
        ("relief in excess of 50%", "more_than", None, None),
        ("at least 50% relief", "at_least", None, None),
        ("greater than or equal to 50% relief", "at_least", None, None),
        ("> or = 50% relief", "at_least", None, None),
        ("50% or more relief", "at_least", None, None),
        ("up to 50% relief", "at_most", None, None),
        ("less than 50% relief", "less_than", None, None),
        ("nearly 50% relief", "less_than", 45.0, None),
        ("just shy of 50% relief", "less_than", 45.0, None),
        ("40 to 60% relief", "range", 40.0, 60.0),
        ("about 50% relief", "exact", None, None),
        ("50% relief", "exact", None, None),
    ],
)
def test_percent(text, bound, low, high):
    (found,) = find_percents(text)
    assert found.value == 50
    assert (found.stated.bound, found.stated.low, found.stated.high) == (bound, low, high)


@pytest.mark.parametrize(
    ("text", "bound", "low", "high"),
    [
        ("therapy for less than 6 weeks", "less_than", None, None),
        ("just short of 6 weeks of therapy", "less_than", 5.4, None),
        ("almost six weeks of therapy", "less_than", 5.4, None),
        ("therapy for up to 6 weeks", "at_most", None, None),
        ("at least six weeks of therapy", "at_least", None, None),
        ("six weeks or more of therapy", "at_least", None, None),
        ("more than 6 weeks of therapy", "more_than", None, None),
        ("went for over 6 weeks", "more_than", None, None),
        ("8 visits over 6 weeks", "exact", None, None),
        ("therapy for 5-7 weeks", "range", 5.0, 7.0),
        ("therapy x 6 weeks", "exact", None, None),
    ],
)
def test_weeks(text, bound, low, high):
    (found,) = [d for d in find_durations(text) if d.unit == "week"]
    assert round(found.weeks, 2) == 6
    assert (found.stated_weeks.bound, found.stated_weeks.low, found.stated_weeks.high) == (bound, low, high)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        # 31 October to 1 November: two days. 1 October to 30 November: 61 days.
        ("from October 2025 to November 2025", (0.29, 8.71)),
        ("from October 6, 2025 to November 2025", (3.86, 8.0)),
        ("from October 6, 2025 to November 17, 2025", None),
    ],
)
def test_months_without_days(text, bounds):
    (found,) = find_date_ranges(text)
    assert found.bounds == bounds

"""Lengths of time: a month of a note reaches a month of a policy, whatever the unit and the rounding."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from rules.assessment import Parameter
from rules.bounds import Interval
from rules.durations import as_days, asked_days, back, in_days, lasts, span, told_days
from rules.threshold import Threshold


def need(value, unit, comparison="at_least"):
    shown = Parameter(
        name="length", value=value, unit=unit, comparison=comparison, policy="p", policy_version="1",
        effective_from=dt.date(2025, 1, 1), verification="seed", last_verified=dt.date(2026, 1, 1),
        reference="r",
    )  # fmt: skip
    return Threshold(shown, value, comparison)


def exactly(days):
    return Interval(days, days)


def test_a_month_is_as_in_the_annotation_guide():
    assert in_days(1, "months") == pytest.approx(30.415)
    assert in_days(6, "weeks") == 42
    assert in_days(12, "hours") == 0.5
    assert in_days(2, "years") == 730
    with pytest.raises(ValueError, match="'fortnights' is no unit of time: write one of hours, days"):
        in_days(1, "fortnights")


@pytest.mark.parametrize(
    ("value", "unit", "days"),
    [(3, "months", 91), (6, "months", 182), (12, "months", 364), (6, "weeks", 42), (1, "weeks", 7)],
)
def test_a_policy_is_held_in_whole_days(value, unit, days):
    assert asked_days(need(value, unit)) == days


def test_below_a_week_fractions_stand():
    assert asked_days(need(36, "hours")) == 1.5
    assert lasts(need(36, "hours"), exactly(1.4)) is False
    assert lasts(need(36, "hours"), exactly(1.5)) is True


@pytest.mark.parametrize("months", range(1, 25))
@pytest.mark.parametrize("factor", [30.415, 30.4167])
def test_months_of_a_note_reach_the_same_months_of_a_policy(months, factor):
    """With either mean month, and with weeks rounded to one decimal as well."""
    assert lasts(need(months, "months"), exactly(months * factor)) is True
    assert lasts(need(months, "months"), as_days(exactly(round(months * 4.345, 1)), "weeks")) is True
    assert lasts(need(months + 1, "months"), exactly(months * factor)) is False


@pytest.mark.parametrize(
    ("value", "unit", "days", "expected"),
    [
        (6, "months", 182, True),  # 26 weeks
        (6, "months", 181.4, False),
        (3, "months", 91, True),  # 13 weeks
        (3, "months", 84, False),  # 12 weeks
        (12, "weeks", 84, True),
        (12, "weeks", 83, False),
        (12, "weeks", 91.25, True),
    ],
)
def test_boundaries(value, unit, days, expected):
    assert lasts(need(value, unit), exactly(days)) is expected


def test_bounds_leave_a_length_open():
    half_year = need(6, "months")
    assert lasts(half_year, span(6, "months", "more_than")) is True
    assert lasts(half_year, span(4, "months", "at_least")) is None
    assert lasts(half_year, span(6, "months", "less_than")) is False
    assert lasts(half_year, span(6, "months", "at_most")) is None
    assert span(3, "weeks", "more_than") == Interval(21, math.inf, low_open=True)
    assert as_days(Interval(2, math.inf, True, False), "weeks") == Interval(14, math.inf, True, False)
    assert as_days(Interval(0, 3, False, True), "weeks") == Interval(0, 21, False, True)


def test_other_comparisons():
    assert lasts(need(2, "years", "more_than"), exactly(730)) is False
    assert lasts(need(2, "years", "more_than"), exactly(731)) is True
    assert lasts(need(12, "months", "at_most"), exactly(364)) is True
    assert lasts(need(12, "months", "at_most"), exactly(366)) is False


@pytest.mark.parametrize(
    ("value", "unit", "day"),
    [
        (14, "days", dt.date(2026, 2, 15)),
        (4, "weeks", dt.date(2026, 2, 1)),
        (6, "months", dt.date(2025, 9, 1)),
        (2, "years", dt.date(2024, 3, 1)),
    ],
)
def test_back_by_the_calendar(value, unit, day):
    assert back(dt.date(2026, 3, 1), need(value, unit)) == day


def test_back_to_a_shorter_month():
    assert back(dt.date(2026, 8, 31), need(6, "months")) == dt.date(2026, 2, 28)
    with pytest.raises(ValueError, match="no unit of time"):
        back(dt.date(2026, 8, 31), need(6, None))


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (182.5, "6 months"), (30.4167, "1 month"), (84, "12 weeks"), (7, "1 week"), (10, "10 days"),
        (1, "1 day"), (0.25, "6 hours"), (1.5, "1.5 days"), (91, "3 months"), (182, "6 months"),
        (0, "0 hours"), (26, "26 days"), (365, "12 months"),
    ],
)  # fmt: skip
def test_told(days, words):
    assert told_days(days) == words

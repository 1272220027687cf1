"""Days at the ends of the calendar: reckoning stops there and never raises."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.dates import months_before, shifted

DAY = dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (DAY, 1, dt.date(2026, 3, 2)),
        (DAY, -1, dt.date(2026, 2, 28)),
        (DAY, 1.9, dt.date(2026, 3, 2)),
        (DAY, 0, DAY),
        (dt.date.min, -1, dt.date.min),
        (dt.date.max, 1, dt.date.max),
        (dt.date.min, 1, dt.date(1, 1, 2)),
        (dt.date.max, -1, dt.date(9999, 12, 30)),
        (dt.date.min, 1e300, dt.date.max),
        (dt.date.max, -1e300, dt.date.min),
        (dt.date.min, dt.date.max.toordinal() - 1, dt.date.max),
    ],
)
def test_shifted(day, days, expected):
    assert shifted(day, days) == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (DAY, 12, dt.date(2025, 3, 1)),
        (dt.date(2026, 3, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(1, 12, 5), 11, dt.date(1, 1, 5)),
        (dt.date(1, 12, 5), 12, dt.date.min),
        (dt.date(9999, 1, 5), -11, dt.date(9999, 12, 5)),
        (dt.date(9999, 1, 5), -12, dt.date.max),
    ],
)
def test_months_before(day, months, expected):
    assert months_before(day, months) == expected

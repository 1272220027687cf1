"""Measures and intervals against figures that were worked out by hand, and the laws that they keep."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.bootstrap import compared, scored
from pipeline.evaluation.counts import Counts
from pipeline.evaluation.measures import names

GOOD: Counts = {"therapies:tp": 3, "radicular:right": 1, "radicular:total": 1}
BAD: Counts = {"therapies:fp": 1, "therapies:fn": 2, "radicular:total": 1, "radicular.false_present:n": 1}


def test_values_by_hand() -> None:
    scores = scored([GOOD, BAD], resamples=0)
    assert scores["therapies.f1"].value == pytest.approx(6 / 9)
    assert scores["therapies.precision"].value == pytest.approx(3 / 4)
    assert scores["therapies.recall"].value == pytest.approx(3 / 5)
    assert scores["radicular.accuracy"].value == 0.5
    assert scores["radicular.false_present"].value == 1
    assert scores["surgeries.f1"].value is None
    assert scores["therapies.f1"].detail == "tp 3 fp 1 fn 2"
    assert scores["radicular.accuracy"].detail == "1/2"
    assert tuple(scores) == names()


def test_balanced_averages_over_the_classes_of_the_gold() -> None:
    yes: Counts = {"criteria.mbb_over_50=met:right": 1, "criteria.mbb_over_50=met:total": 1}
    no: Counts = {"criteria.mbb_over_50=not_met:total": 3, "criteria.mbb_over_50=not_met:right": 1}
    scores = scored([yes, no], resamples=0)
    assert scores["criteria.mbb_over_50.balanced"].value == pytest.approx((1 + 1 / 3) / 2)
    assert scores["criteria.balanced"].value == scores["criteria.mbb_over_50.balanced"].value
    assert scores["criteria.mbb_over_50.balanced"].detail == "2 classes"


def test_the_seed_alone_decides_and_intervals_hold_what_they_should() -> None:
    notes = [GOOD] * 6 + [BAD] * 4
    first, again = scored(notes, 400, 1), scored(notes, 400, 1)
    assert first == again
    s = first["radicular.accuracy"]
    assert s.low is not None
    assert s.high is not None
    # A binomial share of 0.6 of 10 has its 95 % range at 0.3 to 0.9.
    assert s.low == pytest.approx(0.3, abs=0.11)
    assert s.high == pytest.approx(0.9, abs=0.11)
    same = scored([GOOD] * 5, 100, 3)["therapies.f1"]
    assert (same.value, same.low, same.high) == (1.0, 1.0, 1.0)


def test_the_interval_is_the_middle_95_percent_of_the_resamples() -> None:
    # Under resampling a share of 0.5 over 40 notes is binomial: its 2.5 and 97.5 % quantiles are 14 and 26
    # of 40 (those of 5 and 95 % are 15 and 25).
    s = scored([GOOD, BAD] * 20, 20_000, 7)["radicular.accuracy"]
    assert (s.low, s.high) == (14 / 40, 26 / 40)


def test_no_notes_and_no_resamples_have_no_interval() -> None:
    assert scored([], 10, 1)["therapies.f1"].value is None
    assert scored([GOOD], 0, 1)["therapies.f1"].low is None


COUNTS = st.fixed_dictionaries(
    {k: st.integers(0, 4) for k in ("therapies:tp", "therapies:fp", "therapies:fn")}
)


@given(st.lists(COUNTS, min_size=1, max_size=8))
def test_a_run_against_itself_differs_in_nothing(notes: list[Counts]) -> None:
    for d in compared(notes, notes, 50, 5).values():
        assert d.difference in (None, 0)
        assert not d.clear
        # Paired: both runs are drawn the same notes.
        assert d.low in (None, 0)
        assert d.high in (None, 0)
    s = scored(notes, 50, 5)["therapies.f1"]
    if s.value is not None and s.low is not None and s.high is not None:
        assert 0 <= s.low <= s.high <= 1


def test_a_difference_that_every_note_shows_is_clear() -> None:
    d = compared([BAD] * 8, [GOOD] * 8, 200, 1)["radicular.accuracy"]
    assert (d.old, d.new, d.difference, d.low, d.high, d.clear) == (0.0, 1.0, 1.0, 1.0, 1.0, True)
    with pytest.raises(ValueError, match="1 notes against 2"):
        compared([GOOD], [GOOD, BAD])

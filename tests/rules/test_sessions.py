"""Procedures in time: partial dates as spans, statements of one procedure, sessions in a window."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.bounds import Interval
from rules.sessions import count, days_between, each_once, event_of, in_time, same_event
from rules.view import CaseView

DAY = dt.date(2026, 3, 1)
DOCUMENTS = [
    {"id": "note", "date": DAY},
    {"id": "old", "date": dt.date(2026, 1, 5), "kind": "procedure_note"},
    {"id": "undated", "date": None},
]


def block(date=None, percent=None, doc="note", status="past", **more):
    return {
        "kind": "medial_branch_block", "status": status, "region": "lumbar", "percent_relief": percent,
        "doc": doc, **({"date": date} if date else {}), **more,
    }  # fmt: skip


@pytest.fixture
def events(build_case):
    def build(*blocks, on=DAY):
        case = build_case({"documents": DOCUMENTS, "facts": {"injections": list(blocks)}})
        view = CaseView(case, on)
        return tuple(event_of(view, f) for f in case.injections)

    return build


@pytest.mark.parametrize(
    ("spec", "first", "last", "told", "when"),
    [
        (block("2026-01-05"), "2026-01-05", "2026-01-05", True, "2026-01-05"),
        (block("2026-01"), "2026-01-01", "2026-01-31", True, "2026-01"),
        (block("2025"), "2025-01-01", "2025-12-31", True, "2025"),
        # A span ends with the document and with the day asked.
        (block("2026-01", doc="old"), "2026-01-01", "2026-01-05", True, "2026-01"),
        (block("2026-03"), "2026-03-01", "2026-03-01", True, "2026-03-01"),
        (block(status="performed", doc="old"), "2026-01-05", "2026-01-05", True, "2026-01-05"),
        (block("2025-12-30", status="performed", doc="old"), "2025-12-30", "2025-12-30", True, "2025-12-30"),
        (block(doc="old"), "0001-01-01", "2026-01-05", False, "no date"),
        (block(doc="undated"), "0001-01-01", "2026-03-01", False, "no date"),
        (block(status="performed", doc="undated"), "0001-01-01", "2026-03-01", False, "no date"),
        # A date after its own document stays as told.
        (block("2026-02-10", doc="old"), "2026-02-10", "2026-02-10", True, "2026-02-10"),
    ],
)
def test_when_an_event_can_have_been(events, spec, first, last, told, when):
    (event,) = events(spec)
    assert (event.first.isoformat(), event.last.isoformat()) == (first, last)
    assert (event.told, event.when) == (told, when)
    assert event.is_day is (first == last)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (block("2026-01-05"), block("2026-01-05"), True),
        (block("2026-01-05", 80), block("2026-01-05", 90), True),
        (block("2026-01-05"), block("2026-01-06"), False),
        (block("2026-01-05", laterality="left"), block("2026-01-05", laterality="right"), False),
        (block("2026-01-05", laterality="left"), block("2026-01-05", laterality="bilateral"), False),
        (block("2026-01-05", laterality="left"), block("2026-01-05"), True),
        (block("2026-01-05", levels=["L4-L5"]), block("2026-01-05", levels=["L2-L3"]), False),
        (block("2026-01-05", levels=["L4-L5"]), block("2026-01-05", levels=["l5"]), True),
        # A month of one document: figures that differ tell of two.
        (block("2026-01", 80), block("2026-01", 90), False),
        (block("2026-01", 80), block("2026-01"), True),
        (block(None, 80), block(None, 80), False),
        # Two documents.
        (block("2026-01-05", 85), block(doc="old", status="performed"), True),
        (block("2026-01-06", 85), block(doc="old", status="performed"), False),
        (block("2026-01", 85), block(doc="old", status="performed"), True),
        (block("2026-01", 85), block(None, 80, doc="old", status="performed"), False),
        (block("2026-02", 85), block(doc="old", status="performed"), False),
        (block("2025-12", 85), block(doc="old", status="performed"), False),
        (
            block("2026-01", laterality="left"),
            block(doc="old", status="performed", laterality="right"),
            False,
        ),
        (
            block("2026-01", laterality="left"),
            block(doc="old", status="performed", laterality="bilateral"),
            False,
        ),
        (block("2026-01-05", 85), block(None, 85, doc="undated"), True),
        (block("2026-01-05", 85), block(None, 80, doc="undated"), False),
        (block("2026-01-05", 85, levels=["L4"]), block(None, 85, doc="undated", levels=["L4", "L5"]), False),
    ],
)
def test_statements_of_one_procedure(events, one, other, same):
    a, b = events(one, other)
    assert same_event(a, b) is same
    assert same_event(b, a) is same


def test_the_statement_with_a_figure_is_kept(build_case):
    specs = [block(doc="old", status="performed"), block("2026-01-05", 85), block("2026-01-05", 90)]
    case = build_case({"documents": DOCUMENTS, "facts": {"injections": specs}})
    assert [f.id for f in each_once(CaseView(case, DAY), case.injections)] == ["injections-1"]


YEAR_AGO = dt.date(2025, 3, 1)


@pytest.mark.parametrize(
    ("dates", "fewest", "most"),
    [
        ([], 0, 0),
        (["2026-01-05", "2026-01-05", "2026-01-19"], 2, 2),
        # The window's own ends are not in it.
        (["2025-03-01"], 0, 0),
        (["2025-03-02"], 1, 1),
        (["2026-03-01"], 0, 0),
        (["2026-02-28"], 1, 1),
        # A month may hold the day that is known, or another.
        (["2026-01-05", "2026-01"], 1, 2),
        (["2026-01-05", "2026-01-19", "2026-01"], 2, 3),
        (["2026-01", "2026-02"], 2, 2),
        (["2026-01", "2026-01"], 1, 2),
        (["2025"], 0, 1),
        (["2025-03"], 0, 1),
        (["2025-02"], 0, 0),
        (["2026"], 0, 1),
        ([None], 0, 1),
        ([None, "2026-01-05"], 1, 2),
    ],
)
def test_sessions_in_a_window(events, dates, fewest, most):
    found = events(*(block(d) for d in dates))
    assert count(found, YEAR_AGO, DAY) == Interval(fewest, most)


def test_without_a_window_everything_counts(events):
    assert count(events(block("2019-05-01"), block("2026-03-01"), block())) == Interval(2, 3)
    assert count(events(block("2019-05-01"), block("2026-02-01")), after=YEAR_AGO) == Interval(1, 1)
    assert count(events(block("2019-05-01"), block("2026-02-01")), before=YEAR_AGO) == Interval(1, 1)


def test_order_and_days_between(events):
    found = events(block("2026-02-02"), block("2026-01"), block("2026-01-05"), block())
    assert [e.when for e in in_time(found)] == ["2026-01-05", "2026-01", "2026-02-02", "no date"]
    third, month, day, _ = found
    assert days_between(day, third) == Interval(28, 28)
    assert days_between(month, third) == Interval(2, 32)
    assert days_between(third, month) == Interval(2, 32)
    assert days_between(month, day) == Interval(0, 26)

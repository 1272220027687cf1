"""Claim edits: what the shipped tables answer, and where they say that they do not know."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from rules.codes import build_ncci, cpt, ncci, ncci_rows

FIRST, LAST = dt.date(2024, 7, 1), dt.date(2024, 9, 30)
BEFORE, AFTER = dt.date(2024, 6, 30), dt.date(2024, 10, 1)


def test_the_table_is_what_the_builder_makes():
    extracts = {p.name: p.read_text("utf-8") for p in build_ncci.SOURCES.glob("*.tsv")}
    assert build_ncci.TARGET.read_text("utf-8") == build_ncci.build(extracts)


@pytest.mark.parametrize(
    ("first", "second", "column_1", "indicator"),
    [
        # Ablation beside guidance, trigger points, epidurals and blocks: a modifier may lift it.
        ("64633", "77003", "64633", "1"),
        ("64635", "20552", "64635", "1"),
        ("64635", "62323", "64635", "1"),
        ("64635", "64493", "64635", "1"),
        ("64635", "64451", "64635", "1"),
        ("64635", "64625", "64635", "1"),
        ("64625", "64636", "64625", "1"),
        # No modifier lifts these.
        ("64633", "0213T", "64633", "0"),
        ("64636", "0216T", "64636", "0"),
        ("64625", "64493", "64625", "0"),
        ("64628", "64483", "64628", "0"),
        ("63650", "64490", "63650", "0"),
        ("64451", "64493", "64451", "0"),
        # Deleted in one order, in force in the other.
        ("0213T", "20552", "20552", "1"),
    ],
)
def test_pairs_in_both_orders(first, second, column_1, indicator):
    for one, other in ((first, second), (second, first)):
        edit = ncci.ptp(one, other, FIRST)
        assert edit is not None
        assert (edit.column_1, edit.modifier_indicator, edit.known_on) == (column_1, indicator, True)
        assert {edit.column_1, edit.column_2} == {first, second}
        assert (edit.quarter, edit.verification) == ("2024Q3", "secondary")
        assert "1 July 2024" in edit.source
        assert edit.rationale


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("64633", "64635"),  # never a pair
        ("0213T", "0216T"),  # indicator 9: deleted as of its first day
        ("27096", "64479"),  # deleted in 2012
        ("G0260", "62321"),  # deleted in 2017
    ],
)
def test_no_edit_is_known_inside_the_quarter_and_unknown_outside(first, second):
    for day in (FIRST, LAST):
        assert ncci.ptp(first, second, day) is None
        assert ncci.ptp(second, first, day) is None
    for day in (BEFORE, AFTER, None):
        unknown = ncci.ptp(first, second, day)
        assert unknown is not None
        assert not unknown.known_on
        assert unknown.modifier_indicator is None
        assert (unknown.column_1, unknown.column_2) == (first, second)


@pytest.mark.parametrize(
    ("day", "known"), [(BEFORE, False), (FIRST, True), (LAST, True), (AFTER, False), (None, False)]
)
def test_the_quarter_ends_where_it_ends(day, known):
    edit = ncci.ptp("64635", "77003", day)
    assert edit is not None
    assert edit.known_on is known
    assert (edit.modifier_indicator, edit.quarter) == ("1", "2024Q3")
    assert ncci.mue("62323", day).known_on is known
    assert ncci.primaries("64636", day).known_on is known
    assert ncci.global_days("64493", day).known_on is known
    assert ncci.bilateral("64493", day).known_on is known


@pytest.mark.parametrize(
    "pair", [("64635", "0214T"), ("0214T", "64635"), ("62320", "62322"), ("99213", "99214")]
)
def test_a_code_that_was_not_read_is_unknown_on_every_day(pair):
    for day in (FIRST, AFTER, None):
        edit = ncci.ptp(*pair, day)
        assert edit is not None
        assert (edit.known_on, edit.quarter, edit.source, edit.modifier_indicator) == (
            False,
            None,
            None,
            None,
        )


@pytest.mark.parametrize(
    ("code", "units", "indicator"),
    [
        ("64633", 1, "2"),
        ("64634", 4, "3"),
        ("64635", 1, "2"),
        ("64636", 4, "3"),
        *((f"6449{n}", 1, "2") for n in range(6)),
        ("64480", 4, "3"),
        ("64484", 4, "3"),
        ("62321", 1, "3"),
        ("62323", 1, "3"),
        ("63650", 2, "3"),
    ],
)
def test_units(code, units, indicator):
    answer = ncci.mue(code, FIRST)
    assert (answer.units, answer.adjudication_indicator, answer.known_on) == (units, indicator, True)
    assert answer.rationale


@pytest.mark.parametrize("code", ["64633", "64634", "64635", "64636", "64625", "64490", "64493", "64999"])
def test_units_attested_for_the_fourth_quarter_of_2026(code):
    for day, known in (
        (dt.date(2026, 9, 30), False),
        (dt.date(2026, 10, 1), True),
        (dt.date(2026, 12, 31), True),
        (dt.date(2027, 1, 1), False),
    ):
        assert ncci.mue(code, day).known_on is known
    later = ncci.mue(code, dt.date(2027, 1, 1))
    assert later.quarter == "2026Q4"
    assert "memorandum" in later.source


def test_the_nearest_quarter_before_the_day_speaks_where_none_is_known():
    assert ncci.mue("64635", dt.date(2020, 1, 1)).quarter == "2024Q3"
    assert ncci.mue("64635", dt.date(2025, 1, 1)).quarter == "2024Q3"
    assert ncci.mue("64635", dt.date(2026, 9, 30)).quarter == "2024Q3"
    assert ncci.mue("64635", dt.date(2027, 1, 1)).quarter == "2026Q4"
    assert ncci.mue("64635", None).quarter == "2026Q4"
    assert ncci.mue("64999", FIRST).quarter == "2026Q4"
    assert not ncci.mue("64999", FIRST).known_on
    # 62323 was not read for the fourth quarter of 2026, although the table has that quarter.
    assert (
        ncci.mue("62323", dt.date(2026, 10, 1)).quarter,
        ncci.mue("62323", dt.date(2026, 10, 1)).known_on,
    ) == (
        "2024Q3",
        False,
    )
    nothing = ncci.mue("99213", FIRST)
    assert (nothing.units, nothing.quarter, nothing.known_on) == (None, None, False)


@pytest.mark.parametrize(
    ("add_on", "primaries"),
    [
        ("64634", {"64633"}),
        ("64636", {"64635"}),
        ("64491", {"64490"}),
        ("64492", {"64490", "64491"}),
        ("64494", {"64490", "64493"}),
        ("64495", {"64493", "64494"}),
        ("64480", {"64479"}),
        ("64484", {"64483"}),
        ("64629", {"64628"}),
    ],
)
def test_add_ons(add_on, primaries):
    answer = ncci.primaries(add_on, FIRST)
    assert set(answer.primaries) == primaries
    assert (answer.edit_type, answer.known_on) == ("1", True)


def test_what_is_no_add_on_and_what_was_not_read():
    assert ncci.primaries("64635", FIRST) is None
    outside = ncci.primaries("64635", AFTER)
    assert (outside.primaries, outside.edit_type, outside.known_on) == ((), None, False)
    assert not ncci.primaries("0214T", FIRST).known_on


def test_cpt_yaml_agrees_with_the_add_on_table():
    """Every add-on of cpt.yaml has the table's primaries; those that the table lacks are named here."""
    unread = set()
    for entry in cpt.table().values():
        answer = ncci.primaries(entry.code, FIRST)
        if entry.role == "add_on" and (answer is None or not answer.known_on):
            unread.add(entry.code)
        elif entry.role == "add_on":
            assert set(answer.primaries) == set(entry.primaries), entry.code
        elif entry.role == "primary":
            assert answer is None or not answer.known_on, entry.code
    assert unread == {"0214T", "0215T", "0217T", "0218T"}


@pytest.mark.parametrize(
    ("code", "days", "bilateral"),
    [
        ("64633", "010", "1"),
        ("64634", "ZZZ", "1"),
        ("64635", "010", "1"),
        ("64636", "ZZZ", "1"),
        ("64493", "000", "1"),
        ("62321", "000", "9"),
        ("62323", "000", "9"),
        ("64628", "010", "0"),
        ("77003", "ZZZ", "0"),
    ],
)
def test_indicators(code, days, bilateral):
    assert ncci.global_days(code, FIRST).value == days
    assert ncci.bilateral(code, FIRST).value == bilateral
    assert ncci.global_days(code).value == days
    assert not ncci.global_days(code).known_on


def test_indicators_that_were_not_read():
    assert ncci.bilateral("99213", FIRST).value is None
    assert ncci.bilateral("64635", dt.date(2026, 10, 1)).known_on
    assert not ncci.bilateral("62323", dt.date(2026, 10, 1)).known_on


def test_quarters_and_version():
    assert ncci.quarters("ptp") == ("2024Q3",)
    assert ncci.quarters("mue") == ("2024Q3", "2026Q4")
    assert ncci.version() == ("ptp 2024Q3; mue 2024Q3 2026Q4; add_on 2024Q3; indicators 2024Q3 2026Q4")


@pytest.mark.parametrize("quarter", ["2024Q1", "2024Q2", "2024Q3", "2024Q4"])
def test_the_days_of_a_quarter(quarter):
    first, last = ncci_rows.first_day(quarter), ncci_rows.last_day(quarter)
    one = dt.timedelta(days=1)
    assert ncci_rows.quarter_of(first) == ncci_rows.quarter_of(last) == quarter
    assert ncci_rows.quarter_of(first - one) != quarter
    assert ncci_rows.quarter_of(last + one) != quarter
    assert first.day == 1


@pytest.mark.parametrize("name", ["2024Q0", "2024Q5", "24Q1", "2024-07-01", "2024Q3 "])
def test_what_is_no_quarter(name):
    with pytest.raises(ValueError, match="is not a quarter"):
        ncci_rows.first_day(name)


def _edits(rows):
    """Edits whose table of pairs has these rows, of the third quarter of 2024."""
    raw = json.loads(build_ncci.TARGET.read_text("utf-8"))
    raw["ptp"]["rows"] = [
        {"column_1": "64635", "column_2": "77003", "rationale": "-", "quarters": ["2024Q3"], **row}
        for row in rows
    ]
    return ncci.Edits(ncci_rows.Tables.model_validate(raw))


def test_an_edit_holds_from_its_first_day_to_its_deletion_date():
    edits = _edits([{"modifier_indicator": "0", "effective": "2024-08-02", "deleted": "2024-08-20"}])
    found = {
        day: edits.ptp("77003", "64635", dt.date(2024, 8, day)) is not None for day in (1, 2, 3, 19, 20, 21)
    }
    assert found == {1: False, 2: True, 3: True, 19: True, 20: True, 21: False}
    # Outside the quarter the state of its last day is what is told, and that edit was deleted by then.
    later = edits.ptp("77003", "64635", AFTER)
    assert (later.known_on, later.quarter, later.modifier_indicator) == (False, "2024Q3", None)


def test_outside_its_quarter_the_edit_stands_as_it_did_on_the_quarters_last_day():
    edits = _edits([{"modifier_indicator": "1", "effective": "2024-08-02"}])
    for day in (BEFORE, AFTER, None):
        edit = edits.ptp("77003", "64635", day)
        assert (edit.known_on, edit.modifier_indicator) == (False, "1")
    assert edits.ptp("77003", "64635", FIRST) is None


def test_of_two_rows_of_a_pair_the_one_in_force_answers():
    edits = _edits(
        [
            {"modifier_indicator": "0", "deleted": "2024-07-31"},
            {"modifier_indicator": "1", "effective": "2024-08-01"},
        ]
    )
    assert edits.ptp("64635", "77003", dt.date(2024, 7, 31)).modifier_indicator == "0"
    assert edits.ptp("64635", "77003", dt.date(2024, 8, 1)).modifier_indicator == "1"


def test_a_row_outside_its_quarters_codes_is_refused():
    with pytest.raises(ValueError, match="not among the codes of quarter"):
        _edits([{"column_2": "99213", "modifier_indicator": "0"}])
    with pytest.raises(ValueError, match="not among the codes of quarter"):
        _edits([{"modifier_indicator": "0", "quarters": ["2025Q1"]}])

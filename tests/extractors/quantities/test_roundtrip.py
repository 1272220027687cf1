"""Round trips: a value, written in one of the styles that clinicians use, reads back as itself."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import quantities as q
from extractors.quantities.level_grammar import SPINE, between, segments_between

SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spell(n: int) -> str:
    if n < 20:
        return SMALL[n]
    if n == 100:
        return "one hundred"
    return TENS[n // 10] + (f"-{SMALL[n % 10]}" if n % 10 else "")


@given(st.integers(0, 100), st.sampled_from([str.lower, str.upper, str.title]))
def test_numbers_in_words(n: int, case) -> None:
    assert q.parse_number(case(spell(n))) == n
    assert q.parse_number(case(spell(n).replace("-", " "))) == n


UNITS = {"day": (1.0, ["days", "d"]), "week": (7.0, ["weeks", "wks", "wk", "w"]),
         "month": (30.4167, ["months", "mo", "mos"]), "year": (365.0, ["years", "yrs", "yr"])}  # fmt: skip


@given(
    st.integers(2, 20),
    st.sampled_from(sorted(UNITS)),
    st.sampled_from(
        [
            "{n} {u} of therapy",
            "x{n}{u}",
            "x {n} {u}",
            "therapy for {n} {u} without help",
            "{w} {u} of PT",
            "FOR {W} {U}",
            "~{n} {u}",
            "over {n} {u}",
        ]
    ),
    st.data(),
)
def test_durations(n: int, unit: str, form: str, data: st.DataObject) -> None:
    days, names = UNITS[unit]
    name = data.draw(st.sampled_from(names if form.startswith("x{n}") else [u for u in names if len(u) > 1]))
    text = form.format(n=n, u=name, w=spell(n), W=spell(n).upper(), U=name.upper())
    found = q.find_durations(text)
    assert [(d.kind, round(d.value_days, 6)) for d in found] == [("span", round(n * days, 6))]


DAYS = st.dates(date(1990, 1, 1), date(2045, 12, 31))
DATE_FORMS = ["{d.month}/{d.day}/{d.year}", "{d:%m/%d/%Y}", "{d:%m/%d/%y}", "{d:%Y-%m-%d}",
              "{d:%B} {d.day}, {d.year}",
              "{d:%b} {d.day}, {d.year}", "{d.day} {d:%B} {d.year}", "{d:%m-%d-%Y}"]  # fmt: skip


@given(DAYS, st.sampled_from(DATE_FORMS), st.booleans())
def test_dates(day: date, form: str, upper: bool) -> None:
    written = form.format(d=day)
    text = f"seen on {written.upper() if upper else written} in clinic"
    assert [m.value for m in q.find_dates(text)] == [day]
    assert text[q.find_dates(text)[0].start : q.find_dates(text)[0].end].lower() == written.lower()


@given(
    DAYS,
    st.integers(7, 300),
    st.sampled_from(DATE_FORMS),
    st.sampled_from([" to ", " through ", " - ", " until "]),
)
def test_date_ranges(first: date, days: int, form: str, join: str) -> None:
    last = first + timedelta(days=days)
    text = f"PT {form.format(d=first)}{join}{form.format(d=last)}, no change"
    assert [r.weeks for r in q.find_date_ranges(text)] == [round(days / 7, 2)]


BONES = [n for n in SPINE if (n not in {"C0", "C8"} and not n.startswith("S")) or n == "S1"]


@given(
    st.integers(0, len(BONES) - 2),
    st.sampled_from(["{a}-{b}", "{a}/{b}", "{a}–{b}", "{a}-{n}", "{a}/{n}", "{a}{b}"]),
)
def test_segments(i: int, form: str) -> None:
    a, b = BONES[i], BONES[i + 1]
    if "{n}" in form and a[0] != b[0]:
        form = "{a}-{b}"
    text = f"the {form.format(a=a, b=b, n=b[1:])} facet joint"
    assert q.levels(text) == [f"{a}-{b}"]


@given(st.integers(0, len(BONES) - 3), st.integers(2, 4), st.sampled_from(["-", " to ", " through "]))
def test_ranges_are_segments_for_joints_and_names_for_nerves(i: int, more: int, join: str) -> None:
    a, b = BONES[i], BONES[min(i + more, len(BONES) - 1)]
    assert q.levels(f"{a}{join}{b} fusion") == segments_between(a, b)
    assert q.levels(f"{a}{join}{b} medial branch blocks") == between(a, b)


@given(
    st.integers(0, 100),
    st.sampled_from(["{n}% relief", "{n} percent relief", "{w} percent relief", "relief of {n}%"]),
)
def test_percent(n: int, form: str) -> None:
    assert [(p.value, p.role) for p in q.find_percents(form.format(n=n, w=spell(n)))] == [(n, "relief")]


@given(
    st.integers(1, 10),
    st.integers(0, 10),
    st.sampled_from(["{a}/10 -> {b}/10", "{a}->{b}", "NRS pre {a} post {b}"]),
)
def test_relief_from_scores(a: int, b: int, form: str) -> None:
    want = float(max(0, int((a - b) / a * 100 + 0.5)))
    assert [r.percent for r in q.find_relief(form.format(a=a, b=b))] == [want]


@given(
    st.integers(0, 10),
    st.sampled_from(["pain {n}/10", "pain is {n} out of 10", "{w} out of ten", "NRS: {n}", "VAS {n}"]),
)
def test_scores(n: int, form: str) -> None:
    assert [s.value for s in q.find_scores(form.format(n=n, w=spell(n)))] == [n]


@given(
    st.integers(1, 60),
    st.sampled_from(["{n} visits", "{w} visits", "attended {n} sessions", "{n} PT visits"]),
)
def test_sessions(n: int, form: str) -> None:
    assert q.sessions(form.format(n=n, w=spell(n))) == n


FINDERS = (
    q.find_durations, q.find_levels, q.find_laterality, q.find_percents, q.find_relief, q.find_scores,
    q.find_dates, q.find_date_ranges, q.find_since, q.find_sessions, q.find_numbers,
)  # fmt: skip


@pytest.mark.parametrize("find", FINDERS, ids=lambda f: f.__name__)
@settings(max_examples=150, deadline=None)
@given(
    text=st.text(alphabet=st.sampled_from("0159/-–.,%xLCTS RrLbt \n½'’adweksyo>(#:+"), max_size=80)
    | st.text(max_size=40)
)
def test_never_raises_and_offsets_hold(find, text: str) -> None:
    for m in find(text):
        assert 0 <= m.start < m.end <= len(text)


@pytest.mark.slow
@pytest.mark.parametrize("find", FINDERS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "unit",
    [
        "L4-5, ",
        "a few of ",
        "6 weeks and ",
        "8/10 to ",
        "80% to ",
        "from 3/4/25 to ",
        "x x ",
        "1 1/2 ",
        "left or right ",
        "12 of the ",
        "    ",
        "no relief ",
        "since the ",
        "to ",
    ],
)
def test_time_grows_with_length(find, unit: str) -> None:
    def seconds(n: int) -> float:
        text = unit * (n // len(unit))
        best = 9.0
        for _ in range(2):
            start = time.process_time()
            find(text)
            best = min(best, time.process_time() - start)
        return best

    short, long = seconds(4_000), seconds(16_000)
    assert long < 0.02 or long < 9 * short

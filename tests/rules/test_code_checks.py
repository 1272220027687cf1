"""Coding checks beside their named cases: what remedies offer, lists of codes, codes of the other region."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.checks.c14_lumbosacral import sibling
from rules.checks.diagnosis_lists import is_listed
from rules.engine import assess


def finding(build_case, name, day=None, **request):
    facts = request.pop("facts", {})
    assessment = assess(build_case({"request": request, "facts": facts}), on=day)
    return next(f for f in assessment.findings if f.id == name)


def offered(found):
    return [(r.replaces, [c.code for c in r.codes]) for r in found.remedies if r.codes]


@pytest.mark.parametrize(
    ("header", "day", "there", "gone"),
    [
        ("M51.3", dt.date(2024, 9, 30), ["M51.36", "M51.37"], ["M51.360", "M51.369"]),
        ("M51.3", dt.date(2024, 10, 1), ["M51.360", "M51.379"], ["M51.36", "M51.37"]),
        ("M54.5", dt.date(2021, 10, 1), ["M54.50", "M54.51", "M54.59"], ["M54.5"]),
        ("M51.36", None, ["M51.360"], ["M51.36", "M51.370"]),
    ],
)
def test_a_header_offers_what_can_be_billed_on_the_day(build_case, header, day, there, gone):
    (_, codes), *rest = offered(finding(build_case, f"C1-{header}", day, cpt=["64635"], icd=[header]))
    assert not rest
    assert set(there) <= set(codes)
    assert not set(gone) & set(codes)


def test_a_header_offers_a_dozen_codes_at_most(build_case):
    ((_, codes),) = offered(finding(build_case, "C1-M47", cpt=["64635"], icd=["M47"]))
    assert len(codes) == 12
    assert codes == sorted(codes)


def test_what_is_no_code_offers_none(build_case):
    found = finding(build_case, "C1-M47.810", cpt=["64635"], icd=["M47.810"])
    assert found.remedies
    assert not offered(found)


def test_the_code_with_claudication_replaces_the_one_without(build_case):
    found = finding(build_case, "C6-M48.061", cpt=["62323"], icd=["M48.061"], facts={"claudication": [{}]})
    assert offered(found) == [("M48.061", ["M48.062"])]


@pytest.mark.parametrize(
    ("code", "pattern", "expected"),
    [
        ("M51.361", "axial", ["M51.360"]),
        ("M51.360", "limb", ["M51.361"]),
        ("M51.370", "both", ["M51.372"]),
    ],
)
def test_a_disc_code_gives_way_to_the_one_of_the_same_region(build_case, code, pattern, expected):
    facts = {"pain": [{"pattern": pattern}]}
    found = finding(build_case, f"C13-{code}", cpt=["64635"], icd=[code], facts=facts)
    assert offered(found) == [(code, expected)]


def test_a_disc_code_offers_nothing_where_only_the_leg_is_told(build_case):
    facts = {"radicular": [{"region": "lumbar", "status": "present"}]}
    found = finding(build_case, "C13-M51.360", cpt=["64635"], icd=["M51.360"], facts=facts)
    assert not found.remedies


def test_the_neighbouring_region_is_offered(build_case):
    found = finding(build_case, "C14", cpt=["64635"], icd=["M47.816", "M51.26"], levels=["L5-S1"])
    assert offered(found) == [("M47.816", ["M47.817"]), ("M51.26", ["M51.27"])]


@pytest.mark.parametrize(
    ("code", "other"),
    [
        ("M47.816", "M47.817"),
        ("M47.817", "M47.816"),
        ("M54.16", "M54.17"),
        ("M51.360", "M51.370"),
        ("M51.372", "M51.362"),
        ("M54.50", None),
        ("M48.061", None),
        ("M48.07", None),
        ("M47.812", None),
        ("E11.9", None),
    ],
)
def test_the_code_of_the_neighbouring_region(code, other):
    assert sibling(code) == other


@pytest.mark.parametrize(
    ("code", "items", "listed"),
    [
        ("M47.812", ["M47.812-M47.817"], True),
        ("M47.811", ["M47.812-M47.817"], False),
        ("M47.817", ["M47.812 – M47.817"], True),
        ("M47.818", ["M47.812-M47.817"], False),
        ("M48.16", ["M48.1"], True),
        ("M48.16", ["M48.1-"], True),
        ("M48.20", ["M48.1-"], False),
        ("M51.370", ["M51.36-M51.37"], True),
        ("M51.379", ["M51.36-M51.37"], True),
        ("M51.44", ["M51.36-M51.37"], False),
        ("T84.216A", ["T84.21-T84.29"], True),
        ("M46.1", ["M53.3", "M46.1"], True),
        ("M46.1", [], False),
    ],
)
def test_lists_hold_codes_headers_and_ranges(code, items, listed):
    assert is_listed(code, items) is listed


def test_both_sides_of_a_difference_are_shown(build_case):
    facts = {
        "ablations": [{"target": "facet", "status": "planned", "region": "lumbar", "laterality": "right"}],
        "claudication": [{"quote": "sits down after a block"}],
    }
    line = {
        "cpt": "64635",
        "laterality": "left",
        "evidence": [{"document": "note", "start": 900, "end": 905, "quote": "64635"}],
    }
    code = {
        "code": "M48.061",
        "evidence": [{"document": "note", "start": 950, "end": 957, "quote": "M48.061"}],
    }
    side = finding(build_case, "C12-lumbar-sacral-plan", lines=[line], icd=[code], facts=facts)
    assert [e.start for e in side.evidence] == [900, 0]
    stenosis = finding(build_case, "C6-M48.061", lines=[line], icd=[code], facts=facts)
    assert [e.quote for e in stenosis.evidence] == ["sits down after a block", "M48.061"]

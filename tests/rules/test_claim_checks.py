"""What the cases of the claim checks cannot say in YAML: places in the record, remedies, and other tables."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.case import ClaimLine
from rules.checks import check_of
from rules.checks.claim_lines import agree, by_day, sides_of
from rules.codes import ncci
from rules.engine import assess
from rules.policy import PolicyError
from rules.view import CaseView


def line(code, n, **more):
    """A line of a claim with its place in the note."""
    quote = f"{code} line {n}"
    place = {"document": "note", "start": 1000 + 100 * n, "end": 1000 + 100 * n + len(quote), "quote": quote}
    return {"cpt": code, "evidence": (place,), **more}


def finding(assessment, name):
    return next(f for f in assessment.findings if f.id == name)


PLACES = [
    pytest.param(
        {"lines": [line("64635", 0), line("64636", 1), line("20552", 2)]},
        {},
        {},
        "P1-64636",
        ["64635 line 0", "64636 line 1"],
        id="P1 met: the add-on and its primary",
    ),
    pytest.param(
        {"lines": [line("64636", 1), line("20552", 2)]},
        {},
        {},
        "P1-64636",
        ["64636 line 1"],
        id="P1: the add-on alone",
    ),
    pytest.param(
        {"lines": [line("64635", 0, units=2), line("64636", 1)]},
        {},
        {},
        "P2-64635",
        ["64635 line 0"],
        id="P2: the lines of the code",
    ),
    pytest.param(
        {"lines": [line("64635", 0, modifiers=["RT"]), line("64635", 1, modifiers=["LT"]), line("64636", 2)]},
        {},
        {},
        "P3-64635",
        ["64635 line 0", "64635 line 1"],
        id="P3: both lines",
    ),
    pytest.param(
        {"lines": [line("64635", 0), line("64636", 1)]},
        {
            "ablations": [
                {
                    "target": "facet",
                    "status": "planned",
                    "region": "lumbar",
                    "levels": ["L4-L5"],
                    "quote": "plan RFA L4-5",
                }
            ]
        },
        {},
        "P4-64635",
        ["64635 line 0", "64636 line 1", "plan RFA L4-5"],
        id="P4: the lines and the plan",
    ),
    pytest.param(
        {"lines": [line("64635", 0, levels=["L4-L5"])]},
        {
            "ablations": [
                {
                    "target": "facet",
                    "status": "planned",
                    "region": "lumbar",
                    "levels": ["L5-S1"],
                    "quote": "plan RFA L5-S1",
                }
            ]
        },
        {},
        "P4-64635",
        ["64635 line 0"],
        id="P4: lines that name joints go before the plan",
    ),
    pytest.param(
        {"lines": [line("64493", 0), line("64495", 1)]},
        {},
        {
            "checks": {"levels-per-session": {}},
            "parameters": {
                "levels_per_session": {"value": 2, "unit": "levels", "comparison": "at_most"},
                "noncovered_level_codes": {"value": ["64495"]},
            },
        },
        "P5-64495",
        ["64495 line 1"],
        id="P5: the excluded code's line",
    ),
    pytest.param(
        {"lines": [line("64493", 0, levels=["T12-L1"]), line("20552", 1)]},
        {},
        {"checks": {"border-level-coding": {}}},
        "P6-64493",
        ["64493 line 0"],
        id="P6: the session's lines",
    ),
    pytest.param(
        {"lines": [line("64635", 0), line("77003", 1), line("20552", 2)]},
        {},
        {},
        "P7-77003-64635",
        ["64635 line 0", "77003 line 1"],
        id="P7: guidance and procedure",
    ),
    pytest.param(
        {"lines": [line("62322", 0), line("64635", 1)]},
        {"guidance": [{"modality": "none", "quote": "landmarks only"}]},
        {},
        "P8-epidural",
        ["landmarks only", "62322 line 0"],
        id="P8: record and line",
    ),
    pytest.param(
        {"lines": [line("64635", 0), line("64493", 1)]},
        {"rationales": [{"kind": "combined_procedures", "quote": "because"}]},
        {},
        "P9-64635-64493",
        ["64635 line 0", "64493 line 1", "because"],
        id="P9: both lines and the reason",
    ),
    pytest.param(
        {"lines": [line("64493", 0), line("62323", 1), line("27096", 2)]},
        {"rationales": [{"kind": "combined_procedures", "quote": "because"}]},
        {"checks": {"combined-procedures": {}}},
        "P10-epidural",
        ["64493 line 0", "62323 line 1", "because"],
        id="P10: facet line, the other line, the reason",
    ),
    pytest.param(
        {"lines": [line("64625", 0), line("64493", 1), line("64635", 2)]},
        {},
        {},
        "P11-64625-64493",
        ["64625 line 0", "64493 line 1"],
        id="P11: both lines",
    ),
    pytest.param(
        {"lines": [line("64493", 0), line("64635", 1)]},
        {
            "injections": [
                {
                    "kind": "medial_branch_block",
                    "status": "planned",
                    "region": "lumbar",
                    "purpose": "diagnostic",
                    "quote": "plan",
                },
                {
                    "kind": "medial_branch_block",
                    "status": "past",
                    "region": "lumbar",
                    "date": "2024-01-05",
                    "quote": "block one",
                },
            ]
        },
        {"checks": {"diagnostic-modifier": {}}, "parameters": {"diagnostic_modifier": {"value": ["KX"]}}},
        "P12-64493",
        ["64493 line 0", "plan", "block one"],
        id="P12: lines, plan, earlier blocks",
    ),
    pytest.param(
        {"lines": [line("64635", 0), line("64493", 1)]},
        {"technique": [{"mode": "pulsed", "quote": "pulsed"}]},
        {
            "checks": {"ablation-technique": {}},
            "parameters": {"noncovered_techniques": {"value": ["pulsed"]}},
        },
        "P13",
        ["pulsed", "64635 line 0"],
        id="P13: record and ablation line",
    ),
    pytest.param(
        {"lines": [line("64635", 0), line("64493", 1)]},
        {
            "sedation": [{"kind": "moderate", "quote": "moderate sedation"}],
            "rationales": [{"kind": "sedation", "quote": "cannot lie still"}],
        },
        {"checks": {"sedation": {}}, "parameters": {"sedation_needs_reason": {"value": ["moderate"]}}},
        "P14-block",
        ["moderate sedation", "64493 line 1", "cannot lie still"],
        id="P14: record, block line, reason",
    ),
    pytest.param(
        {"lines": [line("62323", 0, modifiers=["50"]), line("64483", 1)]},
        {},
        {"checks": {"epidural-sides-and-levels": {}}},
        "P15-62323",
        ["62323 line 0"],
        id="P15: the code's line",
    ),
    pytest.param(
        {"lines": [line("64625", 0), line("27096", 1)]},
        {},
        {"checks": {"excluded-procedure": {}}, "parameters": {"noncovered_procedures": {"value": ["64625"]}}},
        "P16-64625",
        ["64625 line 0"],
        id="P16: the code's line",
    ),
]


@pytest.mark.parametrize(("request_", "facts", "setup", "name", "quotes"), PLACES)
def test_a_finding_points_to_the_lines_and_facts_that_it_rests_on(
    build_case, build_policy, request_, facts, setup, name, quotes
):
    request = {"icd": ["M47.816"], "claim_kind": "professional", **request_}
    case = build_case({"request": request, "facts": facts})
    found = finding(assess(case, build_policy({"setup": setup}), on=dt.date(2024, 8, 15)), name)
    assert sorted(e.quote for e in found.evidence) == sorted(quotes)
    named = {e.quote.split(" line ")[0] for e in found.evidence if " line " in e.quote}
    assert {c.code for c in found.codes} == named


def test_the_primaries_are_those_of_the_table_of_the_day(build_case, monkeypatch):
    """A quarter that lists another primary is followed, whatever the table of our labels says."""
    told = ncci.AddOn(known_on=True, quarter="2030Q1", code="64636", primaries=("64633",), edit_type="1")
    monkeypatch.setattr(ncci, "primaries", lambda code, on: told if code == "64636" else None)
    case = build_case({"request": {"cpt": ["64635", "64636"], "icd": ["M47.816"]}})
    assert finding(assess(case), "P1-64636").outcome == "contradiction"
    case = build_case({"request": {"cpt": ["64633", "64636"], "icd": ["M47.816"]}})
    assert finding(assess(case), "P1-64636").outcome == "met"


def test_an_add_on_that_the_table_of_the_day_does_not_know_goes_by_its_definition(build_case, monkeypatch):
    monkeypatch.setattr(ncci, "primaries", lambda code, on: None)
    case = build_case({"request": {"cpt": ["64493", "64636"], "icd": ["M47.816"]}})
    assert finding(assess(case), "P1-64636").outcome == "contradiction"
    case = build_case({"request": {"cpt": ["64635", "64636"], "icd": ["M47.816"]}})
    assert finding(assess(case), "P1-64636").outcome == "met"


def test_a_limit_of_each_line_is_held_against_lines_and_not_against_their_sum(build_case, monkeypatch):
    limit = ncci.Mue(known_on=True, quarter="2030Q1", code="64635", units=2, adjudication_indicator="1")
    monkeypatch.setattr(ncci, "mue", lambda code, on: limit if code == "64635" else None)
    lines = [
        {"cpt": "64635", "units": 2, "levels": ["L4-L5"]},
        {"cpt": "64635", "levels": ["L5-S1"]},
        {"cpt": "64636", "units": 9},
    ]
    case = build_case({"request": {"lines": lines, "icd": ["M47.816"]}})
    assert finding(assess(case), "P2-64635").outcome == "met"
    case = build_case({"request": {"lines": [{**lines[0], "units": 3}, *lines[1:]], "icd": ["M47.816"]}})
    found = finding(assess(case), "P2-64635")
    assert found.outcome == "contradiction"
    assert found.severity == "blocking"
    assert "counted on each line" in found.message


def test_an_indicator_that_knows_two_sides_lets_modifier_50_stand(build_case, build_policy, monkeypatch):
    known = ncci.Indicator(known_on=True, quarter="2030Q1", code="62323", value="1")
    monkeypatch.setattr(ncci, "bilateral", lambda code, on=None: known)
    spec = {"request": {"lines": [{"cpt": "62323", "modifiers": ["50"]}], "icd": ["M54.16"]}}
    policy = build_policy({"setup": {"checks": {"epidural-sides-and-levels": {}}}})
    assert finding(assess(build_case(spec), policy), "P15-62323").outcome == "met"


def test_a_word_that_is_no_guidance_is_refused_by_name(build_case, build_policy):
    setup = {
        "checks": {"image-guidance": {}},
        "parameters": {
            "accepted_guidance": {"value": ["ct", "x-ray"]},
            "guidance_services": {"value": ["facet_rfa"]},
        },
    }
    case = build_case({"request": {"cpt": ["64635"], "icd": ["M47.816"]}})
    with pytest.raises(PolicyError, match="x-ray: write fluoroscopy, ct, ultrasound, mri or none"):
        assess(case, build_policy({"setup": setup}))


@pytest.mark.parametrize("ref", [f"P{n}" for n in range(1, 17)])
def test_claim_checks_stand_in_the_register(ref):
    assert check_of(ref).references


@pytest.mark.parametrize(("mai", "severity"), [("64635", "blocking"), ("64636", "major")])
def test_a_limit_from_claims_data_weighs_less(build_case, mai, severity):
    case = build_case({"request": {"lines": [{"cpt": mai, "units": 5}], "icd": ["M47.816"]}})
    found = finding(assess(case, on=dt.date(2026, 11, 22)), f"P2-{mai}")
    assert (found.outcome, found.severity) == ("contradiction", severity)


def test_lines_of_a_day_keep_their_order_and_days_ascend(build_case):
    lines = [
        {"cpt": "64635", "service_date": dt.date(2026, 2, 3)},
        {"cpt": "64493", "service_date": dt.date(2026, 1, 5)},
        {"cpt": "64636", "service_date": dt.date(2026, 2, 3)},
        {"cpt": "64483"},
    ]
    case = build_case({"request": {"lines": lines}, "documents": [{"id": "note"}]})
    days = by_day(CaseView(case, None), case.request.lines)
    assert [(day, [x.cpt for x in found]) for day, found in days.items()] == [
        (None, ["64483"]),
        (dt.date(2026, 1, 5), ["64493"]),
        (dt.date(2026, 2, 3), ["64635", "64636"]),
    ]


@pytest.mark.parametrize(
    ("modifiers", "laterality", "sides"),
    [
        ((), "unknown", set()),
        (("RT",), "unknown", {"right"}),
        (("LT", "59"), "unknown", {"left"}),
        (("50",), "unknown", {"left", "right"}),
        (("RT", "LT"), "unknown", {"left", "right"}),
        ((), "bilateral", {"left", "right"}),
        (("KX",), "left", {"left"}),
    ],
)
def test_sides_of_a_line_by_words_and_by_modifiers(modifiers, laterality, sides):
    assert sides_of(ClaimLine(cpt="64635", modifiers=modifiers, laterality=laterality)) == sides


@pytest.mark.parametrize(
    ("codes", "told"), [(["64635"], "64635 is"), (["64635", "64636"], "64635 and 64636 are")]
)
def test_the_verb_agrees_with_the_number_of_codes(codes, told):
    assert agree(codes, "is", "are") == told

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


#: Checks whose finding on the case as a whole says that nothing was found, and stands alone.
_WHOLE = ("C3", "C4", "C5", "C6", "C8", "C9", "C10", "C11", "C12", "C13", "C14", "F10", "G1", "G3")
#: Points of governance and chronology, which never weigh in an answer.
_ASIDE = ("F10", "G1", "G3")


def test_what_is_said_of_the_whole_case_stands_alone(all_rule_cases, build_case, build_policy):
    for stem, spec in all_rule_cases:
        if stem[0] not in "CFGR":
            continue
        found = assess(build_case(spec), build_policy(spec), on=spec.get("day")).findings
        for f in found:
            alone = f.id == f.ref and (f.ref in _WHOLE or f.outcome == "not_applicable")
            assert not alone or [g.id for g in found if g.ref == f.ref] == [f.id], f"{stem}: {spec['name']}"


def test_points_aside_never_weigh(all_rule_cases, build_case, build_policy):
    seen = set()
    for stem, spec in all_rule_cases:
        if stem not in ("F10", "G1", "G2", "G3"):
            continue
        for f in assess(build_case(spec), build_policy(spec), on=spec.get("day")).findings:
            if (f.ref in _ASIDE or f.id == "G2-payer") and f.outcome not in ("met", "not_applicable"):
                seen.add(f.id)
                assert not f.required, f"{stem}: {spec['name']}"
                assert f.severity == "minor"
    assert {"F10-ahead", "G1-setting", "G1-state", "G1-office", "G2-payer", "G3-policy", "G3-icd10cm"} <= seen


@pytest.mark.parametrize("sign", ["named_disease", "motor", "sensory", "electrodiagnostic", "tension_sign"])
def test_every_root_sign_has_a_side(build_case, sign):
    facts = {"radicular_signs": [{"region": "lumbar", "sign": sign, "laterality": "left"}]}
    found = finding(build_case, "C12-lumbar-sacral-symptoms", cpt=["62323"], icd=["M54.31"], facts=facts)
    assert found.outcome == "contradiction"


def trail(found):
    return {step.asked: step.found for step in found.trail}


def test_the_trail_says_what_was_looked_for(build_case):
    facts = {
        "claudication": [{}],
        "rationales": [{"kind": "unrelated_conditions"}],
        "pain": [{"pattern": "axial"}],
        "injections": [{"kind": "epidural", "status": "past", "region": "lumbar", "date": "2026-01-05"}],
    }
    icd = ["M46.1", "M47.816", "M51.16", "M54.16", "M51.361", "M48.061"]

    def said(name, **more):
        return trail(finding(build_case, name, cpt=["64635"], icd=icd, **more))

    assert said("C10-facet", facts=facts) == {
        "submitted codes of the sacroiliac joint": "M46.1",
        "submitted codes of spondylosis": "M47.816",
    }
    excludes = "Excludes1 notes between submitted codes, tabular list of 2026-04-01"
    statements = "statements that conditions are unrelated"
    found = said("C4-M51.16-M54.16", facts=facts)
    assert found == {excludes: "M51.16 with M54.16 (at M51.1)", statements: "rationales-0"}
    assert said("C3-M51.16-M54.16")[statements] == "none"
    claudication = "lumbar neurogenic claudication in the narrative"
    assert said("C6-M48.061", facts=facts)[claudication] == "present: 1"
    assert said("C6-M48.061")[claudication] == "not documented"
    assert said("C13-M51.361", facts=facts)["pattern of the pain"] == "axial"
    assert said("C13-M51.361")["pattern of the pain"] == "not stated"
    assert said("F10", facts=facts)["dated events of the record"] == "injections-0"
    assert said("F10")["dated events of the record"] == "none"


def test_the_trail_of_sides_and_levels(build_case):
    facts = {
        "ablations": [{"target": "facet", "status": "planned", "region": "lumbar", "laterality": "left"}],
        "radicular_signs": [{"region": "lumbar", "sign": "motor", "laterality": "left"}],
    }
    request = {"cpt": ["64635"], "icd": ["M54.32", "M47.816"], "side": "left", "levels": ["L4-L5"]}
    found = trail(finding(build_case, "C12", facts=facts, **request))
    assert found["sides in diagnosis titles"] == "M54.32"
    assert found["side of the planned facet rfa"] == "ablations-0"
    assert found["side of radicular symptoms"] == "radicular_signs-0"
    bare = trail(finding(build_case, "C12", cpt=["64635"], icd=["M47.816"]))
    assert bare["sides in diagnosis titles"] == "none"
    assert bare["side of the planned facet rfa"] == bare["side of radicular symptoms"] == "not stated"
    assert bare["requested parts of the spine"] == "lumbar or sacral: 64635"
    levels = trail(finding(build_case, "C14", **request))
    assert levels["requested joints"] == "L4-L5"
    assert levels["submitted codes of the lumbar or lumbosacral region"] == "M47.816"
    none = trail(finding(build_case, "C14", cpt=["64635"], icd=["M54.50"]))
    assert none["planned joints"] == none["submitted codes of the lumbar or lumbosacral region"] == "none"
    assert trail(finding(build_case, "C12", cpt=["64555"]))["requested parts of the spine"] == "none"


def test_only_lines_with_a_side_prove_the_side(build_case):
    def line(start, **more):
        place = {"document": "note", "start": start, "end": start + 5, "quote": "64635"}
        return {"cpt": "64635", "evidence": [place], **more}

    found = finding(
        build_case,
        "C12-lumbar-sacral-diagnosis",
        icd=["M54.31"],
        lines=[line(900), line(950, laterality="left")],
    )
    assert [e.start for e in found.evidence] == [950]

"""What must not change an answer, and what must: relations over generated cases."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.engine import assess

REGIONS = ("cervical", "thoracic", "lumbar")
CODES = {"cervical": "M47.812", "thoracic": "M47.814", "lumbar": "M47.816"}
CPT = {"cervical": "64633", "thoracic": "64633", "lumbar": "64635"}

therapy = st.fixed_dictionaries(
    {
        "modality": st.sampled_from(["physical_therapy", "nsaid", "chiropractic", "heat_ice"]),
        "status": st.sampled_from(["past", "current", "planned", "declined"]),
        "weeks": st.none() | st.integers(1, 20).map(float),
        "outcome": st.sampled_from(["failed", "partial", "effective", "not_tolerated", "not_stated"]),
    }
)
block = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["medial_branch_block", "facet_intraarticular", "epidural"]),
        "status": st.sampled_from(["past", "planned", "declined", "performed"]),
        "region": st.sampled_from([*REGIONS, "unknown"]),
        "percent_relief": st.none() | st.integers(0, 100).map(float),
    }
)
radicular = st.fixed_dictionaries(
    {
        "region": st.sampled_from(REGIONS),
        "status": st.sampled_from(["present", "absent", "historical", "uncertain"]),
    }
)
surgery = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["fusion", "decompression"]),
        "status": st.sampled_from(["past", "planned", "denied"]),
        "region": st.sampled_from([*REGIONS, "other", "unknown"]),
        "levels": st.sampled_from([[], ["L4-L5"], ["C5-C6"]]),
    }
)
cases = st.fixed_dictionaries(
    {
        "request": st.sampled_from(REGIONS).map(lambda r: {"cpt": [CPT[r]], "icd": [CODES[r]]}),
        "facts": st.fixed_dictionaries(
            {
                "therapies": st.lists(therapy, max_size=3),
                "injections": st.lists(block, max_size=3),
                "radicular": st.lists(radicular, max_size=3, unique_by=lambda r: r["region"]),
                "surgeries": st.lists(surgery, max_size=2),
            }
        ),
    }
)


def contradictions(assessment):
    return {f.id for f in assessment.findings if f.outcome == "contradiction"}


@settings(max_examples=60, deadline=None)
@given(spec=cases)
def test_taking_evidence_away_adds_no_contradiction(build_case, spec):
    whole = contradictions(assess(build_case(spec)))
    for family, items in spec["facts"].items():
        for n in range(len(items)):
            less = copy.deepcopy(spec)
            del less["facts"][family][n]
            assert contradictions(assess(build_case(less))) <= whole


@settings(max_examples=60, deadline=None)
@given(spec=cases)
def test_same_case_same_bytes_and_order_of_facts_does_not_matter(build_case, spec):
    first = assess(build_case(spec))
    assert first == assess(build_case(copy.deepcopy(spec)))
    turned = copy.deepcopy(spec)
    for items in turned["facts"].values():
        items.reverse()
    again = assess(build_case(turned))
    assert [(f.id, f.outcome) for f in first.findings] == [(f.id, f.outcome) for f in again.findings]
    assert first.determination.answer == again.determination.answer


@settings(max_examples=60, deadline=None)
@given(spec=cases)
def test_facts_of_another_region_do_not_touch_the_title(build_case, spec):
    region = {v: k for k, v in CODES.items()}[spec["request"]["icd"][0]]
    own = copy.deepcopy(spec)
    own["facts"]["radicular"] = [r for r in own["facts"]["radicular"] if r["region"] == region]
    assert contradictions(assess(build_case(spec))) == contradictions(assess(build_case(own)))


@given(weeks=st.floats(0.2, 60))
def test_longer_care_never_turns_met_into_not_met(build_case, weeks):
    def outcome(value):
        spec = {
            "request": {"cpt": ["64635"], "icd": ["M47.816"]},
            "facts": {
                "therapies": [
                    {"modality": "physical_therapy", "status": "past", "weeks": value, "outcome": "failed"}
                ]
            },
        }
        return next(f.outcome for f in assess(build_case(spec)).findings if f.ref == "A4")

    assert outcome(weeks) == ("met" if weeks >= 6 else "not_met")


@given(percent=st.floats(0, 100))
def test_relief_crosses_the_threshold_strictly(build_case, percent):
    spec = {
        "request": {"cpt": ["64635"], "icd": ["M47.816"]},
        "facts": {
            "injections": [
                {
                    "kind": "medial_branch_block",
                    "status": "past",
                    "region": "lumbar",
                    "percent_relief": percent,
                }
            ]
        },
    }
    found = {f.ref: f.outcome for f in assess(build_case(spec)).findings}
    assert found["A5"] == found["A6"] == ("met" if percent > 50 else "not_met")


@pytest.mark.parametrize("region", REGIONS)
def test_flipping_the_region_flips_the_finding(build_case, region):
    for other in REGIONS:
        spec = {
            "request": {"cpt": [CPT[region]], "icd": [CODES[region]]},
            "facts": {"radicular": [{"region": other, "status": "present"}]},
        }
        assert bool(contradictions(assess(build_case(spec)))) == (other == region)


def test_changing_the_code_to_what_the_narrative_says_removes_the_contradiction(build_case):
    spec = {
        "request": {"cpt": ["64635"], "icd": ["M47.816"]},
        "facts": {"radicular": [{"region": "lumbar", "status": "present"}]},
    }
    assert contradictions(assess(build_case(spec))) == {"A1-M47.816"}
    for code in ("M47.26", "M51.16", "M54.16"):
        spec["request"]["icd"] = [code]
        assert not contradictions(assess(build_case(spec)))


def test_denial_removes_the_contradiction(build_case):
    spec = {
        "request": {"cpt": ["64635"], "icd": ["M47.816"]},
        "facts": {"radicular": [{"region": "lumbar", "status": "absent"}]},
    }
    assert not contradictions(assess(build_case(spec)))

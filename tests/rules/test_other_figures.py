"""The same cases under other figures: thresholds come from the policy, and blocks are counted once."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.checks import check_of
from rules.engine import assess
from rules.policy import PolicyError
from rules.policy_files import load_policy

DOCUMENTS = [
    {"id": "note", "date": dt.date(2026, 3, 1)},
    {"id": "block1", "date": dt.date(2026, 1, 5), "kind": "procedure_note"},
    {"id": "block2", "date": dt.date(2026, 1, 26), "kind": "procedure_note"},
]


def with_figures(**values):
    """The guideline with other values of some parameters."""
    policy = load_policy("guideline")
    changed = {
        name: policy.parameters[name].model_copy(
            update={"values": (policy.parameters[name].values[0].model_copy(update={"value": value}),)}
        )
        for name, value in values.items()
    }
    return policy.model_copy(update={"parameters": {**policy.parameters, **changed}})


TWO_OF_EIGHTY = with_figures(diagnostic_block_count=2, diagnostic_block_relief_percent=79.9)


def block(percent=80, doc="note", **more):
    return {
        "kind": "medial_branch_block",
        "status": "past",
        "region": "lumbar",
        "percent_relief": percent,
        "doc": doc,
        **more,
    }


def outcome(build_case, injections, ref="A5", policy=TWO_OF_EIGHTY):
    spec = {
        "documents": DOCUMENTS,
        "request": {"cpt": ["64635"], "icd": ["M47.816"]},
        "facts": {"injections": injections},
    }
    return next(f.outcome for f in assess(build_case(spec), policy).findings if f.ref == ref)


@pytest.mark.parametrize(
    ("injections", "expected"),
    [
        ([block(), block(85)], "met"),
        # The record is silent on a second block: that is no failed one.
        ([block()], "not_documented"),
        ([block(), block(79)], "not_met"),
        ([block(), block(None)], "not_documented"),
        # One block told in two documents is one block.
        ([block(date="2026-01-05"), block(date="2026-01-05", doc="block1")], "not_documented"),
        ([block(), block(doc="block1")], "not_documented"),
        ([block(date="2026-01-05"), block(date="2026-01-26", doc="block2")], "met"),
        # Left and right on one day are two blocks of two sides.
        ([block(date="2026-01-05", laterality="left"), block(date="2026-01-05", laterality="right")], "met"),
        # A block performed in a document before the request lies in the past.
        ([block(status="performed", doc="block1"), block(85, status="performed", doc="block2")], "met"),
    ],
)
def test_two_blocks_of_eighty(build_case, injections, expected):
    assert outcome(build_case, injections) == expected


def test_one_positive_block_meets_the_relief_but_not_the_count(build_case):
    assert outcome(build_case, [block()], "A6") == "met"
    assert outcome(build_case, [block()], "A5") == "not_documented"


@pytest.mark.parametrize(("weeks", "expected"), [(4, "met"), (3, "not_met")])
def test_four_weeks(build_case, weeks, expected):
    spec = {
        "request": {"cpt": ["64635"], "icd": ["M47.816"]},
        "facts": {
            "therapies": [{"modality": "nsaid", "status": "past", "weeks": weeks, "outcome": "failed"}]
        },
    }
    result = assess(build_case(spec), with_figures(conservative_care_weeks=4))
    assert next(f.outcome for f in result.findings if f.ref == "A4") == expected


def test_a_policy_that_decides_on_fused_levels(build_case):
    """Without ``payer_only`` the check's own outcome stands and weighs."""
    policy = load_policy("guideline")
    uses = {**policy.checks, "fused-target-level": policy.checks["fused-levels-stated"]}
    spec = {
        "request": {"cpt": ["64635"], "icd": ["M47.816", "Z98.1"], "levels": ["L4-L5"]},
        "facts": {"surgeries": [{"kind": "fusion", "status": "past", "levels": ["L4-L5"]}]},
    }
    result = assess(build_case(spec), policy.model_copy(update={"checks": uses}))
    assert result.determination.answer == "not_supported"
    assert "B1" in result.determination.because


def test_a_policy_may_leave_a_check_out(build_case):
    policy = load_policy("guideline")
    uses = {slug: use for slug, use in policy.checks.items() if slug != "facet-examination"}
    spec = {"request": {"cpt": ["64635"], "icd": ["M47.816"]}}
    refs = {f.ref for f in assess(build_case(spec), policy.model_copy(update={"checks": uses})).findings}
    assert "B8" not in refs
    assert "A1" in refs


def test_a_figure_must_be_a_number(build_case):
    spec = {"request": {"cpt": ["64635"], "icd": ["M47.816"]}}
    with pytest.raises(PolicyError, match="must be a number"):
        assess(build_case(spec), with_figures(conservative_care_weeks="six"))


def test_suspected_claudication(build_case):
    spec = {
        "request": {"cpt": ["64635"], "icd": ["M47.816"]},
        "facts": {"claudication": [{"region": "lumbar", "assertion": "uncertain"}]},
    }
    assert next(f.outcome for f in assess(build_case(spec)).findings if f.ref == "A3") == "needs_review"


def test_a_code_told_twice_is_one_finding(build_case):
    spec = {"request": {"cpt": ["64635"], "icd": ["M47.816", "M47.816"]}}
    ids = [f.id for f in assess(build_case(spec)).findings if f.ref == "A1"]
    assert ids == ["A1-M47.816"]


def test_the_same_line_twice_gives_two_ids(build_case):
    spec = {"request": {"cpt": ["64635", "64635"], "icd": ["M47.816"]}}
    ids = [f.id for f in assess(build_case(spec)).findings if f.ref == "B9"]
    assert ids == ["B9-64635", "B9-64635-2"]


def test_checks_are_found_by_slug_and_ref():
    assert check_of("A4") is check_of("conservative-care")
    with pytest.raises(KeyError):
        check_of("Z9")

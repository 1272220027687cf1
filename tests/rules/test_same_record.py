"""One record under several policies, and one policy on both sides of its last day."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.engine import assess

DAYS = ("2026-01-05", "2026-01-26")
MEDICARE = "medicare-facet-noridian-je"


def outcome(build_case, policy, ref, relief=(), on=None):
    """What a check answers on an ablation after blocks of so much relief, one a day."""
    blocks = [
        {
            "kind": "medial_branch_block",
            "status": "past",
            "region": "lumbar",
            "percent_relief": percent,
            "date": day,
        }
        for percent, day in zip(relief, DAYS, strict=False)
    ]
    spec = {"request": {"cpt": ["64635"], "icd": ["M47.816"]}, "facts": {"injections": blocks}}
    return {f.outcome for f in assess(build_case(spec), policy, on=on).findings if f.ref == ref}


@pytest.mark.parametrize(
    ("relief", "policy", "expected"),
    [
        ((60,), "cohen-2020", "met"),
        ((60,), MEDICARE, "not_met"),
        ((60, 60), "bcbsnd-rf", "met"),
        ((60, 60), MEDICARE, "not_met"),
        ((60, 60), "evicore-cmm-208", "not_met"),
        ((80, 80), MEDICARE, "met"),
        ((80, 79), MEDICARE, "not_met"),
        # How many blocks, and what relief, these two ask was not read.
        ((90, 90), "tricare-west-rf", "needs_review"),
        ((90, 90), "uhc-facet", "needs_review"),
    ],
)
def test_blocks(build_case, relief, policy, expected):
    assert outcome(build_case, policy, "A5", relief) == {expected}


@pytest.mark.parametrize(("day", "expected"), [(15, "met"), (16, "needs_review")])
def test_a_policy_ends_where_its_successor_begins(build_case, day, expected):
    on = dt.date(2026, 4, day)
    assert outcome(build_case, "medicare-facet-noridian-jf", "G2", on=on) == {expected}
    assert outcome(build_case, MEDICARE, "G2", on=on) == {"met"}

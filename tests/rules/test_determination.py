"""The answer's wording: a record on which a required check is open is never said to meet everything."""

from __future__ import annotations

import pytest

from rules.assessment import Finding
from rules.checks import CATALOGUE
from rules.checks.base import Draft
from rules.determination import Weighed, determine
from rules.policy_files import load_policy

POLICY = load_policy("guideline")
REQUIRED = [c for c in CATALOGUE if (POLICY.checks[c.slug].required if c.slug in POLICY.checks else c.always)]
#: A lapsed policy and a code without policy have an answer of their own.
_OWN_ANSWER = ("policy-in-force", "policy-covers-code")


def weigh(check, outcome, required=True):
    draft = Draft(outcome, "Message.", headline=f"whether {check.slug} holds")
    finding = Finding(
        id=check.ref, check=check.slug, ref=check.ref, version="1", title=check.title, outcome=outcome,
        severity="minor", required=required, message="Message.",
    )  # fmt: skip
    return Weighed(finding, draft)


@pytest.mark.parametrize("check", REQUIRED, ids=lambda c: c.ref)
def test_an_open_required_check_is_named_in_the_answer(check):
    weighed = [weigh(c, "needs_review" if c is check else "met") for c in REQUIRED]
    found = determine(weighed, POLICY)
    assert "every requirement" not in found.statement
    if check.slug in _OWN_ANSWER:
        assert found.answer == "insufficient_documentation"
    else:
        assert found.statement == (
            "Supported on this record as far as documented; 1 point needs a reviewer: "
            f"whether {check.slug} holds."
        )


def test_two_open_checks_are_counted():
    weighed = [weigh(c, "needs_review" if c in REQUIRED[:2] else "met") for c in REQUIRED]
    assert "2 points need a reviewer" in determine(weighed, POLICY).statement


def test_every_requirement_met_with_a_point_that_is_only_shown():
    weighed = [weigh(c, "met") for c in REQUIRED]
    shown = next(c for c in CATALOGUE if c not in REQUIRED)
    found = determine([*weighed, weigh(shown, "needs_review", required=False)], POLICY)
    assert "every requirement of the general guideline is documented as met" in found.statement
    assert "For a reviewer" in found.statement

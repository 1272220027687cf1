"""What holds for every case and every policy: nothing raises, silence is never denied, order is no matter."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.engine import assess
from rules.policy_files import available_policies, load_policy

from .strategies import FAMILIES, cases, fact

POLICIES = [load_policy(name) for name in available_policies()]
policies = st.sampled_from(POLICIES)
AGAINST = ("not_met", "contradiction")
many = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
#: What the record tells of the past and the present; the rest (planned procedures, setting) is the request's.
PROCEDURES = ("injections", "ablations")
EVIDENCE = (
    "therapies",
    "injections",
    "radicular",
    "nerve_compression",
    "imaging",
    "examinations",
    "pain",
    "ablations",
    "pain_scores",
    "disability_scales",
    "rationales",
    "record_items",
    "red_flags",
    "surgeries",
)


@many
@given(case=cases(), policy=policies)
def test_no_case_raises(case, policy):
    found = assess(case, policy, what_if=True)
    assert found.findings
    assert len({f.id for f in found.findings}) == len(found.findings)
    assert set(found.determination.because) <= {f.id for f in found.findings}


@many
@given(case=cases(), policy=policies)
def test_what_counts_against_a_request_is_documented(case, policy):
    """Silence is not_documented: whatever is not met or contradicted names evidence, codes or lines."""
    for f in assess(case, policy).findings:
        if f.outcome in AGAINST:
            assert f.evidence or f.codes, f"{f.id}: {f.message}"


@many
@given(case=cases(st.just({})), policy=policies)
def test_an_empty_record_is_never_held_against_the_request_by_itself(case, policy):
    """Without any fact only the codes, lines and modifiers asked for can be wrong."""
    found = assess(case, policy)
    for f in found.findings:
        if f.outcome in AGAINST:
            assert f.codes, f"{f.id}: {f.message}"
    if not any(f.outcome in AGAINST for f in found.findings):
        assert found.determination.answer in ("insufficient_documentation", "supported")


@many
@given(case=cases(), policy=policies, data=st.data())
def test_adding_evidence_never_turns_met_into_not_documented(case, policy, data):
    """Save where the added thing is a procedure of which the policy wants a record, and which has none."""
    found = assess(case, policy)
    family = data.draw(st.sampled_from(EVIDENCE))
    more = data.draw(fact(family))
    grown = case.model_copy(update={family: (*getattr(case, family), more)})
    after = {f.id: f for f in assess(grown, policy, on=found.on).findings}
    for before in found.findings:
        now = after.get(before.id)
        if before.outcome == "met" and now is not None and now.outcome == "not_documented":
            assert family in PROCEDURES, f"{now.id}: {now.message}"
            assert (more.document, more.start, more.end) in {
                (e.document, e.start, e.end) for e in now.evidence
            }, f"{now.id}: {now.message}"


@many
@given(case=cases(), policy=policies, seed=st.integers(0, 100))
def test_order_of_facts_is_irrelevant_to_the_letter(case, policy, seed):
    turned = {}
    for family in FAMILIES:
        items = list(getattr(case, family))
        random.Random(seed).shuffle(items)
        turned[family] = tuple(items)
    first = assess(case, policy).model_dump_json()
    assert assess(case.model_copy(update=turned), policy).model_dump_json() == first


@pytest.mark.parametrize("policy", POLICIES, ids=lambda p: p.id)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases())
def test_what_if_never_answers_worse_and_alters_nothing(policy, case):
    order = ["supported", "insufficient_documentation", "not_supported", "not_supported_as_coded"]
    found = assess(case, policy, what_if=True)
    for possibility in found.what_if:
        # A better answer, or an insufficient record that lacks less than before.
        better = order.index(possibility.answer) < order.index(found.determination.answer)
        same = possibility.answer == found.determination.answer == "insufficient_documentation"
        assert better or (same and any(turn.before == "not_documented" for turn in possibility.turns))
        assert possibility.changes
    assert found.model_copy(update={"what_if": None}) == assess(case, policy)

"""Pain that remains after conservative care, where a policy asks how high it still is."""

from __future__ import annotations

import dataclasses
from typing import Any

from rules.bounds import Interval
from rules.case import Fact
from rules.checks.base import Draft, Supply, evidence, quoted
from rules.checks.naming import under
from rules.policy import PolicyView
from rules.threshold import Threshold
from rules.values import PainScore
from rules.view import SPINAL, CaseView, may_lie_in

PARAMETER = "conservative_care_pain_minimum"
_SLUG = "conservative-care"
_ASK = "Pain score after conservative care, with its date"


@dataclasses.dataclass(frozen=True)
class Remaining:
    """What the record says of the pain that remains: the facts, and whether each reaches the figure."""

    need: Threshold
    facts: tuple[Fact[Any], ...]
    holds: frozenset[bool | None]


def remaining(view: CaseView, policy: PolicyView) -> Remaining | None:
    """Hold the latest pain scores against the policy's least score; None where it states none.

    A score of "now" speaks before one without a moment; scores after a procedure tell what the procedure did,
    not what care left. The highest score of the complaint counts where no other is told.
    """
    if not policy.has(PARAMETER):
        return None
    need = policy.threshold(PARAMETER)
    regions = view.requested_regions(SPINAL)
    told = [
        f
        for f in view.case.pain_scores
        if f.assertion == "present"
        and f.value.moment != "after_procedure"
        and may_lie_in(f.value.region, (), regions)
    ]
    scores = view.latest(told)
    now = tuple(f for f in scores if f.value.moment == "current")
    facts: tuple[Fact[Any], ...] = now or scores
    spans = [Interval(f.value.low, f.value.high) for f in now or scores]
    if not facts:
        stated = [f for f in view.case.pain if f.value.score_max is not None and f.assertion == "present"]
        complaints = view.latest(stated)
        facts = complaints
        spans = [Interval(f.value.score_max or 0.0, f.value.score_max or 0.0) for f in complaints]
    view.trail.add("pain that remains after care", quoted(evidence(facts)) or "no score", facts)
    return Remaining(need, facts, frozenset(need.holds(s) for s in spans))


def supplies(found: Remaining | None) -> tuple[Supply, ...]:
    """Return the score that would do, where the policy asks for one and the record has none."""
    if found is None or found.facts:
        return ()
    need = found.need
    value = PainScore(moment="current", low=need.value, high=need.value)
    return (Supply("pain_scores", value, f"the pain after conservative care is still {need.figure}"),)


def weighed(draft: Draft, found: Remaining | None, policy: PolicyView) -> Draft:
    """Return a met draft as it stands with the pain that remains: met, unmet, open, or not documented."""
    if found is None or found.holds == {True}:
        return draft
    need = found.need
    asked = f"Pain of {need.told} after it is asked {under(policy, _SLUG)}"
    proof = evidence(found.facts)
    base: dict[str, Any] = {
        "evidence": (*draft.evidence, *proof),
        "parameters": (*draft.parameters, need.parameter),
        "asks": (_ASK,),
    }
    if not found.facts:
        return dataclasses.replace(
            draft,
            outcome="not_documented",
            message=f"{draft.message} {asked}; the record gives no score.",
            headline="the pain that remains after conservative care",
            supplies=supplies(found),
            **base,
        )
    if found.holds == {False}:
        return dataclasses.replace(
            draft,
            outcome="not_met",
            message=f"{draft.message} {asked}; the record gives {quoted(proof)}.",
            headline=f"the pain that remains after conservative care is not {need.told}",
            **base,
        )
    return dataclasses.replace(
        draft,
        outcome="needs_review",
        message=f"{draft.message} {asked}; the record gives {quoted(proof)}, which may or may not be.",
        headline=f"whether the pain that remains after conservative care is {need.told}",
        **base,
    )

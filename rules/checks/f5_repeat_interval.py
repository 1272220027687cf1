"""F5: the time between the earlier ablation and a repeat at the same joints and side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.checks.base import Check, Draft, evidence, listed, quoted
from rules.checks.earlier import Earlier, earlier_ablations
from rules.durations import back
from rules.policy import PolicyView
from rules.sessions import Event
from rules.threshold import Threshold
from rules.values import Region
from rules.view import FACET_ABLATION, CaseView


def _long_ago(event: Event, view: CaseView, need: Threshold) -> bool | None:
    """Whether an event lies far enough back; None where its date, or the day asked, leaves that open."""
    if view.on is None or not event.told:
        return None
    limit = back(view.on, need)
    if event.last <= limit:
        return True
    return False if event.first > limit else None


def _draft(view: CaseView, earlier: Earlier, need: Threshold, region: Region, title: str) -> Draft:
    judged = [(e, _long_ago(e, view, need)) for e in earlier.events]
    recent = [e for e, ok in judged if ok is False]
    undated = [e for e, ok in judged if ok is None and not e.told]
    base: dict[str, Any] = {"subject": region, "parameters": (need.parameter,)}
    asked = f"{title} asks for {need.told} between two ablations of the same joint and side"
    tail = earlier.why_left_out()
    if recent:
        proof, days = evidence(e.fact for e in recent), listed(e.when for e in recent)
        return Draft(
            "not_met",
            f"{asked}; the earlier one was of {days} ({quoted(proof)}), this one is asked for "
            f"{view.on}.{tail}",
            headline=f"the earlier ablation was of {days}, less than {need.figure} before this one",
            evidence=proof,
            **base,
        )
    proof = earlier.proof
    if all(ok for _, ok in judged):
        days = listed(e.when for e in earlier.latest)
        return Draft(
            "met", f"{asked}; the latest was of {days} ({quoted(proof)}).{tail}", evidence=proof, **base
        )
    if undated:
        return Draft(
            "not_documented",
            f"{asked}. An earlier one is documented without its date ({quoted(proof)}).{tail}",
            headline="the date of the earlier ablation",
            evidence=proof,
            asks=("The date of the earlier ablation (its procedure note)",),
            **base,
        )
    days = listed(e.when for e, ok in judged if ok is None)
    return Draft(
        "needs_review",
        f"{asked}; of the earlier one ({days}: {quoted(proof)}) the record leaves open whether it lies so "
        f"far back.{tail}",
        headline=f"whether the earlier ablation ({days}) lies {need.figure} back",
        evidence=proof,
        asks=("The day of the earlier ablation (its procedure note)",),
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Measure the time since every earlier ablation at the requested joints and side."""
    need = policy.threshold("repeat_ablation_interval_months")
    for region in view.requested_regions(FACET_ABLATION):
        earlier = earlier_ablations(view, region)
        if earlier.events:
            yield _draft(view, earlier, need, region, policy.policy.title)
        else:
            yield earlier.none(region)


CHECK = Check(
    slug="repeat-ablation-interval",
    ref="F5",
    title="Time since the earlier ablation",
    compares="the days since the latest ablation at the requested joints and side with the policy's months",
    severity="major",
    references=("evicore-cmm-208", "bcbsnd-rf", "aetna-cpb-0016"),
    run=run,
    families=FACET_ABLATION,
    parameters=("repeat_ablation_interval_months",),
)

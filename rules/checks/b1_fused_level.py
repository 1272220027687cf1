"""B1: a requested level inside a fused segment."""

from __future__ import annotations

from collections.abc import Iterator

from rules import levels as lv
from rules.checks.base import Check, Draft, evidence, quoted
from rules.checks.fusions import NO_FUSION, fused_and_requested
from rules.policy import PolicyView
from rules.view import FACET, CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold requested joints against segments fused in the past."""
    fusions = view.fusions(view.requested_regions(FACET))
    if not fusions:
        yield NO_FUSION
        return
    asked, fused = fused_and_requested(view, fusions)
    hit, proof = asked & fused, evidence(fusions)
    if hit:
        yield Draft(
            "not_met",
            f"The request reaches {', '.join(lv.in_order(hit))}, inside a fused segment: {quoted(proof)}.",
            headline=f"a requested level ({', '.join(lv.in_order(hit))}) lies inside a fused segment",
            evidence=proof,
        )
    elif asked and fused:
        yield Draft("met", f"No requested level lies in the fused segment ({quoted(proof)}).", evidence=proof)
    else:
        yield Draft(
            "not_documented",
            "The fused levels or the requested levels are not stated, so that they cannot be compared.",
            headline="the fused and the requested levels",
            evidence=proof,
            asks=("Operation report or imaging that states the fused levels",),
        )


CHECK = Check(
    slug="fused-target-level",
    ref="B1",
    title="Target level inside a fused segment",
    compares="requested facet joints with segments fused in the past",
    severity="major",
    references=("evicore-cmm-208", "aetna-cpb-0016", "bcbsnd-rf"),
    run=run,
    families=FACET,
)

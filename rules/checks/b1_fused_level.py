"""B1 and B2: a target level inside a fused segment, in general and after an anterior lumbar fusion."""

from __future__ import annotations

from collections.abc import Iterator

from rules import levels as lv
from rules.case import Fact
from rules.checks.base import Check, Draft, evidence, quoted
from rules.policy import PolicyView
from rules.values import Surgery
from rules.view import FACET, CaseView


def _targets(view: CaseView, fusions: tuple[Fact[Surgery], ...]) -> tuple[frozenset[str], frozenset[str]]:
    """Return requested joints and fused segments."""
    return view.requested_joints(FACET), lv.all_segments(level for f in fusions for level in f.value.levels)


def run_fused(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold requested joints against segments fused in the past."""
    fusions = view.fusions(view.requested_regions(FACET))
    if not fusions:
        yield Draft("not_applicable", "No past fusion is documented in the requested region.")
        return
    asked, fused = _targets(view, fusions)
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


def run_anterior(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the request against an anterior lumbar interbody fusion, which Medicare contractors single out."""
    fusions = view.fusions(view.requested_regions(FACET))
    anterior = tuple(f for f in fusions if (f.value.approach or "").upper() == "ALIF")
    asked, fused = _targets(view, anterior)
    if anterior and (not asked or not fused or asked & fused):
        proof = evidence(anterior)
        yield Draft(
            "not_met",
            f"An anterior lumbar interbody fusion is documented: {quoted(proof)}. Medicare contractors do "
            "not cover a "
            "facet procedure after it.",
            headline="a facet procedure is requested after an anterior lumbar interbody fusion",
            evidence=proof,
        )
    elif fusions:
        yield Draft(
            "met",
            "No anterior lumbar interbody fusion is documented at a requested level.",
            evidence=evidence(fusions),
        )
    else:
        yield Draft("not_applicable", "No past fusion is documented in the requested region.")


CHECK = Check(
    slug="fused-target-level",
    ref="B1",
    title="Target level inside a fused segment",
    compares="requested facet joints with segments fused in the past",
    severity="major",
    references=("evicore-cmm-208", "aetna-cpb-0016", "bcbsnd-rf"),
    run=run_fused,
    families=FACET,
)
CHECK_ANTERIOR = Check(
    slug="anterior-fusion",
    ref="B2",
    title="Facet procedure after anterior lumbar fusion",
    compares="the facet request with a past anterior lumbar interbody fusion",
    severity="major",
    references=("lcd-l38801",),
    run=run_anterior,
    families=FACET,
)

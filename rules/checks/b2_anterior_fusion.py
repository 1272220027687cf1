"""B2: a facet procedure after an anterior lumbar interbody fusion, which Medicare contractors single out."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft, evidence, quoted
from rules.checks.fusions import NO_FUSION, fused_and_requested
from rules.policy import PolicyView
from rules.view import FACET, CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the request against an anterior lumbar interbody fusion, which Medicare contractors single out."""
    fusions = view.fusions(view.requested_regions(FACET))
    anterior = tuple(f for f in fusions if (f.value.approach or "").upper() == "ALIF")
    asked, fused = fused_and_requested(view, anterior)
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
        yield NO_FUSION


CHECK = Check(
    slug="anterior-fusion",
    ref="B2",
    title="Facet procedure after anterior lumbar fusion",
    compares="the facet request with a past anterior lumbar interbody fusion",
    severity="major",
    references=("lcd-l38801",),
    run=run,
    families=FACET,
)

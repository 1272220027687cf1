"""B10: which levels are fused."""

from __future__ import annotations

from collections.abc import Iterator

from rules import levels as lv
from rules.checks.base import Check, Draft, evidence, quoted
from rules.checks.fusions import NO_FUSION
from rules.policy import PolicyView
from rules.view import SPINAL, CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Ask which levels are fused."""
    fusions = view.fusions(view.requested_regions(SPINAL))
    if not fusions:
        yield NO_FUSION
        return
    fused = lv.all_segments(level for f in fusions for level in f.value.levels)
    proof = evidence(fusions)
    if fused:
        yield Draft("met", f"The fused levels are stated: {', '.join(lv.in_order(fused))}.", evidence=proof)
    else:
        yield Draft(
            "not_documented",
            f"A past fusion is documented without its levels: {quoted(proof)}.",
            headline="the levels fused",
            evidence=proof,
            asks=("Operation report or imaging that states the fused levels",),
        )


CHECK = Check(
    slug="fused-levels-stated",
    ref="B10",
    title="Fused levels stated",
    compares="a past fusion in the region with the levels that the record states for it",
    severity="major",
    references=("seed-s2", "evicore-cmm-208"),
    run=run,
    families=SPINAL,
)

"""B10: which levels are fused."""

from __future__ import annotations

from collections.abc import Iterator

from rules import levels as lv
from rules.checks.base import Check, Draft, evidence, quoted
from rules.checks.fusions import ASK_LEVELS, NO_FUSION, levels_stated
from rules.checks.naming import under
from rules.policy import PolicyView
from rules.view import SPINAL, CaseView

_SLUG = "fused-levels-stated"


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Ask which levels are fused."""
    regions = view.requested_regions(SPINAL)
    fusions = view.fusions(regions)
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
            f"A past fusion is documented without its levels: {quoted(proof)}. They are asked "
            f"{under(policy, _SLUG)}.",
            headline="the levels fused",
            evidence=proof,
            asks=(ASK_LEVELS,),
            supplies=levels_stated(fusions, regions, view.requested_joints(SPINAL)),
        )


CHECK = Check(
    slug=_SLUG,
    ref="B10",
    title="Fused levels stated",
    compares="a past fusion in the region with the levels that the record states for it",
    severity="major",
    references=("seed-s2", "evicore-cmm-208"),
    run=run,
    families=SPINAL,
)

"""B2: a facet procedure after an anterior lumbar interbody fusion; other fusions go to a reviewer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules import levels as lv
from rules.case import Fact
from rules.checks.base import Check, Draft, evidence, quoted
from rules.checks.fusions import NO_FUSION
from rules.checks.naming import under
from rules.policy import PolicyView
from rules.values import Surgery
from rules.view import FACET, CaseView

_SLUG = "anterior-fusion"
_ANTERIOR = "ALIF"
#: The check on any fusion at a requested level: where the policy uses it, other approaches are its matter.
_ANY_FUSION = "fused-target-level"
_ASK = "Operation report that states approach and levels of the fusion"


def _touching(found: Sequence[Fact[Surgery]], asked: frozenset[str]) -> tuple[Fact[Surgery], ...]:
    """Return fusions at a requested level, and those of which it cannot be told."""
    out = []
    for fact in found:
        fused = lv.all_segments(fact.value.levels)
        if not asked or not fused or asked & fused:
            out.append(fact)
    return tuple(out)


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the request against past fusions at its levels, by their approach."""
    fusions = view.fusions(view.requested_regions(FACET))
    if not fusions:
        yield NO_FUSION
        return
    here = _touching(fusions, view.requested_joints(FACET))
    anterior = tuple(f for f in here if (f.value.approach or "").upper() == _ANTERIOR)
    proof = evidence(anterior or here or fusions)
    if anterior:
        yield Draft(
            "not_met",
            f"An anterior lumbar interbody fusion is documented: {quoted(proof)}. A facet procedure after it "
            f"is not covered {under(policy, _SLUG)}.",
            headline="a facet procedure is requested after an anterior lumbar interbody fusion",
            evidence=proof,
        )
    elif here and _ANY_FUSION not in policy.policy.checks:
        named = all(f.value.approach for f in here)
        what = "by another approach" if named else "without its approach"
        yield Draft(
            "needs_review",
            f"A fusion {what} is documented at a requested level, or at a level not told: {quoted(proof)}. "
            f"Only the anterior lumbar interbody fusion is excluded {under(policy, _SLUG)}.",
            headline="whether the facet joints at the fused level can be treated",
            evidence=proof,
            asks=(_ASK,),
        )
    else:
        where = "is not told as one from the front" if here else "lies at no requested level"
        yield Draft(
            "met",
            f"The documented fusion {where}: {quoted(proof)}.",
            evidence=proof,
        )


CHECK = Check(
    slug=_SLUG,
    ref="B2",
    title="Facet procedure after anterior lumbar fusion",
    compares="the facet request with past fusions at its levels and their approach",
    severity="major",
    references=("lcd-l38801",),
    run=run,
    version="2",
    families=FACET,
)

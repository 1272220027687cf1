"""B1: a requested level inside a fused segment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules import levels as lv
from rules.checks.base import Check, Draft, evidence, icd, listed, quoted
from rules.checks.fusions import ASK_LEVELS, NO_FUSION, fused_and_requested, levels_stated
from rules.checks.naming import under
from rules.policy import PolicyView
from rules.view import FACET, CaseView

_SLUG = "fused-target-level"
_EXCEPTED = "pseudarthrosis_excepted"
#: Pseudarthrosis after fusion: the segment is not firmly fused.
_PSEUDARTHROSIS = "M96.0"


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold requested joints against segments fused in the past."""
    fusions = view.fusions(view.requested_regions(FACET))
    if not fusions:
        yield NO_FUSION
        return
    asked, fused = fused_and_requested(view, fusions)
    hit, proof = asked & fused, evidence(fusions)
    base: dict[str, Any] = {"evidence": proof}
    inside = f"The request reaches {listed(lv.in_order(hit))}, inside a fused segment: {quoted(proof)}."
    loose = view.diagnoses_under(_PSEUDARTHROSIS) if hit and policy.flag(_EXCEPTED) else ()
    if loose:
        yield Draft(
            "needs_review",
            f"{inside} {_PSEUDARTHROSIS} (pseudarthrosis) is submitted, which is excepted "
            f"{under(policy, _SLUG)}.",
            headline=f"whether the fusion at {listed(lv.in_order(hit))} is a pseudarthrosis",
            evidence=(*proof, *(e for dx in loose for e in dx.evidence)),
            codes=tuple(icd(dx.code) for dx in loose),
            parameters=(policy.parameter(_EXCEPTED),),
            asks=("Imaging that shows whether the fused segment is firm",),
        )
    elif hit:
        yield Draft(
            "not_met",
            f"{inside} A fused level is excluded {under(policy, _SLUG)}.",
            headline=f"a requested level ({', '.join(lv.in_order(hit))}) lies inside a fused segment",
            **base,
        )
    elif asked and fused:
        yield Draft("met", f"No requested level lies in the fused segment ({quoted(proof)}).", **base)
    else:
        lacking = [w for w, there in (("fused", fused), ("requested", asked)) if not there]
        yield Draft(
            "not_documented",
            f"The {listed(lacking)} levels are not stated, so that request and fusion ({quoted(proof)}) "
            f"cannot be compared; a fused level is excluded {under(policy, _SLUG)}.",
            headline=f"the {listed(lacking)} levels",
            asks=(ASK_LEVELS,) if not fused else ("The levels of the requested procedure",),
            supplies=levels_stated(fusions, view.requested_regions(FACET), asked) if asked else (),
            **base,
        )


CHECK = Check(
    slug=_SLUG,
    ref="B1",
    title="Target level inside a fused segment",
    compares="requested facet joints with segments fused in the past",
    severity="major",
    references=("evicore-cmm-208", "aetna-cpb-0016", "bcbsnd-rf"),
    run=run,
    families=FACET,
    optional=(_EXCEPTED,),
)

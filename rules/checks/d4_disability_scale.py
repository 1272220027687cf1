"""D4: a disability scale at baseline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.case import Fact
from rules.checks.base import Check, Draft, Supply, evidence, quoted
from rules.checks.baseline import at_baseline, blocks_done
from rules.checks.naming import under
from rules.measures import measure
from rules.policy import PolicyView
from rules.values import DisabilityScale
from rules.view import FACET, CaseView

_SLUG = "disability-scale"
_ASK = "A named disability scale (Oswestry or Neck Disability Index, say) with its score at baseline"


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for a named scale with its score that was taken before the diagnostic blocks."""
    blocks = blocks_done(view, view.requested_regions(FACET))
    told = [f for f in view.case.disability_scales if f.assertion in ("present", "historical")]
    scored = [f for f in told if f.value.score is not None]
    when = {f.id: at_baseline(view, f, f.value.moment, blocks) for f in scored}
    fit: list[Fact[DisabilityScale]] = [f for f in scored if when[f.id]]
    open_ = [f for f in scored if when[f.id] is None]
    view.trail.add(
        "disability scales",
        f"{len(told)} named, {len(scored)} with a score, {len(fit)} at baseline, {len(open_)} of open moment",
        told,
    )
    asked = f"A disability scale at baseline is asked {under(policy, _SLUG)}"
    # Where scales do not count since they are later than a block, that block is part of the proof.
    base: dict[str, Any] = {"evidence": evidence(fit or (*told, *(blocks if scored else ())))}
    if fit:
        yield Draft("met", f"{asked}; the record gives {quoted(evidence(fit))}.", **base)
        return
    if open_:
        yield Draft(
            "needs_review",
            f"{asked}. The record gives {quoted(evidence(open_))}, and neither its words nor its dates say "
            "whether that was before the blocks.",
            headline="whether the disability scale was taken at baseline",
            asks=(_ASK,),
            **base,
        )
        return
    if scored:
        what = f"the record gives one later only: {quoted(evidence(scored))}"
    elif told:
        what = f"the record names one without its score: {quoted(evidence(told))}"
    else:
        what = "the record names none"
    score = measure("assumed_disability_score")
    yield Draft(
        "not_documented",
        f"{asked}; {what}.",
        headline="a disability scale with its score at baseline",
        asks=(_ASK,),
        supplies=(
            Supply(
                "disability_scales",
                DisabilityScale(name="odi", score=score, moment="baseline"),
                "a disability scale was taken at baseline",
            ),
        ),
        **base,
    )


CHECK = Check(
    slug=_SLUG,
    ref="D4",
    title="Disability scale at baseline",
    compares="the named disability scales of the record, their scores and moments with a scale at baseline",
    severity="minor",
    references=("lcd-facet-quoted", "lcd-facet-cgs"),
    run=run,
    families=FACET,
)

"""A6: the relief after diagnostic blocks against the policy's threshold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.blocks import relief_told
from rules.checks.base import Check, Draft, evidence, listed, quoted
from rules.checks.earlier import blocks_that_count
from rules.checks.missing_blocks import missing_blocks
from rules.policy import PolicyView
from rules.values import Region
from rules.view import FACET_ABLATION, CaseView


def _region(view: CaseView, policy: PolicyView, region: Region) -> Draft:
    cut = policy.threshold("diagnostic_block_relief_percent")
    found = blocks_that_count(view, policy, region)
    placed, blocks = found.placed, found.placed.blocks
    above, below, open_ = blocks.above(cut), blocks.below(cut), blocks.unsettled(cut)
    figures = listed(relief_told(f) for f in blocks.measured)
    proof = evidence(blocks.measured)
    base: dict[str, Any] = {"subject": region, "parameters": (cut.parameter,)}
    said = f"Relief after past {region} diagnostic blocks: {figures}; {cut.told} is asked"
    if above and below:
        pair = (*evidence(above[:1]), *evidence(below[:1]))
        return Draft(
            "needs_review",
            f"{said}. The blocks disagree: {quoted(evidence(above[:1]), most=1)} against "
            f"{quoted(evidence(below[:1]), most=1)}.{placed.why_left_out()}",
            headline=f"what {region} diagnostic blocks that disagree ({figures}) amount to",
            evidence=(*pair, *proof),
            asks=("Why the relief differed between the diagnostic blocks",),
            **base,
        )
    if above:
        return Draft(
            "met",
            f"{said}.{placed.remark(above)}{placed.why_left_out()}",
            headline=f"relief of {cut.told} is documented",
            evidence=proof,
            **base,
        )
    if open_:
        return Draft(
            "needs_review",
            f"{said}; {listed(relief_told(f) for f in open_)} may or may not be ({quoted(evidence(open_))})."
            f"{placed.why_left_out()}",
            headline=f"whether {region} block relief of {listed(relief_told(f) for f in open_)} is "
            f"{cut.told}",
            evidence=proof,
            asks=("Relief after each diagnostic block as one figure in per cent",),
            **base,
        )
    if blocks.measured and not blocks.unmeasured:
        return Draft(
            "not_met",
            f"{said} ({quoted(proof)}).{placed.why_left_out()}",
            headline=f"no {region} diagnostic block gave {cut.told} relief ({figures})",
            evidence=proof,
            **base,
        )
    if found.earlier.events and not found.anew and not blocks.done:
        return Draft(
            "not_applicable",
            f"A facet ablation was done before ({quoted(found.earlier.proof)}), and no block is documented; "
            "A5 says what the policy asks of a repeat.",
            subject=region,
            evidence=found.earlier.proof,
        )
    where = " at the requested levels and side" if placed.left_out and not blocks.done else ""
    what = (
        "A past block is documented without a figure of relief"
        if blocks.done
        else f"No past block{where} is documented"
    )
    return Draft(
        "not_documented",
        f"{what} in the {region} region, so that nothing can be held against "
        f"{cut.told}.{placed.why_left_out()}",
        headline=f"a diagnostic medial branch block{where} with its relief",
        evidence=evidence((*blocks.done, *blocks.not_done, *placed.left_out)),
        asks=(
            "Relief after each diagnostic block in per cent, or pain scores before and after on one scale",
        ),
        supplies=missing_blocks(view, policy, placed, region, 1, found.after),
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold every measured relief of each requested region against the policy's figure."""
    for region in view.requested_regions(FACET_ABLATION):
        yield _region(view, policy, region)


CHECK = Check(
    slug="diagnostic-block-relief",
    ref="A6",
    title="Relief after diagnostic blocks",
    compares="the relief of each past facet block with the policy's figure",
    severity="major",
    references=("seed-s1", "cohen-2020", "lcd-facet-cgs"),
    run=run,
    version="3",
    families=FACET_ABLATION,
    parameters=("diagnostic_block_relief_percent",),
    optional=(
        "diagnostic_block_kinds",
        "repeat_ablation_needs_block",
        "days_between_blocks",
        "block_anesthetic_only",
    ),
)

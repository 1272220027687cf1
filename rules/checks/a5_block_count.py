"""A5: enough positive diagnostic blocks before a first ablation, at the same levels and side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.blocks import facet_blocks, mismatch
from rules.checks.base import Check, Draft, evidence, listed, number, quoted
from rules.policy import PolicyView
from rules.values import Region
from rules.view import FACET_ABLATION, CaseView, may_lie_in

_ASK = "Procedure notes of the diagnostic medial branch blocks: date, levels, side, agent, relief in per cent"


def _repeat(view: CaseView, region: Region) -> Draft | None:
    """Draft for a repeat ablation without a block: payers differ whether it needs a new one."""
    before = [
        f
        for f in view.case.ablations
        if f.value.target == "facet"
        and view.is_past(f, f.value.status)
        and may_lie_in(f.value.region, f.value.levels, (region,))
    ]
    if not before:
        return None
    return Draft(
        outcome="needs_review",
        message=f"A facet ablation was done before ({quoted(evidence(before))}); whether a repeat needs a "
        "new "
        "diagnostic block differs by payer.",
        subject=region,
        headline="whether a repeat ablation needs a new diagnostic block",
        evidence=evidence(before),
        asks=("Relief and duration of relief after the earlier ablation",),
    )


def _region(view: CaseView, policy: PolicyView, region: Region) -> Draft:
    need, cut = (
        policy.parameter("diagnostic_block_count"),
        policy.parameter("diagnostic_block_relief_percent"),
    )
    least, percent = int(policy.number(need.name)), policy.number(cut.name)
    blocks = facet_blocks(view, region)
    positive = blocks.above(percent)
    base: dict[str, Any] = {"subject": region, "parameters": (need, cut)}
    goal = f"{least} diagnostic block{'s' if least > 1 else ''} with more than {number(percent)} % relief"
    if len(positive) >= least:
        proof = evidence(positive)
        differs = mismatch(view, region, positive, FACET_ABLATION)
        if differs:
            return Draft(
                "needs_review",
                f"Positive {region} blocks are documented ({quoted(proof)}), but levels or side differ: "
                f"{differs}.",
                headline="whether the blocks were at the requested levels and side",
                evidence=proof,
                asks=("Diagnostic blocks at the requested levels and side",),
                **base,
            )
        return Draft(
            "met",
            f"{len(positive)} positive {region} diagnostic block{'s' if len(positive) > 1 else ''} "
            f"(more than {number(percent)} % relief): {quoted(proof)}.",
            headline=f"{len(positive)} positive {region} diagnostic block(s) documented",
            evidence=proof,
            **base,
        )
    repeat = None if blocks.measured else _repeat(view, region)
    if repeat:
        return repeat
    if blocks.measured and len(positive) + len(blocks.unmeasured) < least:
        proof = evidence(blocks.measured)
        figures = listed(f"{number(f.value.percent_relief or 0)} %" for f in blocks.measured)
        return Draft(
            "not_met",
            f"{len(positive)} of {least} positive {region} diagnostic blocks are documented: "
            f"{quoted(proof)}.",
            headline=f"no {region} diagnostic block gave more than {number(percent)} % relief ({figures})"
            if not positive
            else f"{len(positive)} of {least} positive {region} diagnostic blocks",
            evidence=proof,
            **base,
        )
    proof = evidence((*blocks.done, *blocks.not_done))
    tail = " A planned or declined block does not count." if blocks.not_done else ""
    what = (
        f"The record names {quoted(proof)} without a figure of relief."
        if blocks.done
        else "No past block is documented."
    )
    return Draft(
        "not_documented",
        f"{goal[0].upper()}{goal[1:]} in the {region} region: {what}{tail}",
        headline="a diagnostic medial branch block with its relief"
        if least == 1
        else f"{least} diagnostic medial branch blocks with their relief",
        evidence=proof,
        asks=(_ASK,),
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Count positive past blocks in each region of the requested ablation."""
    for region in view.requested_regions(FACET_ABLATION):
        yield _region(view, policy, region)


CHECK = Check(
    slug="diagnostic-block-count",
    ref="A5",
    title="Positive diagnostic blocks before ablation",
    compares="the count of positive past facet blocks at the requested levels and side with the policy's "
    "minimum",
    severity="major",
    references=("seed-s1", "lcd-l38801", "cohen-2020"),
    run=run,
    families=FACET_ABLATION,
)

"""A5: enough positive diagnostic blocks before a first ablation, at the same levels and side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.blocks import relief_told
from rules.case import Fact
from rules.checks.base import Check, Draft, evidence, listed, quoted
from rules.checks.coverage import Placed, place_name, placed_blocks
from rules.policy import PolicyView
from rules.threshold import Threshold
from rules.values import Injection, Region
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


def _positive(
    placed: Placed, positive: tuple[Fact[Injection], ...], least: int, cut: Threshold, base: dict[str, Any]
) -> Draft:
    """Draft where enough blocks are positive: met, unless some requested place has too few of them."""
    proof, region = evidence(positive), base["subject"]
    short = [place_name(p) for p in placed.uncovered(positive, least)]
    if short:
        return Draft(
            "needs_review",
            f"Positive {region} blocks are documented ({quoted(proof)}), but too few of them reach "
            f"{listed(short)}, which is requested.{placed.why_left_out()}",
            headline=f"whether the positive blocks cover {listed(short)}",
            evidence=(*proof, *evidence(placed.left_out)),
            asks=("Diagnostic blocks at the requested levels and side",),
            **base,
        )
    return Draft(
        "met",
        f"{len(positive)} positive {region} diagnostic block{'s' if len(positive) > 1 else ''} "
        f"({cut.told} relief): {quoted(proof)}.{placed.remark(positive)}"
        f"{placed.why_left_out()}",
        headline=f"{len(positive)} positive {region} diagnostic block(s) documented",
        evidence=proof,
        **base,
    )


def _region(view: CaseView, policy: PolicyView, region: Region) -> Draft:
    need, cut = (
        policy.threshold("diagnostic_block_count"),
        policy.threshold("diagnostic_block_relief_percent"),
    )
    least = int(need.value)
    placed = placed_blocks(view, region)
    blocks = placed.blocks
    positive, open_ = blocks.above(cut), blocks.unsettled(cut)
    base: dict[str, Any] = {"subject": region, "parameters": (need.parameter, cut.parameter)}
    goal = f"{least} diagnostic block{'s' if least > 1 else ''} with {cut.told} relief"
    if len(positive) >= least:
        return _positive(placed, positive, least, cut, base)
    if len(positive) + len(open_) >= least:
        proof = evidence((*positive, *open_))
        figures = listed(relief_told(f) for f in open_)
        return Draft(
            "needs_review",
            f"{goal[0].upper()}{goal[1:]} in the {region} region: the record gives {figures} "
            f"({quoted(proof)}), which may or may not be {cut.told}."
            f"{placed.why_left_out()}",
            headline=f"whether {region} block relief of {figures} is {cut.told}",
            evidence=proof,
            asks=("Relief after each diagnostic block as one figure in per cent",),
            **base,
        )
    repeat = None if blocks.measured else _repeat(view, region)
    if repeat:
        return repeat
    if blocks.measured and len(positive) + len(open_) + len(blocks.unmeasured) < least:
        proof = evidence(blocks.measured)
        figures = listed(relief_told(f) for f in blocks.measured)
        return Draft(
            "not_met",
            f"{len(positive)} of {least} positive {region} diagnostic blocks are documented: "
            f"{quoted(proof)}.{placed.why_left_out()}",
            headline=f"no {region} diagnostic block gave {cut.told} relief ({figures})"
            if not positive
            else f"{len(positive)} of {least} positive {region} diagnostic blocks",
            evidence=proof,
            **base,
        )
    proof = evidence((*blocks.done, *blocks.not_done, *placed.left_out))
    tail = " A planned or declined block does not count." if blocks.not_done else ""
    if blocks.done:
        what = f"The record names {quoted(evidence(blocks.done))} without a figure of relief."
    elif placed.left_out:
        what = "No past block at the requested levels and side is documented."
    else:
        what = "No past block is documented."
    where = " at the requested levels and side" if placed.left_out and not blocks.done else ""
    return Draft(
        "not_documented",
        f"{goal[0].upper()}{goal[1:]} in the {region} region: {what}{placed.why_left_out()}{tail}",
        headline=f"a diagnostic medial branch block{where} with its relief"
        if least == 1
        else f"{least} diagnostic medial branch blocks{where} with their relief",
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
    version="2",
    families=FACET_ABLATION,
    parameters=("diagnostic_block_count", "diagnostic_block_relief_percent"),
)

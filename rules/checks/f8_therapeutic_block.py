"""F8: a therapeutic facet injection: its diagnosis, the benefit of the one before, and why no ablation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.blocks import Blocks
from rules.checks.base import Check, Draft, Supply, evidence, listed, quoted
from rules.checks.benefit import benefit_of, needs
from rules.checks.coverage import Placed, at_place, place_name, placed_blocks, target_of, why_elsewhere
from rules.checks.missing_blocks import missing_blocks
from rules.checks.past_injections import (
    FACET_BLOCK,
    KINDS,
    past_injections,
    purpose_of_request,
    requested_injections,
    serves,
)
from rules.policy import PolicyView
from rules.sessions import event_of
from rules.values import Rationale, Region
from rules.view import CaseView


def _before(view: CaseView, placed: Placed) -> Placed:
    """Leave out a block of the day asked: it is the requested one."""
    done = tuple(f for f in placed.blocks.done if not ((e := event_of(view, f)).told and e.first == view.on))
    return Placed(placed.target, Blocks(done, placed.blocks.not_done), placed.elsewhere)


def _diagnosis(view: CaseView, policy: PolicyView, region: Region) -> Draft:
    """Positive diagnostic blocks at the requested joints and side."""
    need = policy.threshold("therapeutic_diagnostic_count")
    cut = policy.threshold("diagnostic_block_relief_percent")
    least = int(need.just_enough)
    placed = _before(view, placed_blocks(view, region, policy, FACET_BLOCK))
    blocks = placed.blocks
    positive, open_ = blocks.above(cut), blocks.unsettled(cut)
    counts = [len(at_place(positive, p)) for p in placed.target.places]
    hopeful = [len(at_place((*positive, *open_), p)) for p in placed.target.places]
    proof = evidence(blocks.done)
    base: dict[str, Any] = {
        "subject": f"{region}-diagnosis",
        "evidence": proof,
        "parameters": (need.parameter, cut.parameter),
    }
    goal = (
        f"{policy.policy.title} asks for {need.told} with {cut.told} relief before a therapeutic facet "
        f"injection"
    )
    said = f"; the record gives {len(positive)}" + (f" ({quoted(proof, most=3)})" if proof else "")
    tail = f"{placed.remark(positive)}{placed.why_left_out()}"
    if min(counts) >= least:
        return Draft("met", f"{goal}{said}.{tail}", **base)
    short = listed(place_name(p) for p, n in zip(placed.target.places, counts, strict=True) if n < least)
    if max(hopeful) >= least:
        return Draft(
            "needs_review",
            f"{goal}{said}, and leaves open whether they suffice for {short}.{tail}",
            headline=f"whether the diagnostic blocks suffice for {short}",
            asks=("Relief in per cent, levels and side of each diagnostic block",),
            **base,
        )
    if blocks.below(cut) and len(blocks.done) - len(blocks.below(cut)) < least:
        return Draft(
            "not_met",
            f"{goal}{said}.{tail}",
            headline=f"{len(positive)} of {least} positive diagnostic blocks before a therapeutic injection",
            **base,
        )
    return Draft(
        "not_documented",
        f"{goal}{said}.{tail}",
        headline=f"{least} diagnostic blocks with {cut.told} relief before a therapeutic injection",
        asks=("Procedure notes of the diagnostic blocks: date, levels, side, agent, relief in per cent",),
        supplies=missing_blocks(view, policy, placed, region, least),
        **base,
    )


def _benefit(view: CaseView, policy: PolicyView, region: Region) -> Draft:
    """What the therapeutic injection before this one brought at the same place."""
    asked = needs(
        policy,
        "therapeutic_block_relief_percent",
        "therapeutic_block_relief_duration",
        "therapeutic_block_function_percent",
    )
    target = target_of(view, region, FACET_BLOCK)
    past = [
        e
        for e in past_injections(view, KINDS[FACET_BLOCK], region)
        if serves(e.fact, "therapeutic") and why_elsewhere(e.fact, target) is None
    ]
    newest = max((e.first for e in past), default=None)
    facts = [e.fact for e in past if newest is not None and e.last >= newest]
    proof = evidence(facts)
    base: dict[str, Any] = {
        "subject": f"{region}-benefit",
        "evidence": proof,
        "parameters": asked.parameters,
    }
    if not past:
        said = f"No earlier therapeutic facet injection at the requested place is documented ({region})."
        return Draft("not_applicable", said, **base)
    found = benefit_of(view, facts, asked)
    start = (
        f"{policy.policy.title} asks for {asked.told} after the therapeutic injection before; the record "
        f"gives {found.told or 'no figure'} ({quoted(proof)})"
    )
    if found.state == "holds":
        return Draft("met", f"{start}.", **base)
    if found.state == "fails":
        return Draft(
            "not_met",
            f"{start}.",
            headline=f"the therapeutic injection before gave {found.told}, where {asked.told} is asked",
            **base,
        )
    asks = ("Relief in per cent, its duration and the gain in function after the earlier injection",)
    if found.state == "open":
        return Draft(
            "needs_review",
            f"{start}, which leaves open whether that is reached.",
            headline=f"whether {found.told} after the therapeutic injection before is enough",
            asks=asks,
            **base,
        )
    lacking = listed(found.lacking, "or" if asked.function else "and")
    return Draft(
        "not_documented",
        f"{start}. It does not state {lacking}.",
        headline=f"the benefit of the therapeutic injection before ({lacking})",
        asks=asks,
        **base,
    )


def _no_ablation(view: CaseView, region: Region, title: str) -> Draft:
    """The reason why no ablation is done."""
    said = view.latest(f for f in view.case.rationales if f.value.kind == "why_not_ablation")
    found = [f for f in said if f.assertion in ("present", "historical")]
    view.trail.add("reason why no ablation is done", "stated" if found else "not stated", found)
    subject = f"{region}-reason"
    if found:
        proof = evidence(found)
        return Draft(
            "met", f"The record says why no ablation is done: {quoted(proof)}.", subject, evidence=proof
        )
    return Draft(
        "not_documented",
        f"{title} asks why a therapeutic injection is given and no ablation; the record does not say.",
        subject,
        headline="why a therapeutic injection is given and no ablation",
        asks=("A statement of the treating clinician why ablation is no option for this patient",),
        supplies=(
            Supply(
                "rationales",
                Rationale(kind="why_not_ablation"),
                "ablation is no option for this patient for a reason that the clinician has found",
            ),
        ),
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold a requested facet injection that is told as therapeutic against what the policy states."""
    title = policy.policy.title
    for region in view.requested_regions(FACET_BLOCK):
        if purpose_of_request(view, policy, FACET_BLOCK, region) != "therapeutic":
            said = f"The record does not call the requested injection therapeutic ({region})."
            yield Draft("not_applicable", said, subject=region)
            continue
        if policy.flag("therapeutic_blocks_noncovered"):
            yield Draft(
                "not_met",
                f"The requested facet injection is a therapeutic one; {title} covers none.",
                subject=region,
                headline="a therapeutic facet injection is requested, and none is covered",
                evidence=evidence(requested_injections(view, KINDS[FACET_BLOCK], region)),
                parameters=(policy.parameter("therapeutic_blocks_noncovered"),),
            )
            continue
        if policy.has("therapeutic_diagnostic_count"):
            yield _diagnosis(view, policy, region)
        if policy.has("therapeutic_block_relief_percent"):
            yield _benefit(view, policy, region)
        yield _no_ablation(view, region, title)


CHECK = Check(
    slug="therapeutic-block",
    ref="F8",
    title="Therapeutic facet injection",
    compares="a requested therapeutic facet injection with the diagnostic blocks before it, the benefit of "
    "the therapeutic one before, and the reason why no ablation is done",
    severity="major",
    references=("lcd-facet-cgs",),
    run=run,
    version="2",
    families=FACET_BLOCK,
    optional=(
        "therapeutic_blocks_noncovered",
        "therapeutic_diagnostic_count",
        "diagnostic_block_relief_percent",
        "diagnostic_block_kinds",
        "diagnostic_modifier",
        "days_between_blocks",
        "block_anesthetic_only",
        "therapeutic_block_relief_percent",
        "therapeutic_block_relief_duration",
        "therapeutic_block_function_percent",
    ),
)

"""F6: a new diagnostic block before a repeat that is late, or where the pain's source is in doubt again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.case import Fact
from rules.checks.base import Check, Draft, evidence, listed, quoted
from rules.checks.coverage import place_name, placed_blocks
from rules.checks.earlier import Earlier, blocks_after, earlier_ablations, in_doubt, long_past
from rules.checks.missing_blocks import missing_blocks
from rules.policy import PolicyView
from rules.sessions import event_of
from rules.values import Injection, Region
from rules.view import FACET_ABLATION, CaseView

_ASK = "Procedure note of a diagnostic block after the earlier ablation, with its relief in per cent"


def _new_block(
    view: CaseView, policy: PolicyView, region: Region, earlier: Earlier, why: str, base: dict[str, Any]
) -> Draft:
    """Draft for a repeat that needs a new block: what the blocks after the earlier ablation say."""
    cut = policy.threshold("diagnostic_block_relief_percent")
    placed, unclear = blocks_after(view, placed_blocks(view, region, policy), earlier)
    positive = placed.blocks.above(cut)
    surely: tuple[Fact[Injection], ...] = tuple(f for f in positive if f not in unclear)
    perhaps = (*(f for f in positive if f in unclear), *placed.blocks.unsettled(cut))
    proof = evidence((*placed.blocks.done, *earlier.facts))
    tail = placed.why_left_out()
    start = f"{why} {policy.policy.title} then asks for a new diagnostic block ({cut.told} relief)"
    base = {**base, "evidence": proof, "parameters": (*base["parameters"], cut.parameter)}
    short = [place_name(p) for p in placed.uncovered(surely)]
    if surely and short:
        return Draft(
            "needs_review",
            f"{start}; the one on record ({quoted(evidence(surely))}) does not reach {listed(short)}.{tail}",
            headline=f"whether the new diagnostic block covers {listed(short)}",
            asks=(_ASK,),
            **base,
        )
    if surely:
        return Draft("met", f"{start}: {quoted(evidence(surely))}.{placed.remark(surely)}{tail}", **base)
    if perhaps:
        dated = all(event_of(view, f).told for f in perhaps)
        return Draft(
            "needs_review" if dated else "not_documented",
            f"{start}; whether {quoted(evidence(perhaps))} is one the record leaves open by its date or its "
            f"figure.{tail}",
            headline="whether the block on record is a new one that was positive"
            if dated
            else "the day of the new diagnostic block",
            asks=(_ASK,),
            **base,
        )
    if placed.blocks.below(cut) and not placed.blocks.unmeasured:
        return Draft(
            "not_met",
            f"{start}; the one on record did not reach it: {quoted(evidence(placed.blocks.measured))}.{tail}",
            headline="no diagnostic block after the earlier ablation was positive",
            **base,
        )
    return Draft(
        "not_documented",
        f"{start}; the record has none with its relief.{tail}",
        headline="a new diagnostic block after the earlier ablation",
        asks=(_ASK,),
        supplies=missing_blocks(view, policy, placed, region, 1, earlier.over_by),
        **base,
    )


def _region(view: CaseView, policy: PolicyView, region: Region) -> Draft:
    need = policy.threshold("rediagnose_after_years")
    earlier = earlier_ablations(view, region)
    base: dict[str, Any] = {"subject": region, "parameters": (need.parameter,)}
    if not earlier.events:
        return Draft(
            "not_applicable",
            f"No earlier ablation at the requested place is documented ({region}).{earlier.why_left_out()}",
            **base,
        )
    doubt = in_doubt(view)
    when = ", ".join(e.when for e in earlier.latest)
    past = long_past(view, earlier, need)
    if doubt:
        why = f"The record puts the source of the pain in doubt again ({quoted(evidence(doubt))})."
        return _new_block(view, policy, region, earlier, why, base)
    if past:
        why = f"The earlier ablation ({when}: {quoted(earlier.proof)}) lies {need.told} back."
        return _new_block(view, policy, region, earlier, why, base)
    if past is False:
        return Draft(
            "not_applicable",
            f"The earlier ablation ({when}: {quoted(earlier.proof)}) does not lie {need.told} back; its "
            "diagnosis stands.",
            evidence=earlier.proof,
            **base,
        )
    found = _new_block(view, policy, region, earlier, "", base)
    if found.outcome == "met":
        return found
    told = all(e.told for e in earlier.latest)
    return Draft(
        "needs_review" if told else "not_documented",
        f"{policy.policy.title} asks for a new diagnostic block where the earlier ablation lies {need.told} "
        f"back; the record leaves its date open ({when}: {quoted(earlier.proof)}).",
        headline=f"whether the earlier ablation lies {need.told} back"
        if told
        else "the date of the earlier ablation",
        evidence=earlier.proof,
        asks=("The date of the earlier ablation (its procedure note)",),
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Ask for a new block in each region of a repeat ablation that is due for one."""
    for region in view.requested_regions(FACET_ABLATION):
        yield _region(view, policy, region)


CHECK = Check(
    slug="rediagnosis",
    ref="F6",
    title="New diagnosis before a late repeat",
    compares="the age of the earlier ablation, and doubt about the pain's source, with the policy's years "
    "and the diagnostic blocks after it",
    severity="major",
    references=("lcd-l38801", "cohen-2020"),
    run=run,
    families=FACET_ABLATION,
    parameters=("rediagnose_after_years", "diagnostic_block_relief_percent"),
    optional=("diagnostic_block_kinds", "days_between_blocks", "block_anesthetic_only"),
)

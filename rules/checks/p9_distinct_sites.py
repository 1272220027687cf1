"""P9: two procedures of one day under a claim edit that only distinct sites lift (ablation, block)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, evidence, listed, quoted, service
from rules.checks.claim_lines import codes_of, family_of, is_guidance, places
from rules.checks.combined import is_combination, reasons
from rules.checks.edits import Clash, clashes, outside, paired
from rules.checks.joint_counts import BLOCK_KINDS
from rules.checks.sites import Sites, apart
from rules.policy import PolicyView
from rules.view import CaseView

_ASK = "The joints and the side of each of the procedures of that day"


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for pairs with modifier indicator 1, guidance (P7) and combinations (P10) apart."""
    found = clashes(view, "1", _concerns)
    for clash in found:
        yield _judge(view, clash)
    if not found:
        yield Draft("not_applicable", "No two requested procedures of one day need distinct sites.")


def _concerns(first: str, second: str) -> bool:
    return not (is_guidance(first) or is_guidance(second) or is_combination(first, second))


def _judge(view: CaseView, clash: Clash) -> Draft:
    """Draft for the pairs of two services."""
    why = reasons(view)
    one, other = listed(codes_of(clash.first)), listed(codes_of(clash.second))
    base: dict[str, Any] = {
        "subject": f"{clash.edits[0].column_1}-{clash.edits[0].column_2}",
        "evidence": (*places(clash.lines), *evidence(why)),
        "codes": tuple(service(c) for c in codes_of(clash.lines)),
    }
    pairs = f"{listed(paired(clash))} on one day"
    if not clash.known_on:
        return Draft(
            "needs_review",
            f"{pairs}: the edit that was read lets them stand together only at distinct sites. "
            f"{outside(clash.edits[0], clash.day)}",
            headline=f"whether {other} may stand beside {one} on one day",
            **base,
        )
    if _done_and_planned(view, clash):
        return Draft(
            "needs_review",
            f"{pairs}, as no line has a day of its own: the record reports the block as done and plans the "
            "ablation, so that the two may be of different days.",
            headline=f"on which day {one} and {other} are asked for",
            asks=("The service date of each line",),
            **base,
        )
    sites = apart(clash)
    view.trail.add(f"sites of {one} and {other}", sites.value)
    if sites is Sites.SAME:
        return Draft(
            "contradiction",
            f"{pairs}: both are asked for at the same site, and no modifier makes one site two.",
            headline=f"{one} and {other} are asked for at the same site on one day",
            remedies=(
                Remedy(action=f"Request {one} or {other} for that site, not both", codes=base["codes"]),
            ),
            **base,
        )
    if clash.called_distinct and (sites is Sites.APART or why):
        return Draft("met", f"{pairs}: the claim calls them distinct, and {_shown(sites, why)}.", **base)
    if clash.called_distinct:
        return Draft(
            "needs_review",
            f"{pairs}: the claim calls them distinct by a modifier; the record does not say at which sites.",
            headline=f"whether {one} and {other} are at distinct sites",
            asks=(_ASK,),
            **base,
        )
    if sites is Sites.APART or why:
        return Draft(
            "needs_review",
            f"{pairs}: {_shown(sites, why)}, and no modifier of the claim says so (59 or XS).",
            headline=f"whether {one} and {other} of one day are to be marked as distinct",
            **base,
        )
    return Draft(
        "contradiction",
        f"{pairs}: the claim edit of {clash.edits[0].quarter} pays only the first of them unless they are "
        "at distinct sites, and neither a modifier nor the record says so.",
        headline=f"{other} beside {one} on one day is without a distinct site",
        remedies=(
            Remedy(
                action=f"Request {one} or {other}; where both were done at distinct sites, document the "
                "sites and use modifier 59 or XS",
                codes=base["codes"],
            ),
        ),
        asks=(_ASK,),
        **base,
    )


def _done_and_planned(view: CaseView, clash: Clash) -> bool:
    """Whether the record tells a facet block of this visit and an ablation to come, and no line is dated."""
    kinds = {family_of(line) for line in clash.lines}
    if any(line.service_date for line in clash.lines) or kinds != {"facet_rfa", "facet_block"}:
        return False
    done = [
        f
        for f in view.latest(view.case.injections)
        if f.value.kind in BLOCK_KINDS and f.value.status == "performed" and f.assertion == "present"
    ]
    planned = [f for f in view.latest(view.case.ablations) if f.value.status == "planned"]
    view.trail.add("facet block of this visit, and ablation planned", f"{len(done)}, {len(planned)}")
    return bool(done and planned)


def _shown(sites: Sites, why: tuple[Any, ...]) -> str:
    if sites is Sites.APART:
        return "the sites named are distinct"
    return f"the record states a reason for both ({quoted(evidence(why))})"


CHECK = Check(
    slug="distinct-sites",
    ref="P9",
    title="Two procedures of one day at one site",
    compares="every two procedures of a day under a claim edit of modifier indicator 1 with their sites "
    "and modifiers",
    severity="major",
    references=("ncci-ptp",),
    run=run,
    always=True,
)

"""P11: two procedures of one day under a claim edit that no modifier lifts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, listed, service
from rules.checks.claim_lines import codes_of, places
from rules.checks.edits import Clash, clashes, outside, paired, read_quarters
from rules.policy import PolicyView
from rules.view import CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for pairs with modifier indicator 0 among the codes of each day."""
    found = clashes(view, "0")
    for clash in found:
        yield _judge(clash)
    if not found:
        yield Draft(
            "not_applicable",
            "No two requested codes of one day stand under an edit that no modifier lifts, by the tables "
            f"that were read ({read_quarters('ptp')}).",
        )


def _judge(clash: Clash) -> Draft:
    """Draft for the pairs of two services."""
    pairs = listed(paired(clash))
    base: dict[str, Any] = {
        "subject": f"{clash.edits[0].column_1}-{clash.edits[0].column_2}",
        "evidence": places(clash.lines),
        "codes": tuple(service(c) for c in codes_of(clash.lines)),
    }
    one, other = listed(codes_of(clash.first)), listed(codes_of(clash.second))
    if not clash.known_on:
        return Draft(
            "needs_review",
            f"{pairs} on one day: the edit that was read has modifier indicator 0, so that no modifier "
            f"lifts it. {outside(clash.edits[0], clash.day)}",
            headline=f"whether {other} may stand beside {one} on one day",
            **base,
        )
    return Draft(
        "contradiction",
        f"{pairs} on one day: the claim edit of {clash.edits[0].quarter} pays only the first of them, and "
        "no modifier lifts it (modifier indicator 0).",
        headline=f"{other} cannot stand beside {one} on one day",
        remedies=(
            Remedy(
                action=f"Request the service that the record supports, {one} or {other}, and not both for "
                "one day",
                codes=base["codes"],
            ),
        ),
        **base,
    )


CHECK = Check(
    slug="pair-never-together",
    ref="P11",
    title="Procedures that no modifier lets stand together",
    compares="every two codes of a day with the claim edits of modifier indicator 0",
    severity="blocking",
    references=("ncci-ptp",),
    run=run,
    always=True,
)

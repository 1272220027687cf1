"""F7: a block where an earlier ablation was successful."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.checks.base import Check, Draft, evidence, listed, quoted
from rules.checks.benefit import benefit_of, needs
from rules.checks.earlier import Earlier, earlier_ablations, in_doubt, long_past
from rules.checks.past_injections import FACET_BLOCK
from rules.policy import PolicyView
from rules.values import Region
from rules.view import CaseView


def _due(view: CaseView, policy: PolicyView, earlier: Earlier) -> tuple[bool | None, str]:
    """Say whether the policy asks for a new diagnosis, and why; None where the record leaves it open."""
    if not policy.has("rediagnose_after_years"):
        return False, ""
    doubt = in_doubt(view)
    if doubt:
        return True, f"the source of the pain is in doubt again ({quoted(evidence(doubt))})"
    need = policy.threshold("rediagnose_after_years")
    return long_past(view, earlier, need), f"the ablation lies {need.told} back"


def _draft(view: CaseView, policy: PolicyView, earlier: Earlier, region: Region) -> Draft:
    asked = needs(
        policy,
        "repeat_ablation_relief_percent",
        "repeat_ablation_relief_duration",
        "repeat_ablation_function_percent",
    )
    found = benefit_of(view, [e.fact for e in earlier.latest], asked)
    base: dict[str, Any] = {"subject": region, "evidence": earlier.proof, "parameters": asked.parameters}
    days = listed(dict.fromkeys(e.when for e in earlier.latest))
    start = f"An ablation of the requested place is documented ({days}: {quoted(earlier.proof)})"
    tail = earlier.why_left_out()
    if found.state == "fails":
        said = f"{start}; it was not successful ({found.told}), so that a new diagnosis is open.{tail}"
        return Draft("met", said, **base)
    due, why = _due(view, policy, earlier)
    if due:
        said = f"{start}, but {why}: {policy.policy.title} then asks for a new diagnosis.{tail}"
        return Draft("met", said, **base)
    excluded = f"{policy.policy.title} does not cover a block where an ablation was successful ({asked.told})"
    if found.state == "holds" and due is None:
        return Draft(
            "needs_review",
            f"{start} with {found.told}. {excluded}, unless {why}; its date leaves that open.{tail}",
            headline=f"whether a new diagnosis is due after the ablation ({days})",
            asks=("The day of the earlier ablation (its procedure note)",),
            **base,
        )
    if found.state == "holds":
        return Draft(
            "not_met",
            f"{start} with {found.told}. {excluded}.{tail}",
            headline=f"the block is requested where an ablation was successful ({found.told})",
            **base,
        )
    if found.state == "open":
        return Draft(
            "needs_review",
            f"{start} with {found.told}, which leaves open whether it was successful. {excluded}.{tail}",
            headline=f"whether the earlier ablation was successful ({found.told})",
            asks=("Relief in per cent and its duration after the earlier ablation",),
            **base,
        )
    return Draft(
        "not_documented",
        f"{start}; the record does not state {listed(found.lacking, 'or')}. {excluded}.{tail}",
        headline="the benefit of the earlier ablation at this place",
        asks=("Relief in per cent and its duration after the earlier ablation",),
        weighs=False,
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for a successful ablation at the joints and side of each requested block."""
    for region in view.requested_regions(FACET_BLOCK):
        earlier = earlier_ablations(view, region, FACET_BLOCK)
        if earlier.events:
            yield _draft(view, policy, earlier, region)
        else:
            yield Draft(
                "not_applicable",
                f"No ablation of the requested place is documented ({region}).{earlier.why_left_out()}",
                subject=region,
            )


CHECK = Check(
    slug="block-after-ablation",
    ref="F7",
    title="Block after a successful ablation",
    compares="a requested facet block with the benefit of an earlier ablation at the same joints and side",
    severity="major",
    references=("lcd-l38801",),
    run=run,
    version="2",
    families=FACET_BLOCK,
    parameters=("repeat_ablation_relief_percent", "repeat_ablation_relief_duration"),
    optional=("repeat_ablation_function_percent", "rediagnose_after_years"),
)

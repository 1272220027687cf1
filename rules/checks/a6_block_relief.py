"""A6: the relief after diagnostic blocks against the policy's threshold."""

from __future__ import annotations

from collections.abc import Iterator

from rules.blocks import facet_blocks
from rules.checks.base import Check, Draft, evidence, listed, number, quoted
from rules.policy import PolicyView
from rules.view import FACET_ABLATION, CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold every measured relief of each requested region against the threshold: more than, not equal to."""
    cut = policy.parameter("diagnostic_block_relief_percent")
    percent = policy.number(cut.name)
    for region in view.requested_regions(FACET_ABLATION):
        blocks = facet_blocks(view, region)
        figures = listed(f"{number(f.value.percent_relief or 0)} %" for f in blocks.measured)
        proof = evidence(blocks.measured)
        if blocks.above(percent):
            yield Draft(
                "met",
                f"Relief after past {region} diagnostic blocks: {figures}; more than {number(percent)} % "
                "is asked.",
                subject=region,
                headline=f"relief above {number(percent)} % is documented",
                evidence=proof,
                parameters=(cut,),
            )
        elif blocks.measured and not blocks.unmeasured:
            yield Draft(
                "not_met",
                f"Relief after past {region} diagnostic blocks: {figures}; more than {number(percent)} % "
                "is asked "
                f"({quoted(proof)}).",
                subject=region,
                headline=f"no {region} diagnostic block gave more than {number(percent)} % relief "
                f"({figures})",
                evidence=proof,
                parameters=(cut,),
            )
        else:
            waiting = evidence((*blocks.done, *blocks.not_done))
            what = (
                "A past block is documented without a figure of relief"
                if blocks.done
                else "No past block is documented"
            )
            yield Draft(
                "not_documented",
                f"{what} in the {region} region, so that nothing can be held against more than "
                f"{number(percent)} %.",
                subject=region,
                headline="a diagnostic medial branch block with its relief",
                evidence=waiting,
                parameters=(cut,),
                asks=(
                    "Relief after each diagnostic block in per cent, or pain scores before and after on "
                    "one scale",
                ),
            )


CHECK = Check(
    slug="diagnostic-block-relief",
    ref="A6",
    title="Relief after diagnostic blocks",
    compares="the relief of each past facet block with the policy's threshold (strictly more)",
    severity="major",
    references=("seed-s1", "cohen-2020", "lcd-facet-cgs"),
    run=run,
    families=FACET_ABLATION,
)

"""A8: red flags lift the wait for conservative care, and speak against an elective spinal procedure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rules.assessment import Remedy
from rules.case import Fact
from rules.checks.base import Check, Draft, evidence, listed, quoted
from rules.policy import PolicyView
from rules.values import RedFlag
from rules.view import FACET, SPINAL, CaseView

_ESCALATE = Remedy(action="Escalate: urgent imaging and specialist or surgical assessment of the red flag")


def kinds(facts: Iterable[Fact[RedFlag]]) -> str:
    """Name the kinds of red flags in words."""
    return listed(sorted({f.value.kind.replace("_", " ") for f in facts}))


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Answer for the whole case by the latest mention of every red flag."""
    flags = view.red_flags()
    if flags["present"]:
        proof = evidence(flags["present"])
        facet = view.asks_for(FACET)
        yield Draft(
            outcome="not_met" if facet else "needs_review",
            message=f"A red flag is documented ({kinds(flags['present'])}): {quoted(proof)}. It lifts the "
            "wait for "
            + (
                "conservative care, but a facet procedure does not treat it; it must be assessed first."
                if facet
                else "conservative care and must be assessed before the procedure."
            ),
            headline=f"a red flag ({kinds(flags['present'])}) is documented and must be assessed first",
            evidence=proof,
            remedies=(_ESCALATE,),
            asks=("Imaging and specialist assessment of the red flag",),
        )
    elif flags["uncertain"]:
        proof = evidence(flags["uncertain"])
        yield Draft(
            outcome="needs_review",
            message=f"A red flag is suspected ({kinds(flags['uncertain'])}): {quoted(proof)}. It does not "
            "yet lift the "
            "wait for conservative care.",
            headline=f"whether a red flag ({kinds(flags['uncertain'])}) is present",
            evidence=proof,
            remedies=(_ESCALATE,),
            asks=("Imaging and specialist assessment of the red flag",),
        )
    elif flags["absent"]:
        yield Draft("met", "Red flags are documented as absent.", evidence=evidence(flags["absent"]))
    else:
        yield Draft("not_applicable", "No red flag is documented.")


CHECK = Check(
    slug="red-flags",
    ref="A8",
    title="Red flags",
    compares="documented red flags with an elective spinal procedure",
    severity="blocking",
    references=("seed-s1", "lcd-facet-quoted"),
    run=run,
    families=SPINAL,
)

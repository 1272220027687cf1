"""B11: a progressive deficit or structural finding without a surgical evaluation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.case import Fact
from rules.checks.base import Check, Draft, evidence, quoted
from rules.checks.surgeons import surgery_weighed
from rules.policy import PolicyView
from rules.view import SPINAL, CaseView, may_lie_in


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for red flags, or compression with a motor deficit, and for a word on surgery."""
    flags = view.red_flags()["present"]
    weak = [
        f
        for f in view.latest(view.case.examinations)
        if f.value.kind == "motor" and f.value.result == "positive" and f.assertion == "present"
    ]
    compressed = [
        f
        for f in view.latest(view.case.nerve_compression)
        if f.value.status == "present" and f.assertion == "present"
    ]
    grounds: list[Fact[Any]] = [*flags]
    for fact in compressed:
        # Weakness of the arm is no sign of a root compressed in the lower back.
        own = [w for w in weak if may_lie_in(w.value.region, (), (fact.value.region,))]
        if own:
            grounds += [*own, fact]
    view.trail.add("root compression with a motor deficit", f"{len(grounds) - len(flags)} facts", grounds)
    surgeon = surgery_weighed(view)
    proof = evidence(grounds)
    if not grounds:
        yield Draft(
            "not_applicable", "Neither a red flag nor root compression with a motor deficit is documented."
        )
    elif surgeon:
        yield Draft(
            "met",
            f"Surgery has been weighed: {quoted(evidence(surgeon))}.",
            evidence=(*proof, *evidence(surgeon)),
        )
    else:
        yield Draft(
            "needs_review",
            f"The record documents {quoted(proof)}, and no surgical evaluation was found in it.",
            headline="whether a surgical evaluation has taken place",
            evidence=proof,
            asks=("Surgical evaluation of the deficit or structural finding",),
        )


CHECK = Check(
    slug="surgical-evaluation",
    ref="B11",
    title="Surgical evaluation",
    compares="red flags and compression with a motor deficit with a surgical evaluation in the record",
    severity="minor",
    references=("seed-s2",),
    run=run,
    version="2",
    families=SPINAL,
)

"""R-LATER: events that the record dates after the day asked."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft, evidence, quoted
from rules.policy import PolicyView
from rules.view import CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Report the events that the record dates after the day: no check counts them."""
    if not view.later:
        yield Draft("not_applicable", "The record dates no care, procedure or imaging after the day asked.")
        return
    proof = evidence(view.later)
    count = f"{len(view.later)} statement{'s' if len(view.later) > 1 else ''}"
    yield Draft(
        "needs_review",
        f"{count} of care, procedures or imaging, dated after {view.on}, left out: {quoted(proof)}.",
        headline=f"{count} dated after {view.on}, left out here",
        evidence=proof,
    )


CHECK = Check(
    slug="evidence-after-the-day",
    ref="R-LATER",
    title="Evidence after the day asked",
    compares="the dates of care, procedures and imaging with the day asked; later ones count for no check",
    severity="minor",
    references=("seed-questions",),
    run=run,
    always=True,
)

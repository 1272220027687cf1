"""G2: whether the policy holds on the day."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft
from rules.policy import PolicyView
from rules.view import CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Tell whether the policy is in force on the day."""
    rule = policy.policy
    if rule.in_force(view.on):
        yield Draft("met", f"{rule.title} {rule.version} is in force on the day asked.")
        return
    day = f"the policy is not in force on {view.on}"
    until = f" to {rule.effective_to}" if rule.effective_to else ""
    yield Draft(
        "needs_review",
        f"{rule.title} {rule.version} is in force from {rule.effective_from}{until}, not on {view.on}. Its "
        "figures are "
        "shown for orientation.",
        headline=day,
        severity="major",
    )


CHECK = Check(
    slug="policy-in-force",
    ref="G2",
    version="2",
    title="Policy in force on the day",
    compares="the day asked with the policy's dates",
    severity="minor",
    references=("policy-file",),
    run=run,
    always=True,
)

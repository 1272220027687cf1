"""P16: a procedure that the policy does not cover."""

from __future__ import annotations

from collections.abc import Iterator

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, listed, service
from rules.checks.claim_lines import codes_of, places
from rules.policy import PolicyView
from rules.view import CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the requested codes against the policy's list."""
    excluded = policy.words("noncovered_procedures")
    shown = (policy.parameter("noncovered_procedures"),)
    asked = codes_of(view.lines())
    off = [code for code in asked if code in excluded]
    view.trail.add("requested codes on that list", listed(off) or "none")
    for code in off:
        label = service(code).title
        named = f"{code} ({label})" if label else code
        yield Draft(
            "not_met",
            f"{policy.policy.title} does not cover {named}.",
            code,
            headline=f"{policy.policy.title} does not cover {code}",
            evidence=places(line for line in view.lines() if line.cpt == code),
            codes=(service(code),),
            parameters=shown,
            remedies=(
                Remedy(action=f"Look for a service that {policy.policy.title} covers for this condition"),
            ),
        )
    if asked and not off:
        yield Draft(
            "met",
            f"No requested code is among those that {policy.policy.title} excludes ({listed(excluded)}).",
            codes=tuple(service(c) for c in asked),
            parameters=shown,
        )
    if not asked:
        yield Draft("not_applicable", "No procedure code is requested.")


CHECK = Check(
    slug="excluded-procedure",
    ref="P16",
    title="Procedure that the policy excludes",
    compares="each requested code with the procedures that the policy does not cover",
    severity="major",
    references=("si-l39462", "memo-ablation-exclusions", "evicore-cmm-208"),
    run=run,
    parameters=("noncovered_procedures",),
)

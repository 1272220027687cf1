"""R-REQUEST: a procedure code and a diagnosis code."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft
from rules.policy import PolicyView
from rules.view import CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Ask for a procedure code and a diagnosis code."""
    request = view.case.request
    lacking = []
    if not request.lines:
        lacking.append("a requested procedure code")
    if not request.diagnoses:
        lacking.append("a submitted diagnosis code")
    if not lacking:
        yield Draft("met", "The request names procedure and diagnosis codes.")
    for thing in lacking:
        yield Draft(
            "not_documented",
            f"The record does not state {thing}.",
            subject="procedure" if "procedure" in thing else "diagnosis",
            headline=thing,
            asks=(f"{thing[0].upper()}{thing[1:]}",),
        )


CHECK = Check(
    slug="request-stated",
    ref="R-REQUEST",
    title="Request stated",
    compares="the request with what a question of necessity needs: a procedure code and a diagnosis code",
    severity="major",
    references=("seed-questions",),
    run=run,
    always=True,
)

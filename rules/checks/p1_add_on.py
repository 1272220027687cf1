"""P1: an add-on code without its primary."""

from __future__ import annotations

from collections.abc import Iterator

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, listed, service
from rules.codes import cpt
from rules.policy import PolicyView
from rules.view import CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for the primary of every add-on code."""
    asked = {line.cpt for line in view.lines()}
    seen = False
    for code in sorted(asked):
        entry = cpt.lookup(code)
        if entry is None or entry.role != "add_on":
            continue
        seen = True
        if asked & set(entry.primaries):
            yield Draft("met", f"{code} stands beside its primary code.", code, codes=(service(code),))
        else:
            yield Draft(
                "contradiction",
                f"{code} is an add-on code and cannot stand without {listed(entry.primaries, 'or')}.",
                code,
                headline=f"{code} is an add-on code without its primary {listed(entry.primaries, 'or')}",
                evidence=tuple(e for line in view.lines() if line.cpt == code for e in line.evidence),
                codes=(service(code),),
                remedies=(
                    Remedy(
                        action="Request the primary code with the add-on",
                        codes=tuple(service(c) for c in entry.primaries),
                    ),
                ),
            )
    if not seen:
        yield Draft("not_applicable", "No add-on code is requested.")


CHECK = Check(
    slug="add-on-without-primary",
    ref="P1",
    title="Add-on code without its primary",
    compares="requested add-on codes with the primary codes that they belong to",
    severity="blocking",
    references=("ncci-add-on",),
    run=run,
    always=True,
)

"""The request itself: is it stated, do its sources agree, is its primary code there, is it covered."""

from __future__ import annotations

from collections.abc import Iterator

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, evidence, listed, quoted, service
from rules.codes import cpt
from rules.policy import PolicyView
from rules.view import CaseView

_SOURCE = {"option": "the options state", "case_file": "the case file states", "note": "the note states"}
_FIELD = {"procedures": "procedures", "diagnoses": "diagnoses", "service_date": "the service date"}


def run_stated(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
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


def run_conflict(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Report where options, case file and note state different codes or service dates."""
    if not view.case.request.conflicts:
        yield Draft("not_applicable", "The sources of the request do not differ.")
    for conflict in view.case.request.conflicts:
        first, field = _SOURCE[conflict.used_source], _FIELD[conflict.field]
        verb = "is" if conflict.field == "service_date" else "are"
        ours, theirs = listed(conflict.used) or "none", listed(conflict.other) or "none"
        yield Draft(
            "needs_review",
            f"{first[0].upper()}{first[1:]} {field} {ours}, {_SOURCE[conflict.other_source]} {theirs}. The "
            f"assessment uses {ours}.",
            subject=f"{conflict.field.replace('_', '-')}-{conflict.other_source.replace('_', '-')}",
            headline=f"which {field.removeprefix('the ')} {verb} meant: {ours} or {theirs}",
            evidence=conflict.evidence,
        )


def run_add_on(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
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


def run_in_force(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
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


def run_later(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
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


def run_covered(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Say plainly which requested codes the policy knows no criteria for."""
    asked = dict.fromkeys(line.cpt for line in view.lines())
    covered = []
    for code in asked:
        entry = cpt.lookup(code)
        if entry and entry.role == "guidance":
            continue
        if entry and entry.family in policy.policy.families:
            covered.append(code)
            continue
        label = f" ({entry.label})" if entry else ""
        yield Draft(
            "needs_review",
            f"No policy loaded for this code: {code}{label}. The policy “{policy.policy.title}” has no "
            "criteria for it, so "
            "that none can be met or unmet. Coding checks ran all the same.",
            code,
            headline=f"no policy loaded for this code ({code})",
            evidence=tuple(e for line in view.lines() if line.cpt == code for e in line.evidence),
            codes=(service(code),),
            asks=(f"The payer's criteria for {code}",),
            severity="major",
        )
    if covered:
        yield Draft(
            "met",
            f"{policy.policy.title} has criteria for {listed(covered)}.",
            codes=tuple(service(c) for c in covered),
        )
    if not asked:
        yield Draft("not_applicable", "No procedure code is requested.")


STATED = Check(
    slug="request-stated",
    ref="R-REQUEST",
    title="Request stated",
    compares="the request with what a question of necessity needs: a procedure code and a diagnosis code",
    severity="major",
    references=("seed-questions",),
    run=run_stated,
    always=True,
)
CONFLICT = Check(
    slug="request-conflict",
    ref="R-CONFLICT",
    title="Sources of the request differ",
    compares="codes and service dates of the options, the case file and the note with one another",
    severity="minor",
    references=("seed-questions",),
    run=run_conflict,
    always=True,
)
ADD_ON = Check(
    slug="add-on-without-primary",
    ref="P1",
    title="Add-on code without its primary",
    compares="requested add-on codes with the primary codes that they belong to",
    severity="blocking",
    references=("ncci-add-on",),
    run=run_add_on,
    always=True,
)
LATER = Check(
    slug="evidence-after-the-day",
    ref="R-LATER",
    title="Evidence after the day asked",
    compares="the dates of care, procedures and imaging with the day asked; later ones count for no check",
    severity="minor",
    references=("seed-questions",),
    run=run_later,
    always=True,
)
IN_FORCE = Check(
    slug="policy-in-force",
    ref="G2",
    version="2",
    title="Policy in force on the day",
    compares="the day asked with the policy's dates",
    severity="minor",
    references=("policy-file",),
    run=run_in_force,
    always=True,
)
COVERED = Check(
    slug="policy-covers-code",
    ref="G4",
    title="Policy covers the requested code",
    compares="each requested CPT code with the services that the policy has criteria for",
    severity="major",
    references=("seed-questions",),
    run=run_covered,
    always=True,
)

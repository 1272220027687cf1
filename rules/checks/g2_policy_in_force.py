"""G2: whether the policy holds on the day, and whether it is the payer's."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, listed
from rules.dates import shifted
from rules.policy import Policy, PolicyView
from rules.policy_files import available_policies, load_policy
from rules.view import CaseView


def _speaks_for(policy: Policy, payer: str) -> bool:
    """Whether a policy speaks for a payer: one of its payer's words stands in the name as words of it."""
    name = payer.casefold()
    return any(re.search(rf"\b{re.escape(word.casefold())}\b", name) for word in policy.payers)


def _payers_own(view: CaseView, payer: str) -> list[Policy]:
    """Return the shipped policies of a payer that hold on the day and have criteria for the request."""
    every = (load_policy(name) for name in available_policies())
    return [
        policy
        for policy in every
        if _speaks_for(policy, payer)
        and policy.in_force(view.on)
        and (not view.lines() or view.asks_for(policy.families))
    ]


def _force(view: CaseView, rule: Policy) -> Draft:
    if rule.in_force(view.on):
        return Draft("met", f"{rule.title} {rule.version} is in force on the day asked.")
    until = f" to {rule.effective_to}" if rule.effective_to else ""
    after = ""
    remedies: tuple[Remedy, ...] = ()
    if rule.successor and rule.effective_to and view.on and view.on > rule.effective_to:
        since = shifted(rule.effective_to, 1)
        after = f" From {since} on the policy {rule.successor} takes its place."
        remedies = (Remedy(action=f"Hold the record against the policy {rule.successor}"),)
    return Draft(
        "needs_review",
        f"{rule.title} {rule.version} is in force from {rule.effective_from}{until}, not on {view.on}."
        f"{after} Its figures are shown for orientation.",
        headline=f"the policy is not in force on {view.on}",
        remedies=remedies,
        severity="major",
    )


def _payer(view: CaseView, rule: Policy) -> Draft | None:
    """Return a point for a reviewer where another policy speaks for the payer; None otherwise."""
    payer = view.case.request.payer
    if payer is None:
        return None
    said = ", ".join(rule.payers) or "no payer"
    view.trail.add(f"the payer of the request ({payer})", f"{rule.id} speaks for {said}")
    if _speaks_for(rule, payer):
        return None
    others = _payers_own(view, payer)
    if not others:
        return None
    names = listed((policy.id for policy in others), "or")
    return Draft(
        "needs_review",
        f"The request names the payer {payer}; {rule.title} does not speak for it, and the policy {names} "
        "does.",
        "payer",
        headline=f"whether {names} is the payer's policy",
        remedies=(Remedy(action=f"Hold the record against the policy {names}"),),
        weighs=False,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Tell whether the policy is in force on the day and whether another one speaks for the payer."""
    view.trail.add(
        "days on which the policy holds",
        f"{policy.policy.effective_from} to {policy.policy.effective_to or 'today'}; asked: {view.on}",
    )
    yield _force(view, policy.policy)
    if other := _payer(view, policy.policy):
        yield other


CHECK = Check(
    slug="policy-in-force",
    ref="G2",
    version="3",
    title="Policy in force on the day",
    compares="the day asked with the policy's dates, and the payer of the request with the policy's payers",
    severity="minor",
    references=("policy-file",),
    run=run,
    always=True,
)

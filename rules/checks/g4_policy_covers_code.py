"""G4: requested codes for which the policy has no criteria."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft, listed, service
from rules.codes import cpt
from rules.policy import PolicyView
from rules.view import CaseView

#: Procedures that a policy names in order to exclude them: it has been read on them (P16 judges them).
_EXCLUDED = "noncovered_procedures"


def _unchecked(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Name the criteria that the policy has and no check reads."""
    # The conditions quote evidence as checks do, and so come after them.
    from rules.advice import conditions

    holding = conditions(view)
    gaps = [gap for gap in policy.policy.unchecked if any(word in holding for word in gap.when)]
    if gaps:
        told = "; ".join(gap.text for gap in gaps)
        yield Draft(
            "needs_review",
            f"{policy.policy.title} has criteria that no check reads: {told}. A reviewer holds the record "
            "against them.",
            "unchecked",
            headline=f"criteria that no check reads ({told})",
            severity="major",
        )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Say plainly which requested codes the policy knows no criteria for."""
    asked = dict.fromkeys(line.cpt for line in view.lines())
    excluded = policy.words(_EXCLUDED) if policy.has(_EXCLUDED) else ()
    covered, refused, foreign = [], [], False
    for code in asked:
        entry = cpt.lookup(code)
        if entry and entry.role == "guidance":
            continue
        if entry and entry.family in policy.policy.families:
            covered.append(code)
            continue
        if code in excluded:
            refused.append(code)
            continue
        foreign = True
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
    yield from _unchecked(view, policy)
    if covered:
        yield Draft(
            "met",
            f"{policy.policy.title} has criteria for {listed(covered)}.",
            codes=tuple(service(c) for c in covered),
        )
    if refused:
        yield Draft(
            "met",
            f"{policy.policy.title} names {listed(refused)} among the procedures that it does not cover.",
            "excluded",
            codes=tuple(service(c) for c in refused),
            parameters=(policy.parameter(_EXCLUDED),),
        )
    if asked and not covered and not refused and not foreign:
        yield Draft(
            "needs_review",
            f"Only guidance is requested ({listed(asked)}), which goes with a procedure. Without one "
            "there is nothing that a policy could be held against.",
            "guidance",
            headline=f"no procedure is requested beside the guidance ({listed(asked)})",
            evidence=tuple(e for line in view.lines() for e in line.evidence),
            codes=tuple(service(c) for c in asked),
            asks=("The procedure that the guidance belongs to",),
            severity="major",
        )
    if not asked:
        yield Draft("not_applicable", "No service that a policy could cover is requested.")


CHECK = Check(
    slug="policy-covers-code",
    ref="G4",
    version="4",
    title="Policy covers the requested code",
    compares="each requested CPT code with the services that the policy has criteria for",
    severity="major",
    references=("seed-questions",),
    run=run,
    optional=(_EXCLUDED,),
    always=True,
)

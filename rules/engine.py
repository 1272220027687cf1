"""The engine: a case, a policy and a day in; findings and an assessment out. Deterministic."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from rules import advice
from rules.assessment import Assessment, Citation, Finding, Missing, Severity
from rules.case import Case
from rules.checks import CATALOGUE
from rules.checks.base import Check, Draft
from rules.determination import Weighed, determine
from rules.policy import CheckUse, Policy, PolicyView, load_policy
from rules.references import cite
from rules.versions import versions
from rules.view import CaseView

_ALWAYS = CheckUse(required=True)


def day_of(case: Case) -> dt.date | None:
    """Return the day asked about: the service date, else the latest document's; never the clock."""
    lines = [line.service_date for line in case.request.lines if line.service_date]
    return case.request.service_date or max(lines, default=None) or case.latest_date


def _severity(check: Check, draft: Draft, required: bool) -> Severity:
    if draft.severity:
        return draft.severity
    if draft.outcome in ("contradiction", "not_met"):
        return check.severity
    if draft.outcome == "not_documented":
        return "major" if required else "minor"
    return "minor" if draft.outcome == "needs_review" else "info"


def _softened(draft: Draft, policy: Policy) -> Draft:
    """Turn the outcome of a payer's check into a point for a reviewer, or into nothing.

    Where the trigger is documented the point is raised; where it is not, the check does not apply: this
    policy has no figure to hold the record against.
    """
    if draft.outcome in ("not_met", "contradiction", "needs_review"):
        return dataclasses.replace(
            draft,
            outcome="needs_review",
            message=f"{draft.message} Payers differ on it; {policy.title.lower()} raises it and decides "
            "nothing.",
            severity="minor",
        )
    return dataclasses.replace(draft, outcome="not_applicable", severity="info", headline="", asks=())


def _drafts(check: Check, view: CaseView, policy: PolicyView) -> Iterable[Draft]:
    """Run a check, or answer that it does not concern the request."""
    if check.families is not None and not view.asks_for(check.families):
        words = ", ".join(f.replace("_", " ") for f in check.families)
        return [Draft("not_applicable", f"No service of the kinds that it concerns is requested ({words}).")]
    return check.run(view, policy)


def _weighed(case: Case, policy: Policy, on: dt.date | None) -> Iterator[Weighed]:
    """Run every check that applies, in the order of the catalogue."""
    view, figures = CaseView(case, on), PolicyView(policy, on)
    taken: set[str] = set()
    for check in CATALOGUE:
        use = policy.checks.get(check.slug, _ALWAYS if check.always else None)
        if use is None:
            continue
        for raw in _drafts(check, view, figures):
            draft = _softened(raw, policy) if use.payer_only else raw
            required = use.required and draft.weighs
            stem = f"{check.ref}-{draft.subject}" if draft.subject else check.ref
            name, count = stem, 1
            while name in taken:
                count += 1
                name = f"{stem}-{count}"
            taken.add(name)
            finding = Finding(
                id=name,
                check=check.slug,
                ref=check.ref,
                version=check.version,
                title=check.title,
                outcome=draft.outcome,
                severity=_severity(check, draft, required),
                required=required,
                message=draft.message,
                evidence=tuple(dict.fromkeys(draft.evidence)),
                codes=draft.codes,
                parameters=draft.parameters,
                citations=cite(check.references),
                remedies=draft.remedies,
            )
            yield Weighed(finding, draft)


def _missing(weighed: Sequence[Weighed]) -> tuple[Missing, ...]:
    """Collect what findings ask for, each item once, in the order of the findings."""
    asked: dict[str, list[str]] = {}
    for w in weighed:
        if w.finding.outcome not in ("met", "not_applicable"):
            for item in w.draft.asks:
                asked.setdefault(item, []).append(w.finding.id)
    return tuple(Missing(item=item, findings=tuple(ids)) for item, ids in asked.items())


def _references(*groups: Iterable[Citation]) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(citation for group in groups for citation in group))


def assess(case: Case, policy: Policy | str = "guideline", on: dt.date | None = None) -> Assessment:
    """Hold a case against a policy.

    Parameters
    ----------
    case
        The structured case; its own JSON is enough, no text is read.
    policy
        A policy, or the id of one that comes with the product.
    on
        The day asked. Defaults to the service date, then to the latest document's date, never to the clock.

    Returns
    -------
    Assessment
        The direct answer, findings in catalogue order, pathways, missing documentation, pitfalls, references.

    Raises
    ------
    rules.policy.PolicyError
        Where the policy is unknown or lacks a parameter that a check asks for.
    """
    rule = load_policy(policy) if isinstance(policy, str) else policy
    day = on or day_of(case)
    weighed = tuple(_weighed(case, rule, day))
    findings = tuple(w.finding for w in weighed)
    conditions = advice.conditions(CaseView(case, day))
    pathways = advice.pathways(rule, conditions)
    pitfalls = advice.pitfalls(rule, conditions)
    spoken = [f for f in findings if f.outcome != "not_applicable"]
    return Assessment(
        case_id=case.case_id,
        documents=case.documents,
        case=case,
        policy=rule.id,
        on=day,
        determination=determine(weighed, rule),
        findings=findings,
        pathways=pathways,
        missing_documentation=_missing(weighed),
        pitfalls=pitfalls,
        references=_references(
            *(f.citations for f in spoken), *(p.citations for p in pathways), *(p.citations for p in pitfalls)
        ),
        versions=versions(rule),
    )

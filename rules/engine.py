"""The engine: a case, a policy and a day in; findings and an assessment out. Deterministic."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from rules import advice, whatif
from rules.assessment import Assessment, Citation, Finding, Missing, Severity
from rules.case import Case
from rules.checks import CATALOGUE
from rules.checks.base import Check, Draft, listed
from rules.determination import Weighed, determine
from rules.policy import CheckUse, Policy, PolicyView, Unread
from rules.policy_files import load_policy
from rules.references import cite
from rules.trail import Trail
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


#: What a policy that raises a point says of it, without a source of its own for it and with one.
_SILENT, _SPEAKS = "lists no such criterion", "speaks of it and does not require it"


def _softened(draft: Draft, use: CheckUse, policy: Policy) -> Draft:
    """Turn the outcome of a check that the policy only raises into a point for a reviewer, or into nothing.

    ``payer_only``: where the trigger is documented the point is raised; where it is not, the check does not
    apply, for this policy has no figure to hold the record against. ``raises``: silence of the record is a
    point for a reviewer as well; where the policy's own sources speak of the point, so does the message.
    """
    note = f" {use.note}" if use.note else ""
    raised = f"{policy.title} {_SPEAKS if use.references else _SILENT}; a reviewer should know of it.{note}"
    if draft.outcome in ("not_met", "contradiction", "needs_review"):
        said = (
            f"Payers differ on it; {policy.named} raises it and decides nothing.{note}"
            if use.payer_only
            else raised
        )
        return dataclasses.replace(
            draft,
            outcome="needs_review",
            message=f"{draft.message} {said}",
            severity="minor",
        )
    if use.raises:
        if draft.outcome != "not_documented":
            return draft
        return dataclasses.replace(
            draft,
            outcome="needs_review",
            message=f"{draft.message} {raised}",
            headline=f"that {draft.headline} is not documented" if draft.headline else "",
            severity="minor",
        )
    return dataclasses.replace(draft, outcome="not_applicable", severity="info", headline="", asks=())


def _unread(gap: Unread, policy: Policy) -> Draft:
    """Draft for a figure whose source was not read: a reviewer looks it up, nothing is guessed."""
    title = f"{gap.title[0].lower()}{gap.title[1:]}"
    return Draft(
        "needs_review",
        f"{policy.title} has a figure for this that was not read at its source ({title}): {gap.why}. The "
        "record is not held against it.",
        headline=f"the payer's own figure ({title})",
        parameters=(gap.parameter,),
        asks=(f"The payer's own text on this point: {title}",),
    )


def _drafts(check: Check, view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Run a check, or answer that it does not concern the request."""
    if check.families is not None and not view.asks_for(check.families):
        words = ", ".join(f.replace("_", " ") for f in check.families)
        yield Draft("not_applicable", f"No service of the kinds that it concerns is requested ({words}).")
        return
    # A criterion of a policy holds for the services that the policy has criteria for, and for no others (G4).
    if check.families is not None and not check.always:
        if not view.asks_for(set(check.families) & set(policy.policy.families)):
            yield Draft(
                "not_applicable",
                f"{policy.policy.title} asks it of services that are not requested.",
            )
            return
    try:
        yield from check.run(view, policy)
    except Unread as gap:
        yield _unread(gap, policy.policy)


def _own(check: Check, view: CaseView, policy: Policy, drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Hold a policy's own criterion only against the regions that the policy speaks of (G4 tells more)."""
    asked = view.requested_regions(set(check.families or ()) & set(policy.families))
    foreign = {region for region in asked if region not in policy.regions}
    for draft in drafts:
        if draft.subject.split("-")[0] in foreign or (foreign and foreign.issuperset(asked)):
            yield Draft(
                "not_applicable",
                f"{policy.title} speaks of the {listed(policy.regions)} region alone, which is not requested"
                f"{f' here ({draft.subject})' if draft.subject else ''}.",
                draft.subject,
            )
        else:
            yield draft


def _citations(check: Check, use: CheckUse, draft: Draft, policy: Policy) -> tuple[Citation, ...]:
    """Sources of the figures used, then the policy's own for the criterion, else the check's."""
    figures = [policy.parameters[p.name].reference for p in draft.parameters if p.name in policy.parameters]
    own = policy.cite((*figures, *use.references))
    return own if use.references else tuple(dict.fromkeys((*own, *cite(check.references))))


def weigh(case: Case, policy: Policy, on: dt.date | None) -> Iterator[Weighed]:
    """Run every check that applies, in the order of the catalogue."""
    trail = Trail()
    view, figures = CaseView(case, on, trail), PolicyView(policy, on, trail)
    taken: set[str] = set()
    for check in CATALOGUE:
        use = policy.checks.get(check.slug, _ALWAYS if check.always else None)
        if use is None:
            continue
        trail.take()
        drafts = _drafts(check, view, figures)
        if policy.regions and use.references:
            drafts = _own(check, view, policy, drafts)
        for raw in drafts:
            steps = trail.take()
            draft = _softened(raw, use, policy) if use.payer_only or use.raises else raw
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
                citations=_citations(check, use, draft, policy),
                remedies=draft.remedies,
                trail=steps,
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


def assess(
    case: Case, policy: Policy | str = "guideline", on: dt.date | None = None, what_if: bool = False
) -> Assessment:
    """Hold a case against a policy.

    Parameters
    ----------
    case
        The structured case; its own JSON is enough, no text is read.
    policy
        A policy, or the id of one that comes with the product.
    on
        The day asked. Defaults to the service date, then to the latest document's date, never to the clock.
    what_if
        Also say what would alter the answer (``rules.whatif``); the rules run once more for each possibility.

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
    case = case.in_reading_order()
    day = on or day_of(case)
    weighed = tuple(weigh(case, rule, day))
    determination = determine(weighed, rule)
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
        determination=determination,
        findings=findings,
        pathways=pathways,
        missing_documentation=_missing(weighed),
        pitfalls=pitfalls,
        what_if=whatif.what_if(case, rule, day, weighed, weigh) if what_if else None,
        references=_references(
            *(f.citations for f in spoken), *(p.citations for p in pathways), *(p.citations for p in pitfalls)
        ),
        versions=versions(rule),
    )

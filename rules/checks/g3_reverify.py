"""G3: figures and code tables that are older, on the day, than they should be used unread."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, listed
from rules.codes import icd10cm
from rules.dates import shifted
from rules.policy import PolicyView
from rules.view import CaseView


def _overdue(policy: PolicyView, on: dt.date) -> Draft | None:
    """Return a point for a reviewer where the policy, or a figure of it, is past its day; None otherwise."""
    rule = policy.policy
    span = rule.reverify_after_days
    old = [
        (name, figure)
        for name, figure in rule.parameters.items()
        if figure.at(on).value is not None and shifted(figure.last_verified, span) < on
    ]
    policy.trail.add(
        f"last reading of the policy, good for {rule.reverify_after_days} days",
        f"{rule.last_verified}; figures past it: {', '.join(name for name, _ in old) or 'none'}",
    )
    last = min((rule.last_verified, *(figure.last_verified for _, figure in old)))
    if shifted(last, span) >= on:
        return None
    what = rule.title
    if shifted(rule.last_verified, span) >= on:
        what = f"{rule.title} ({listed(figure.title for _, figure in old)})"
    return Draft(
        "needs_review",
        f"{what} was last compared with its source on {last}, more than {rule.reverify_after_days} days "
        f"before {on}.",
        "policy",
        headline=f"whether the figures read on {last} still hold on {on}",
        parameters=tuple(policy.parameter(name) for name, _ in old),
        remedies=(Remedy(action="Compare the policy with its source and renew the day of reading"),),
        weighs=False,
    )


def _table(view: CaseView, on: dt.date) -> Draft | None:
    """Return a point for a reviewer where the day is of another fiscal year than the table of codes."""
    if not any(icd10cm.in_scope(dx.code) for dx in view.diagnoses):
        return None
    last = icd10cm.last_day()
    first = last.replace(year=last.year - 1) + dt.timedelta(days=1)
    view.trail.add("fiscal year of the ICD-10-CM table", f"{first} to {last}; asked: {on}")
    if first <= on <= last:
        return None
    which = "a later" if on > last else "an earlier"
    return Draft(
        "needs_review",
        f"The ICD-10-CM table is the release of {icd10cm.release()} (fiscal year to {last}); on {on} "
        f"{which} one holds, which was not read.",
        "icd10cm",
        headline=f"whether the diagnosis codes are valid in the ICD-10-CM list of {on}",
        remedies=(Remedy(action="Look the codes up in the list of the day"),),
        weighs=False,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Tell what was last read too long before the day, or for another fiscal year."""
    if view.on is None:
        yield Draft("not_applicable", "No day is known to hold the days of reading against.")
        return
    found = [draft for draft in (_overdue(policy, view.on), _table(view, view.on)) if draft]
    yield from found
    if not found:
        yield Draft("met", f"Policy and code table were read for {view.on}, or not too long before it.")


CHECK = Check(
    slug="sources-read",
    ref="G3",
    title="Sources read in time",
    compares="the day asked with the days on which policy and figures were read, and with the table's year",
    severity="minor",
    references=("policy-file", "icd10cm-tabular"),
    run=run,
    always=True,
)

"""R-CONFLICT: options, case file and note that state different codes, service dates or settings."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft, listed
from rules.policy import PolicyView
from rules.view import CaseView

_SOURCE = {"option": "the options state", "case_file": "the case file states", "note": "the note states"}


_FIELD = {
    "procedures": "procedures",
    "diagnoses": "diagnoses",
    "service_date": "the service date",
    "setting": "the setting",
    "state": "the state of the service",
    "claim_kind": "the kind of claim",
}


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Report where options, case file and note state different codes, dates, settings, states or claims."""
    if not view.case.request.conflicts:
        yield Draft("not_applicable", "The sources of the request do not differ.")
    for conflict in view.case.request.conflicts:
        first, field = _SOURCE[conflict.used_source], _FIELD[conflict.field]
        verb = "are" if conflict.field in ("procedures", "diagnoses") else "is"
        ours, theirs = listed(conflict.used) or "none", listed(conflict.other) or "none"
        yield Draft(
            "needs_review",
            f"{first[0].upper()}{first[1:]} {field} {ours}, {_SOURCE[conflict.other_source]} {theirs}. The "
            f"assessment uses {ours}.",
            subject=f"{conflict.field.replace('_', '-')}-{conflict.other_source.replace('_', '-')}",
            headline=f"which {field.removeprefix('the ')} {verb} meant: {ours} or {theirs}",
            evidence=conflict.evidence,
        )


CHECK = Check(
    slug="request-conflict",
    ref="R-CONFLICT",
    title="Sources of the request differ",
    compares="codes, service date, setting, state, kind of claim of the options, the case file and the note",
    severity="minor",
    references=("seed-questions",),
    run=run,
    always=True,
    version="2",
)

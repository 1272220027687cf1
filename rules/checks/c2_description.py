"""C2: the description as submitted against the official title of its code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, icd
from rules.codes import describe, icd10cm
from rules.policy import PolicyView
from rules.view import CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold each description that stood with a code against the code's title."""
    checked = False
    for dx in view.diagnoses:
        entry = icd10cm.lookup(dx.code)
        if entry is None or not dx.description or not describe.says_something(dx.description):
            continue
        checked = True
        title = entry.title
        if entry.region == "lumbar" and "lumbar" not in title.lower():
            title = f"{title}, lumbar region"
        against = describe.conflicts(dx.description, title)
        base: dict[str, Any] = {"subject": dx.code, "evidence": dx.evidence, "codes": (icd(dx.code),)}
        if against:
            yield Draft(
                "contradiction",
                f"{dx.code} was submitted as “{dx.description}”; its official title is “{entry.title}”: "
                f"{'; '.join(against)}.",
                headline=f"{dx.code} was submitted with a description that its title contradicts "
                f"({against[0]})",
                remedies=(Remedy(action="Submit the code whose title is meant, or the title of the code"),),
                **base,
            )
        elif describe.shares_concept(dx.description, title) is False:
            yield Draft(
                "needs_review",
                f"{dx.code} was submitted as “{dx.description}”; its official title is “{entry.title}”. "
                "They name "
                "different conditions.",
                headline=f"whether {dx.code} is the code that “{dx.description}” means",
                **base,
            )
        else:
            yield Draft("met", f"The description of {dx.code} agrees with its title “{entry.title}”.", **base)
    if not checked:
        yield Draft(
            "not_applicable",
            "No description that names a disease, region or side was submitted with a code of the table.",
        )


CHECK = Check(
    slug="description-against-title",
    ref="C2",
    title="Description against official title",
    compares="the description submitted with a code with the code's title: polarity, region, side, disease",
    severity="blocking",
    references=("icd10cm-tabular",),
    run=run,
    always=True,
)

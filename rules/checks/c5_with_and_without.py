"""C5: M47.81- (without radiculopathy) beside a code of radiculopathy in its region."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft, icd, of_diagnoses
from rules.codes import icd10cm
from rules.policy import PolicyView
from rules.view import CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for M47.81- (without radiculopathy) beside M47.2- or M54.1- of the same region."""
    without = view.diagnoses_under("M47.81")
    with_root = view.diagnoses_under("M47.2", "M54.1")
    hits = [(a, b) for a in without for b in with_root if not icd10cm.other_region(a.code, b.code)]
    for one, other in hits:
        yield Draft(
            "contradiction",
            f"{one.code} says without radiculopathy, {other.code} ({icd(other.code).title}) says with. No "
            "Excludes1 note "
            "bars the pair; the titles contradict one another.",
            headline=f"{one.code} says without radiculopathy and {other.code} says with",
            **of_diagnoses(one, other),
        )
    if not hits:
        yield Draft("not_applicable", "No M47.81- code stands beside a code of radiculopathy in its region.")


CHECK = Check(
    slug="with-and-without-radiculopathy",
    ref="C5",
    title="Codes with and without radiculopathy",
    compares="M47.81- with M47.2- and M54.1- of the same region",
    severity="blocking",
    references=("icd10cm-tabular",),
    run=run,
    always=True,
)

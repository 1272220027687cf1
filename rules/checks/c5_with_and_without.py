"""C5: M47.81- (without radiculopathy) beside a code of radiculopathy in its region."""

from __future__ import annotations

from collections.abc import Iterator

from rules.case import Diagnosis
from rules.checks.base import Check, Draft, icd, of_diagnoses
from rules.codes import icd10cm
from rules.policy import PolicyView
from rules.view import CaseView


def _against(one: Diagnosis, other: Diagnosis) -> Draft:
    title = icd(other.code).title
    if icd10cm.regions_of(one.code) and icd10cm.regions_of(other.code):
        return Draft(
            "contradiction",
            f"{one.code} says without radiculopathy, {other.code} ({title}) says with. No Excludes1 note "
            "bars the pair; the titles contradict one another.",
            headline=f"{one.code} says without radiculopathy and {other.code} says with",
            **of_diagnoses(one, other),
        )
    return Draft(
        "needs_review",
        f"{one.code} ({icd(one.code).title}) says without radiculopathy, {other.code} ({title}) says with, "
        "and not both name a region.",
        headline=f"whether {one.code} (without radiculopathy) and {other.code} (with) mean one region",
        asks=("A diagnosis code that names the region of the spine",),
        **of_diagnoses(one, other),
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for M47.81- (without radiculopathy) beside M47.2- or M54.1- of the same region.

    Where one of the two names no region ("site unspecified"), a reviewer settles whether they meet.
    """
    without = view.diagnoses_under("M47.81")
    with_root = view.diagnoses_under("M47.2", "M54.1")
    hits = [(a, b) for a in without for b in with_root if not icd10cm.other_region(a.code, b.code)]
    for one, other in hits:
        yield _against(one, other)
    if not hits:
        yield Draft("not_applicable", "No M47.81- code stands beside a code of radiculopathy in its region.")


CHECK = Check(
    slug="with-and-without-radiculopathy",
    ref="C5",
    version="2",
    title="Codes with and without radiculopathy",
    compares="M47.81- with M47.2- and M54.1- of the same region",
    severity="blocking",
    references=("icd10cm-tabular",),
    run=run,
    always=True,
)

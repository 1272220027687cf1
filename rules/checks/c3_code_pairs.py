"""C3 and C5: submitted codes that exclude one another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from rules.case import Diagnosis
from rules.checks.base import Check, Draft, icd
from rules.codes import icd10cm
from rules.policy import PolicyView
from rules.view import CaseView


def _other_region(first: str, second: str) -> bool:
    """Whether both codes name regions and share none."""
    one, other = set(icd10cm.regions_of(first)), set(icd10cm.regions_of(second))
    return bool(one and other and not one & other)


def _places(*found: Diagnosis) -> dict[str, Any]:
    return {
        "subject": "-".join(dx.code for dx in found),
        "evidence": tuple(e for dx in found for e in dx.evidence),
        "codes": tuple(icd(dx.code) for dx in found),
    }


def run_excludes(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for an Excludes1 note between every two submitted codes."""
    pairs = list(itertools.combinations(view.diagnoses, 2))
    hits = 0
    for one, other in pairs:
        note = icd10cm.excludes1(one.code, other.code)
        if note is None:
            continue
        hits += 1
        if _other_region(one.code, other.code):
            yield Draft(
                "needs_review",
                f"An Excludes1 note at {note} bars {one.code} with {other.code}, but they speak of "
                "different regions; "
                "unrelated conditions may stand together.",
                headline=f"whether {one.code} and {other.code} are unrelated conditions",
                **_places(one, other),
            )
        else:
            yield Draft(
                "contradiction",
                f"An Excludes1 note at {note} bars {one.code} ({icd(one.code).title}) with {other.code} "
                f"({icd(other.code).title}) unless they are unrelated.",
                headline=f"{one.code} and {other.code} exclude one another (Excludes1 at {note})",
                **_places(one, other),
            )
    if pairs and not hits:
        names = ", ".join(dx.code for dx in view.diagnoses)
        yield Draft(
            "met",
            f"No Excludes1 note stands between the submitted codes ({names}).",
            codes=tuple(icd(dx.code) for dx in view.diagnoses),
        )
    if not pairs:
        yield Draft("not_applicable", "Fewer than two diagnosis codes are submitted.")


def run_with_without(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for M47.81- (without radiculopathy) beside M47.2- or M54.1- of the same region."""
    without = view.diagnoses_under("M47.81")
    with_root = view.diagnoses_under("M47.2", "M54.1")
    hits = [(a, b) for a in without for b in with_root if not _other_region(a.code, b.code)]
    for one, other in hits:
        yield Draft(
            "contradiction",
            f"{one.code} says without radiculopathy, {other.code} ({icd(other.code).title}) says with. No "
            "Excludes1 note "
            "bars the pair; the titles contradict one another.",
            headline=f"{one.code} says without radiculopathy and {other.code} says with",
            **_places(one, other),
        )
    if not hits:
        yield Draft("not_applicable", "No M47.81- code stands beside a code of radiculopathy in its region.")


CHECK = Check(
    slug="excludes1-pair",
    ref="C3",
    title="Excludes1 pair",
    compares="every two submitted codes with the Excludes1 notes of the tabular list, headers included",
    # Major, not blocking: payers decide on the edit, and the classification admits unrelated conditions.
    severity="major",
    references=("icd10cm-tabular", "nchs-excludes1"),
    run=run_excludes,
    always=True,
)
CHECK_WITH = Check(
    slug="with-and-without-radiculopathy",
    ref="C5",
    title="Codes with and without radiculopathy",
    compares="M47.81- with M47.2- and M54.1- of the same region",
    severity="blocking",
    references=("icd10cm-tabular",),
    run=run_with_without,
    always=True,
)

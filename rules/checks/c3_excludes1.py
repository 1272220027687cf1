"""C3: two submitted codes of one region that an Excludes1 note keeps apart."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from rules.checks.base import Check, Draft, icd, of_diagnoses
from rules.codes import icd10cm
from rules.policy import PolicyView
from rules.view import CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for an Excludes1 note between every two submitted codes."""
    pairs = list(itertools.combinations(view.diagnoses, 2))
    hits = 0
    for one, other in pairs:
        note = icd10cm.excludes1(one.code, other.code)
        if note is None:
            continue
        hits += 1
        if icd10cm.other_region(one.code, other.code):
            yield Draft(
                "needs_review",
                f"An Excludes1 note at {note} bars {one.code} with {other.code}, but they speak of "
                "different regions; "
                "unrelated conditions may stand together.",
                headline=f"whether {one.code} and {other.code} are unrelated conditions",
                **of_diagnoses(one, other),
            )
        else:
            yield Draft(
                "contradiction",
                f"An Excludes1 note at {note} bars {one.code} ({icd(one.code).title}) with {other.code} "
                f"({icd(other.code).title}) unless they are unrelated.",
                headline=f"{one.code} and {other.code} exclude one another (Excludes1 at {note})",
                **of_diagnoses(one, other),
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


CHECK = Check(
    slug="excludes1-pair",
    ref="C3",
    title="Excludes1 pair",
    compares="every two submitted codes with the Excludes1 notes of the tabular list, headers included",
    # Major, not blocking: payers decide on the edit, and the classification admits unrelated conditions.
    severity="major",
    references=("icd10cm-tabular", "nchs-excludes1"),
    run=run,
    always=True,
)

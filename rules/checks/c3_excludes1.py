"""C3: two submitted codes that an Excludes1 note keeps apart, and nothing that shows them unrelated."""

from __future__ import annotations

from collections.abc import Iterator

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, icd, of_diagnoses
from rules.checks.excludes import Pair, excluded_pairs
from rules.policy import PolicyView
from rules.view import CaseView


def _barred(pair: Pair) -> Draft:
    one, other = pair.one.code, pair.other.code
    return Draft(
        "contradiction",
        f"An Excludes1 note at {pair.note} bars {one} ({icd(one).title}) with {other} ({icd(other).title}) "
        "unless they are unrelated, and the record does not say that they are.",
        headline=f"{one} and {other} exclude one another (Excludes1 at {pair.note})",
        remedies=(
            Remedy(action="Submit the one code that the record supports"),
            Remedy(action="If the two conditions are unrelated, the treating clinician documents so"),
        ),
        **of_diagnoses(pair.one, pair.other),
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for an Excludes1 note between every two submitted codes; C4 takes those that may be unrelated."""
    if len(view.diagnoses) < 2:
        yield Draft("not_applicable", "Fewer than two diagnosis codes are submitted.")
        return
    pairs = excluded_pairs(view)
    for pair in pairs:
        if not pair.may_stand:
            yield _barred(pair)
    names = ", ".join(dx.code for dx in view.diagnoses)
    if not pairs:
        yield Draft(
            "met",
            f"No Excludes1 note stands between the submitted codes ({names}).",
            codes=tuple(icd(dx.code) for dx in view.diagnoses),
        )
    elif all(pair.may_stand for pair in pairs):
        yield Draft(
            "not_applicable",
            f"The Excludes1 notes between the submitted codes ({names}) concern conditions that may be "
            "unrelated.",
        )


CHECK = Check(
    slug="excludes1-pair",
    ref="C3",
    version="2",
    title="Excludes1 pair",
    compares="every two submitted codes with the Excludes1 notes of the tabular list, headers included",
    # Major, not blocking: payers decide on the edit, and the classification admits unrelated conditions.
    severity="major",
    references=("icd10cm-tabular", "nchs-excludes1"),
    run=run,
    always=True,
)

"""B4: the status code of a surgical fusion, and M43.2- used in its stead."""

from __future__ import annotations

from collections.abc import Iterator

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, evidence, icd, listed, quoted
from rules.policy import PolicyView
from rules.view import REGIONS, CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for Z98.1 beside a narrated fusion, and for M43.2- used in its stead."""
    fusions = view.fusions(REGIONS)
    if not fusions:
        yield Draft("not_applicable", "No past spinal fusion is documented.")
        return
    disease = view.diagnoses_under("M43.2")
    proof = evidence(fusions)
    remedy = Remedy(action="Add the status code for a surgical fusion", codes=(icd("Z98.1"),))
    names = listed(dx.code for dx in disease)
    if disease:
        means = "mean" if len(disease) > 1 else "means"
        yield Draft(
            "needs_review",
            f"{names} {means} fusion of the spine as a disease (ankylosis); the record tells of an "
            f"operation: {quoted(proof)}.",
            headline=f"whether {names} is meant for a surgical fusion",
            evidence=(*proof, *(e for dx in disease for e in dx.evidence)),
            codes=(*(icd(dx.code) for dx in disease), icd("Z98.1")),
            remedies=tuple(
                Remedy(
                    action=f"If the operation is meant by {dx.code}, submit the status code instead",
                    codes=(icd("Z98.1"),),
                    replaces=dx.code,
                )
                for dx in disease
            ),
        )
    elif view.diagnoses and not view.diagnoses_under("Z98.1"):
        yield Draft(
            "needs_review",
            f"A past fusion is documented ({quoted(proof)}), and Z98.1 is not among the submitted codes.",
            headline="whether Z98.1 should be added for the past fusion",
            evidence=proof,
            codes=(icd("Z98.1"),),
            remedies=(remedy,),
        )
    elif view.diagnoses:
        yield Draft("met", "The past fusion is coded with Z98.1.", evidence=proof, codes=(icd("Z98.1"),))
    else:
        yield Draft("not_applicable", "No diagnosis is submitted.")


CHECK = Check(
    slug="fusion-status-code",
    ref="B4",
    title="Status code of a surgical fusion",
    compares="a narrated fusion with Z98.1 and M43.2- among the submitted codes",
    severity="minor",
    references=("icd10cm-tabular",),
    run=run,
)

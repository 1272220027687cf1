"""B5: a pain generator left by spinal surgery as a rival cause beside a facet request."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft, icd
from rules.policy import PolicyView
from rules.view import FACET, CaseView

#: Pseudarthrosis and postlaminectomy syndrome; breakdown, infection and pain of spinal fixation.
_POSTSURGICAL = ("M96.0", "M96.1", "T84.2", "T84.63", "T84.84")


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for codes of a pain generator left by surgery."""
    found = view.diagnoses_under(*_POSTSURGICAL)
    if not found:
        yield Draft("not_applicable", "No code of a postsurgical pain generator is submitted.")
    for dx in found:
        yield Draft(
            "needs_review",
            f"{dx.code} ({icd(dx.code).title}) names a rival pain generator beside the facet request.",
            subject=dx.code,
            headline=f"whether {dx.code} rather than the facet joints explains the pain",
            evidence=dx.evidence,
            codes=(icd(dx.code),),
            asks=(
                "Why the facet joints, and not the operated segment or its hardware, are held to be the "
                "source",
            ),
        )


CHECK = Check(
    slug="postsurgical-generator",
    ref="B5",
    title="Postsurgical pain generator",
    compares="the facet request with codes of pain left by spinal surgery or hardware",
    severity="minor",
    references=("seed-s2", "icd10cm-tabular", "lcd-facet-quoted"),
    run=run,
    families=FACET,
)

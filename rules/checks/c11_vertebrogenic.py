"""C11: vertebrogenic low back pain (M54.51), which names another pain generator, beside a facet ablation."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft, icd, listed, service
from rules.checks.parts import parts
from rules.policy import PolicyView
from rules.view import FACET_ABLATION, CaseView

_CODE = "M54.51"


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Point at M54.51 beside a facet ablation of the lower back.

    The title names the vertebrae as the origin of the pain; a facet ablation treats the facet joints.
    """
    coded = view.diagnoses_under(_CODE)
    asked = [part for part in parts(view, FACET_ABLATION) if part.touches(_CODE)]
    if not coded or not asked:
        yield Draft("not_applicable", f"{_CODE} does not stand beside a facet ablation of the lower back.")
        return
    named = listed(code for part in asked for code in part.codes)
    yield Draft(
        "needs_review",
        f"{_CODE} ({icd(_CODE).title}) names the vertebrae as the origin of the pain; the facet ablation "
        f"({named}) treats the facet joints.",
        headline=f"whether the vertebrae ({_CODE}) or the facet joints cause the pain to treat ({named})",
        evidence=(*(e for part in asked for e in part.places), *(e for dx in coded for e in dx.evidence)),
        codes=(*(service(c) for part in asked for c in part.codes), icd(_CODE)),
        asks=("A statement of the pain generator and what it rests on",),
    )


CHECK = Check(
    slug="vertebrogenic-code",
    ref="C11",
    title="Vertebrogenic pain beside a facet ablation",
    compares="the requested facet ablation with M54.51 (vertebrogenic low back pain)",
    severity="minor",
    references=("icd10cm-tabular", "memo-a58403-diagnoses"),
    run=run,
    families=FACET_ABLATION,
)

"""B5 and B12: rival causes of the pain beside a facet request: postsurgical ones, and spondylolisthesis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from rules.case import Evidence
from rules.checks.base import Check, Draft, evidence, icd, quoted
from rules.codes import icd10cm
from rules.policy import PolicyView
from rules.view import FACET, CaseView, may_lie_in

_POSTSURGICAL = ("M96.0", "M96.1", "T84.2", "T84.63", "T84.84")
#: Meyerding grade next to the slip: "grade 1", "Gr. II", "grade I-II".
_GRADE = re.compile(r"\b(?:grade|gr\.?)[ -]?(?:[1-5]|iv|v|i{1,3})\b", re.IGNORECASE)


def run_postsurgical(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
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


def _graded(places: Iterable[Evidence], descriptions: Iterable[str | None]) -> bool:
    return any(_GRADE.search(text) for text in (*(e.quote for e in places), *(d for d in descriptions if d)))


def run_slip(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Ask for stability films, grade and surgical evaluation beside a spondylolisthesis in the region."""
    regions = view.requested_regions(FACET)
    coded = [
        dx
        for dx in view.diagnoses_under("M43.1")
        if not (r := icd10cm.regions_of(dx.code)) or set(r) & set(regions)
    ]
    named = [
        f
        for f in view.latest(view.case.linked_diagnoses)
        if f.value.code.startswith("M43.1")
        and f.assertion == "present"
        and (not (r := icd10cm.regions_of(f.value.code)) or set(r) & set(regions))
    ]
    if not coded and not named:
        yield Draft("not_applicable", "No spondylolisthesis is coded or named in the requested region.")
        return
    told = (*(e for dx in coded for e in dx.evidence), *evidence(named))
    codes = tuple(icd(dx.code) for dx in coded)
    films = [
        f
        for f in view.case.imaging
        if f.value.modality == "flexion_extension"
        and f.assertion in ("present", "historical")
        and may_lie_in(f.value.region, (), regions)
    ]
    shown = evidence(films)
    seen = (*told, *evidence(view.case.imaging))
    graded = _graded(seen, (dx.description for dx in coded))
    surgeon = [f for f in view.case.surgeries if f.value.status in ("planned", "declined")]
    lacking = []
    if not films:
        lacking.append("flexion-extension radiographs")
    if not graded:
        lacking.append("the grade of the slip")
    base: dict[str, Any] = {"evidence": (*told, *shown, *evidence(surgeon)), "codes": codes}
    name = " and ".join(dict.fromkeys(dx.code for dx in coded)) or "spondylolisthesis"
    asks = (
        "Flexion-extension radiographs and the grade of the spondylolisthesis",
        "Surgical evaluation where the spondylolisthesis is unstable",
    )
    if not coded:
        yield Draft(
            "needs_review",
            f"The narrative names a spondylolisthesis that is not coded ({quoted(told)}); it is a rival "
            "cause.",
            headline="whether the spondylolisthesis in the narrative explains the pain",
            asks=asks,
            **base,
        )
    elif not films:
        yield Draft(
            "not_documented",
            f"{name} is a rival structural cause, and the record lacks {' and '.join(lacking)}: stability "
            "is not shown.",
            headline="stability imaging of the spondylolisthesis",
            asks=asks,
            **base,
        )
    elif not graded:
        yield Draft(
            "needs_review",
            f"Stability films are documented beside {name} ({quoted(shown)}); no grade was found in the "
            "cited places.",
            headline="of what grade the spondylolisthesis is",
            asks=asks,
            **base,
        )
    else:
        yield Draft(
            "met",
            f"Stability films and a grade are documented beside {name}: {quoted(shown)}.",
            **base,
        )


CHECK = Check(
    slug="postsurgical-generator",
    ref="B5",
    title="Postsurgical pain generator",
    compares="the facet request with codes of pain left by spinal surgery or hardware",
    severity="minor",
    references=("seed-s2", "icd10cm-tabular", "lcd-facet-quoted"),
    run=run_postsurgical,
    families=FACET,
)
CHECK_SLIP = Check(
    slug="spondylolisthesis-stability",
    ref="B12",
    title="Stability of a spondylolisthesis",
    compares="M43.1- beside a facet request with flexion-extension films, grade and surgical evaluation",
    severity="major",
    references=("seed-questions", "seed-s2", "lcd-facet-quoted"),
    run=run_slip,
    families=FACET,
)

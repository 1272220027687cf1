"""B12: a spondylolisthesis as a rival cause beside a facet request: stability, grade, surgical evaluation.

Stability and grade are no facts of their own yet: they are read from the quotes of imaging facts and of the
diagnosis, so that what the record says elsewhere goes to a reviewer and is not called missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from rules.case import Fact
from rules.checks.base import Check, Draft, Supply, evidence, icd, listed, quoted
from rules.checks.naming import under
from rules.checks.stability import stability
from rules.checks.surgeons import surgery_weighed
from rules.codes import icd10cm
from rules.policy import PolicyView
from rules.values import ImagingStudy
from rules.view import FACET, CaseView, may_lie_in

_SLUG = "spondylolisthesis-stability"
#: Meyerding grade: "grade 1", "Gr. II", "grade I-II".
_GRADE = re.compile(r"\b(?:grade|gr\.?)[ -]?(?:[1-5]|iv|v|i{1,3})\b", re.IGNORECASE)
_FILMS = "Flexion-extension radiographs and the grade of the spondylolisthesis"
_SURGEON = "Surgical evaluation of the unstable spondylolisthesis"


def _in_regions(code: str, regions: Sequence[str]) -> bool:
    """Whether a code names one of the regions, or none."""
    named = icd10cm.regions_of(code)
    return not named or bool(set(named) & set(regions))


def _films(view: CaseView, regions: Sequence[str]) -> list[Fact[ImagingStudy]]:
    return [
        f
        for f in view.case.imaging
        if f.value.modality == "flexion_extension"
        and f.assertion in ("present", "historical")
        and may_lie_in(f.value.region, (), regions)
    ]


def _films_supplied(view: CaseView) -> tuple[Supply, ...]:
    region = view.requested_regions(FACET)[0]
    value = ImagingStudy(modality="flexion_extension", region=region)
    return (Supply("imaging", value, f"flexion-extension radiographs of the {region} spine were taken"),)


def _coded(
    view: CaseView, name: str, films: list[Fact[ImagingStudy]], base: dict[str, Any], graded: bool, asked: str
) -> Draft:
    """Draft for a spondylolisthesis that is submitted as a code."""
    shown = evidence(films)
    if not films:
        lacking = "flexion-extension radiographs" + ("" if graded else " and the grade of the slip")
        return Draft(
            "not_documented",
            f"The {name} is a rival structural cause, and the record lacks {lacking}: stability is not "
            f"shown. {asked}",
            headline="stability imaging of the spondylolisthesis",
            asks=(_FILMS, "Surgical evaluation where the spondylolisthesis is unstable"),
            # Films alone settle it only where the grade is told: what they show is no fact of its own.
            supplies=_films_supplied(view) if graded else (),
            **base,
        )
    found = stability([e.quote for e in shown])
    surgeon = surgery_weighed(view)
    if found == "unstable" and not surgeon:
        return Draft(
            "not_documented",
            f"The {name} is documented as unstable ({quoted(shown)}), and no surgical evaluation was found "
            f"in the record. {asked}",
            headline="a surgical evaluation of the unstable spondylolisthesis",
            asks=(_SURGEON,),
            **base,
        )
    if found == "unstable":
        return Draft(
            "needs_review",
            f"The {name} is documented as unstable ({quoted(shown)}); surgery has been weighed "
            f"({quoted(evidence(surgeon))}).",
            headline="whether the facet joints or the unstable spondylolisthesis explain the pain",
            **base,
        )
    if found == "open":
        return Draft(
            "needs_review",
            f"Stability films are documented beside the {name} ({quoted(shown)}); the cited words leave open "
            "whether it is stable.",
            headline="whether the spondylolisthesis is stable on its films",
            asks=(_FILMS,),
            **base,
        )
    if found is None and not graded:
        return Draft(
            "needs_review",
            f"Stability films are documented beside the {name} ({quoted(shown)}); the cited places state "
            "neither a result "
            "nor a grade.",
            headline="what the stability films show of the spondylolisthesis",
            asks=(_FILMS,),
            **base,
        )
    return Draft("met", f"Stability films are documented beside the {name}: {quoted(shown)}.", **base)


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Ask for stability films, grade and surgical evaluation beside a spondylolisthesis in the region."""
    regions = view.requested_regions(FACET)
    coded = [dx for dx in view.diagnoses_under("M43.1") if _in_regions(dx.code, regions)]
    named = [
        f
        for f in view.latest(view.case.linked_diagnoses)
        if f.value.code.startswith("M43.1")
        and f.assertion == "present"
        and _in_regions(f.value.code, regions)
    ]
    told = (*(e for dx in coded for e in dx.evidence), *evidence(named))
    if not coded and not named:
        yield Draft("not_applicable", "No spondylolisthesis is coded or named in the requested region.")
        return
    films = _films(view, regions)
    base: dict[str, Any] = {
        "evidence": (*told, *evidence(films)),
        "codes": tuple(icd(dx.code) for dx in coded),
    }
    if not coded:
        yield Draft(
            "needs_review",
            f"The narrative names a spondylolisthesis that is not coded ({quoted(told)}); it is a rival "
            "cause.",
            headline="whether the spondylolisthesis in the narrative explains the pain",
            asks=(_FILMS,),
            **base,
        )
        return
    texts = [e.quote for e in (*told, *evidence(view.case.imaging))]
    texts += [dx.description for dx in coded if dx.description]
    rule = under(policy, _SLUG)
    asked = f"Its stability, and a surgical evaluation where it is unstable, are asked {rule}."
    name = f"spondylolisthesis ({listed(dict.fromkeys(dx.code for dx in coded))})"
    yield _coded(view, name, films, base, any(_GRADE.search(text) for text in texts), asked)


CHECK = Check(
    slug=_SLUG,
    ref="B12",
    title="Stability of a spondylolisthesis",
    compares="M43.1- beside a facet request with flexion-extension films, grade and surgical evaluation",
    severity="major",
    references=("seed-questions", "seed-s2", "lcd-facet-quoted"),
    run=run,
    version="3",
    families=FACET,
)

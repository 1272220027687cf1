"""B3, B4, B10: what the record must show of a past fusion: imaging after it, status code, levels."""

from __future__ import annotations

from collections.abc import Iterator

from rules import levels as lv
from rules.assessment import Remedy
from rules.case import Fact
from rules.checks.base import Check, Draft, evidence, icd, quoted
from rules.dates import last_day
from rules.policy import PolicyView
from rules.values import ImagingStudy, Surgery
from rules.view import REGIONS, SPINAL, CaseView, may_lie_in

_NONE = Draft("not_applicable", "No past fusion is documented in the requested region.")


def _follows(study: Fact[ImagingStudy], fusions: tuple[Fact[Surgery], ...]) -> bool:
    """Whether a study can be later than the fusion; one that shows the hardware is, without a date."""
    years = [f.value.year for f in fusions if f.value.year]
    return not (study.value.date and years and last_day(study.value.date).year < max(years))


def run_imaging(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for imaging after the fusion that assesses hardware, fusion mass or the adjacent segment."""
    regions = view.requested_regions(SPINAL)
    fusions = view.fusions(regions)
    if not fusions:
        yield _NONE
        return
    here = [
        f
        for f in view.case.imaging
        if f.assertion in ("present", "historical") and may_lie_in(f.value.region, (), regions)
    ]
    fit = [f for f in here if f.value.assesses_fusion and _follows(f, fusions)]
    if fit:
        proof = evidence(fit)
        yield Draft(
            "met",
            f"Imaging after the fusion assesses hardware, fusion or the adjacent segment: {quoted(proof)}.",
            headline="imaging after the fusion is documented",
            evidence=(*proof, *evidence(fusions)),
        )
        return
    what = f"Imaging is named ({quoted(evidence(here))}) but" if here else "No imaging"
    yield Draft(
        "not_documented",
        f"A past fusion is documented ({quoted(evidence(fusions))}). {what} "
        + ("does not, as documented, assess" if here else "after it is documented that assesses")
        + " hardware, fusion or the adjacent segment.",
        headline="imaging after the fusion",
        evidence=(*evidence(fusions), *evidence(here)),
        asks=(
            "Imaging after the fusion: MRI without contrast (CT where MRI cannot be done) and "
            "flexion-extension "
            "radiographs, with a word on hardware, fusion and adjacent segments",
        ),
    )


def run_code(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for Z98.1 beside a narrated fusion, and for M43.2- used in its stead."""
    fusions = view.fusions(REGIONS)
    if not fusions:
        yield Draft("not_applicable", "No past spinal fusion is documented.")
        return
    disease = view.diagnoses_under("M43.2")
    proof = evidence(fusions)
    remedy = Remedy(action="Add the status code for a surgical fusion", codes=(icd("Z98.1"),))
    if disease:
        yield Draft(
            "needs_review",
            f"{disease[0].code} means fusion of the spine as a disease (ankylosis); the record tells of an "
            "operation: "
            f"{quoted(proof)}.",
            headline=f"whether {disease[0].code} is meant for a surgical fusion",
            evidence=(*proof, *(e for dx in disease for e in dx.evidence)),
            codes=(icd(disease[0].code), icd("Z98.1")),
            remedies=(remedy,),
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


def run_levels(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Ask which levels are fused."""
    fusions = view.fusions(view.requested_regions(SPINAL))
    if not fusions:
        yield _NONE
        return
    fused = lv.all_segments(level for f in fusions for level in f.value.levels)
    proof = evidence(fusions)
    if fused:
        yield Draft("met", f"The fused levels are stated: {', '.join(lv.in_order(fused))}.", evidence=proof)
    else:
        yield Draft(
            "not_documented",
            f"A past fusion is documented without its levels: {quoted(proof)}.",
            headline="the levels fused",
            evidence=proof,
            asks=("Operation report or imaging that states the fused levels",),
        )


CHECK = Check(
    slug="imaging-after-fusion",
    ref="B3",
    title="Imaging after a fusion",
    compares="a past fusion in the region with imaging after it that assesses hardware, fusion or neighbours",
    severity="major",
    references=("seed-s2", "evicore-cmm-208"),
    run=run_imaging,
    families=SPINAL,
)
CHECK_CODE = Check(
    slug="fusion-status-code",
    ref="B4",
    title="Status code of a surgical fusion",
    compares="a narrated fusion with Z98.1 and M43.2- among the submitted codes",
    severity="minor",
    references=("icd10cm-tabular",),
    run=run_code,
)
CHECK_LEVELS = Check(
    slug="fused-levels-stated",
    ref="B10",
    title="Fused levels stated",
    compares="a past fusion in the region with the levels that the record states for it",
    severity="major",
    references=("seed-s2", "evicore-cmm-208"),
    run=run_levels,
    families=SPINAL,
)

"""B3: imaging after a fusion that assesses hardware, fusion mass or the neighbours."""

from __future__ import annotations

from collections.abc import Iterator

from rules.case import Fact
from rules.checks.base import Check, Draft, Supply, evidence, quoted
from rules.checks.fusions import NO_FUSION
from rules.checks.naming import under
from rules.dates import last_day
from rules.policy import PolicyView
from rules.values import ImagingStudy, Surgery
from rules.view import SPINAL, CaseView, may_lie_in

_SLUG = "imaging-after-fusion"


def _follows(study: Fact[ImagingStudy], fusions: tuple[Fact[Surgery], ...]) -> bool:
    """Whether a study can be later than the fusion; one that shows the hardware is, without a date."""
    years = [f.value.year for f in fusions if f.value.year]
    return not (study.value.date and years and last_day(study.value.date).year < max(years))


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for imaging after the fusion that assesses hardware, fusion mass or the adjacent segment."""
    regions = view.requested_regions(SPINAL)
    fusions = view.fusions(regions)
    if not fusions:
        yield NO_FUSION
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
        + " hardware, fusion or the adjacent segment. "
        f"It is asked {under(policy, _SLUG)}.",
        headline="imaging after the fusion",
        evidence=(*evidence(fusions), *evidence(here)),
        asks=(
            "Imaging after the fusion: MRI without contrast (CT where MRI cannot be done) and "
            "flexion-extension "
            "radiographs, with a word on hardware, fusion and adjacent segments",
        ),
        supplies=(
            Supply(
                "imaging",
                ImagingStudy(modality="mri", region=regions[0], assesses_fusion=True),
                "imaging after the fusion assesses hardware, fusion or the adjacent segment",
            ),
        ),
    )


CHECK = Check(
    slug=_SLUG,
    ref="B3",
    title="Imaging after a fusion",
    compares="a past fusion in the region with imaging after it that assesses hardware, fusion or neighbours",
    severity="major",
    references=("seed-s2", "evicore-cmm-208"),
    run=run,
    families=SPINAL,
)

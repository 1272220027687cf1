"""A7: the radicular path asks for imaging that agrees with it."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft, evidence, quoted
from rules.policy import PolicyView
from rules.values import Region
from rules.view import FACET, SPINAL, CaseView, may_lie_in

_SECTIONAL = ("mri", "ct", "ct_myelogram")


def _region(view: CaseView, region: Region, weighs: bool) -> Draft:
    """Draft for one region: compression on MRI or CT stated, denied, or not stated."""
    said = view.latest(f for f in view.case.nerve_compression if f.value.region == region)
    shown = [f for f in said if f.value.status == "present" and f.assertion in ("present", "historical")]
    denied = [f for f in said if f.value.status == "absent"]
    studies = [
        f
        for f in view.case.imaging
        if f.value.modality in _SECTIONAL
        and f.assertion in ("present", "historical")
        and may_lie_in(f.value.region, (), (region,))
    ]
    if shown:
        proof = evidence(shown)
        return Draft(
            "met",
            f"Imaging shows neural compression in the {region} region: {quoted(proof)}. Level and side are "
            "for the "
            "reviewer to compare.",
            subject=region,
            evidence=proof,
        )
    ask = f"Report of {region} MRI or CT that names the compressed root, its level and its side"
    if denied:
        proof = evidence(denied)
        return Draft(
            "needs_review",
            f"Imaging shows no neural compression in the {region} region ({quoted(proof)}), which does not "
            "agree with "
            "a radicular path.",
            subject=region,
            headline=f"whether the {region} radicular pain has a cause on imaging",
            evidence=proof,
            asks=(ask,),
        )
    proof = evidence(studies)
    what = (
        f"A study is named ({quoted(proof)}), but nothing is said of a root"
        if studies
        else "No MRI or CT is documented"
    )
    return Draft(
        "not_documented",
        f"{what} in the {region} region: the radicular path asks for imaging that agrees with it.",
        subject=region,
        headline=f"{region} imaging that shows root compression",
        evidence=proof,
        asks=(ask,),
        weighs=weighs,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Answer for regions of a requested epidural, and radicular regions of a requested facet procedure."""
    epidural = view.requested_regions(("epidural",))
    radicular = [r for r in view.requested_regions(FACET) if view.radicular(r).status == "present"]
    for region in dict.fromkeys((*epidural, *radicular)):
        # For a facet request the imaging belongs to the pathway that would fit; it is asked for, not weighed.
        yield _region(view, region, weighs=region in epidural)
    if not epidural and not radicular:
        yield Draft(
            "not_applicable", "No epidural is requested and no radicular pain is documented in the region."
        )


CHECK = Check(
    slug="radicular-imaging",
    ref="A7",
    title="Imaging for the radicular path",
    compares="an epidural request or documented radicular pain with MRI or CT findings of the region",
    severity="minor",
    references=("seed-s1", "esi-l39240"),
    run=run,
    families=SPINAL,
)

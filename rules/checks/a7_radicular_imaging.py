"""A7: the radicular path asks for imaging that agrees with it."""

from __future__ import annotations

from collections.abc import Iterator

from rules.case import Fact
from rules.checks.base import Check, Draft, Supply, evidence, listed, quoted
from rules.checks.imaging_places import asked_at, shown_at
from rules.checks.naming import under
from rules.levels import in_order
from rules.policy import PolicyView
from rules.values import NerveCompression, Region
from rules.view import FACET, SPINAL, CaseView, may_lie_in

_SLUG = "radicular-imaging"
_SECTIONAL = ("mri", "ct", "ct_myelogram")


def _shown(
    view: CaseView, policy: PolicyView, region: Region, shown: list[Fact[NerveCompression]], epidural: bool
) -> Draft:
    """Draft where imaging shows compression: at the level and side of an epidural, elsewhere, or not said."""
    proof = evidence(shown)
    said = f"Imaging shows neural compression in the {region} region: {quoted(proof)}."
    names, on_sides = shown_at(proof)
    asked, asked_sides = asked_at(view, region) if epidural else (frozenset(), frozenset())
    apart = []
    if names and asked and not names & asked:
        apart.append(f"at {listed(in_order(names))}, and {listed(in_order(asked))} is requested")
    if on_sides and asked_sides and not on_sides & asked_sides:
        apart.append(
            f"on the {listed(sorted(on_sides))}, and the {listed(sorted(asked_sides))} side is requested"
        )
    if apart:
        return Draft(
            "needs_review",
            f"{said} It lies {listed(apart)}; imaging that agrees with the request is asked "
            f"{under(policy, _SLUG)}.",
            subject=region,
            headline=f"whether the {region} imaging agrees with the level and side requested",
            evidence=proof,
            asks=(f"A statement which {region} root is meant, with the imaging that shows it",),
        )
    agreed = [w for w, some in (("level", names & asked), ("side", on_sides & asked_sides)) if some]
    left = [w for w in ("level", "side") if w not in agreed]
    tail = f" Agreement with the request: {listed(agreed)}." if agreed else ""
    if left:
        tail += f" For the reviewer to compare: {listed(left)}."
    return Draft("met", f"{said}{tail}", subject=region, evidence=proof)


def _region(view: CaseView, policy: PolicyView, region: Region, weighs: bool) -> Draft:
    """Draft for one region: compression on MRI or CT stated, denied, or not stated."""
    said = view.latest(
        f
        for f in view.case.nerve_compression
        if f.value.region == region
        and f.value.status != "not_documented"
        and f.assertion in ("present", "historical", "absent")
    )
    shown = [f for f in said if f.value.status == "present" and f.assertion in ("present", "historical")]
    denied = [f for f in said if f.value.status == "absent" or f.assertion == "absent"]
    studies = [
        f
        for f in view.case.imaging
        if f.value.modality in _SECTIONAL
        and f.assertion in ("present", "historical")
        and may_lie_in(f.value.region, (), (region,))
    ]
    if shown:
        return _shown(view, policy, region, shown, epidural=weighs)
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
        f"{what} in the {region} region: for the radicular path, imaging that agrees with it is asked "
        f"{under(policy, _SLUG)}.",
        subject=region,
        headline=f"{region} imaging that shows root compression",
        evidence=proof,
        asks=(ask,),
        supplies=(
            Supply(
                "nerve_compression",
                NerveCompression(region=region, status="present"),
                f"imaging of the {region} spine shows that a nerve root is compressed",
            ),
        ),
        weighs=weighs,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Answer for regions of a requested epidural, and radicular regions of a requested facet procedure."""
    epidural = view.requested_regions(("epidural",))
    radicular = [r for r in view.requested_regions(FACET) if view.radicular(r).status == "present"]
    for region in dict.fromkeys((*epidural, *radicular)):
        # For a facet request the imaging belongs to the pathway that would fit; it is asked for, not weighed.
        yield _region(view, policy, region, weighs=region in epidural)
    if not epidural and not radicular:
        yield Draft(
            "not_applicable", "No epidural is requested and no radicular pain is documented in the region."
        )


CHECK = Check(
    slug=_SLUG,
    ref="A7",
    title="Imaging for the radicular path",
    compares="an epidural request or documented radicular pain with MRI or CT findings of the region",
    severity="minor",
    references=("seed-s1", "esi-l39240"),
    run=run,
    version="3",
    families=SPINAL,
)

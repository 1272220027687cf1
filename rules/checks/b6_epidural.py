"""B6: an epidural injection for pain that is axial only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.checks.base import Check, Draft, Supply, evidence, icd, quoted, service
from rules.checks.naming import under
from rules.policy import PolicyView
from rules.values import Radicular, Region
from rules.view import CaseView

_SLUG = "epidural-for-axial-pain"
_EPIDURAL = ("epidural",)
#: Codes that speak of back or neck pain without a limb: alone they give an epidural no target.
_AXIAL = ("M47.81", "M47.89", "M47.9", "M54.2", "M54.5", "M54.6", "M54.8", "M54.9", "M51.360", "M51.370")
#: Coverage texts accept an epidural for these without radiculopathy.
_OTHER_GROUNDS = ("M96.1", "B02.2")


def _axial_grounds(view: CaseView, status: str) -> str | None:
    """Say what shows that the pain is axial only; None where nothing does."""
    if status in ("absent", "historical"):
        return f"radicular pain is documented as {'absent' if status == 'absent' else 'past'}"
    pain = [f for f in view.latest(view.case.pain) if f.value.pattern != "not_stated"]
    if pain and all(f.value.pattern == "axial" for f in pain):
        return "the pain is documented as axial"
    spinal = [dx for dx in view.diagnoses if dx.code.startswith(("M4", "M5"))]
    if spinal and all(dx.code.startswith(_AXIAL) for dx in spinal):
        return f"the submitted codes ({', '.join(dx.code for dx in spinal)}) speak of axial pain only"
    return None


def _region(view: CaseView, policy: PolicyView, region: Region) -> Draft:
    standing = view.radicular(region)
    claudication = [
        f
        for f in view.latest(view.case.claudication)
        if f.value.region == region and f.assertion == "present"
    ]
    codes = tuple(service(line.cpt) for line in view.lines(_EPIDURAL))
    proof = evidence((*standing.facts, *claudication))
    base: dict[str, Any] = {"subject": region, "evidence": proof, "codes": codes}
    if standing.status == "present" or claudication:
        return Draft("met", f"Radicular pain or claudication is documented: {quoted(proof)}.", **base)
    if standing.status == "uncertain":
        return Draft(
            "needs_review",
            f"Whether the {region} limb symptoms are radicular is uncertain: {quoted(proof)}.",
            headline=f"whether the {region} limb symptoms are radicular",
            asks=(
                f"A statement whether {region} radiculopathy is present, with the neurological examination",
            ),
            **base,
        )
    other = view.diagnoses_under(*_OTHER_GROUNDS)
    if other:
        return Draft(
            "needs_review",
            f"No {region} radicular pain is documented; {other[0].code} is a ground that is weighed on its "
            f"own {under(policy, _SLUG)}.",
            headline=f"whether {other[0].code} supports an epidural injection",
            subject=region,
            evidence=(*proof, *(e for dx in other for e in dx.evidence)),
            codes=(*codes, icd(other[0].code)),
        )
    grounds = _axial_grounds(view, standing.status)
    if grounds:
        return Draft(
            "not_met",
            f"An epidural injection is requested for the {region} region, and {grounds}: no inflamed root "
            f"is its target. Radicular pain or claudication is asked {under(policy, _SLUG)}.",
            headline=f"an epidural injection is requested although {grounds}",
            **base,
        )
    return Draft(
        "not_documented",
        f"Neither radicular pain nor claudication is documented in the {region} region; one of them is asked "
        f"{under(policy, _SLUG)}.",
        headline=f"{region} radicular pain or claudication",
        asks=("Distribution of the limb pain, neurological examination and tension signs",),
        supplies=(
            Supply(
                "radicular",
                Radicular(region=region, status="present"),
                f"the {region} pain is radicular, and the examination shows it",
            ),
        ),
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold each requested epidural region against its radicular status."""
    for region in view.requested_regions(_EPIDURAL):
        yield _region(view, policy, region)


CHECK = Check(
    slug=_SLUG,
    ref="B6",
    title="Epidural injection for axial pain",
    compares="a requested epidural injection with radicular pain, claudication, pain pattern and codes",
    severity="major",
    references=("seed-s2", "esi-l39240"),
    run=run,
    families=_EPIDURAL,
)

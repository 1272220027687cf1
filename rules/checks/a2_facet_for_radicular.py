"""A2: a facet procedure while the pain of its region is radicular."""

from __future__ import annotations

from collections.abc import Iterator

from rules.assessment import Remedy
from rules.case import Diagnosis, Evidence, Fact
from rules.checks.base import Check, Draft, evidence, quoted, service
from rules.checks.naming import under
from rules.policy import PolicyView
from rules.values import Region, SynovialCyst
from rules.view import FACET, CaseView, may_lie_in

_SLUG = "facet-for-radicular-pain"
#: Other bursal cyst, other site: the code under which a synovial cyst of the spine is submitted.
_CYST_CODE = "M71.38"


def _cysts(view: CaseView, region: Region) -> tuple[Fact[SynovialCyst], ...]:
    """Return synovial cysts of a region, found or suspected, that no later document denies."""
    here = [
        f
        for f in view.case.synovial_cysts
        if f.assertion in ("present", "uncertain", "absent", "historical")
        and may_lie_in(f.value.region, f.value.levels, (region,))
    ]
    over = [view.date_of(f) for f in here if f.assertion in ("absent", "historical")]
    gone = max((d for d in over if d), default=None)
    found = tuple(
        f
        for f in here
        if f.assertion in ("present", "uncertain") and not (gone and (day := view.date_of(f)) and day < gone)
    )
    view.trail.add(f"synovial cysts, {region}", f"{len(found)} found or suspected", found)
    return found


def _places(found: tuple[Diagnosis, ...]) -> tuple[Evidence, ...]:
    return tuple(e for dx in found for e in dx.evidence)


def _cyst_told(coded: bool, found: tuple[Fact[SynovialCyst], ...]) -> str:
    """Say what the record tells of a cyst."""
    sure = [f for f in found if f.assertion == "present"]
    if sure:
        return f"a synovial cyst is documented ({quoted(evidence(sure))})"
    if coded:
        return f"{_CYST_CODE} (a cyst) is submitted"
    return f"a synovial cyst is suspected ({quoted(evidence(found))})"


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the requested facet lines of each region against its radicular status."""
    codes = tuple(service(line.cpt) for line in view.lines(FACET))
    numbers = ", ".join(dict.fromkeys(c.code for c in codes))
    coded = view.diagnoses_under(_CYST_CODE)
    for region in view.requested_regions(FACET):
        standing = view.radicular(region)
        proof = evidence(standing.facts)
        cysts = _cysts(view, region) if standing.status == "present" else ()
        if standing.status == "present" and not coded and not cysts:
            yield Draft(
                outcome="not_met",
                message=f"{numbers} treat facet joints, and the record documents {region} radicular disease "
                f"or symptoms as present: {quoted(proof)}. Facet procedures serve facetogenic pain; "
                f"untreated radicular pain speaks against them {under(policy, _SLUG)}.",
                subject=region,
                headline=f"a facet procedure ({numbers}) is requested while the {region} pain is radicular",
                evidence=proof,
                codes=codes,
                remedies=(
                    Remedy(
                        action="Follow the radicular pathway, or document that the pain to be treated is "
                        "facetogenic"
                    ),
                ),
            )
        elif standing.status == "present":
            yield Draft(
                outcome="needs_review",
                message=f"{region.capitalize()} radicular symptoms are present ({quoted(proof)}), and "
                f"{_cyst_told(bool(coded), cysts)}: radiculopathy from a facet synovial cyst is excepted.",
                subject=region,
                headline=f"whether the {region} radicular symptoms come from a facet synovial cyst",
                evidence=(*proof, *evidence(cysts), *_places(coded)),
                codes=codes,
                asks=(
                    "A statement whether the radicular symptoms come from the cyst, with its level and side",
                ),
            )
        elif standing.status == "uncertain":
            yield Draft(
                outcome="needs_review",
                message=f"{region.capitalize()} limb symptoms may be radicular ({quoted(proof)}); facet "
                "joints refer pain "
                "to the thigh or upper arm too.",
                subject=region,
                headline=f"whether the {region} limb symptoms are radicular",
                evidence=proof,
                codes=codes,
                asks=(
                    f"A statement whether {region} radiculopathy is present, with the neurological "
                    "examination",
                ),
            )
        else:
            said = {"absent": "is documented as absent", "historical": "is documented as past"}
            yield Draft(
                outcome="met",
                message=f"{region.capitalize()} radicular pain "
                f"{said.get(standing.status, 'is not documented')}.",
                subject=region,
                headline=f"no {region} radicular pain stands against a facet procedure",
                evidence=proof,
                codes=codes,
            )


CHECK = Check(
    slug=_SLUG,
    ref="A2",
    title="Facet procedure for radicular pain",
    compares="the requested facet procedure with radicular status of its region (synovial cyst excepted)",
    severity="major",
    references=("seed-s1", "lcd-facet-quoted"),
    run=run,
    version="2",
    families=FACET,
)

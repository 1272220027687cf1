"""A2: a facet procedure while the pain of its region is radicular."""

from __future__ import annotations

from collections.abc import Iterator

from rules.assessment import Remedy
from rules.checks.base import Check, Draft, evidence, quoted, service
from rules.policy import PolicyView
from rules.view import FACET, CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the requested facet lines of each region against its radicular status."""
    codes = tuple(service(line.cpt) for line in view.lines(FACET))
    numbers = ", ".join(dict.fromkeys(c.code for c in codes))
    cyst = view.diagnoses_under("M71.38")
    for region in view.requested_regions(FACET):
        standing = view.radicular(region)
        proof = evidence(standing.facts)
        if standing.status == "present" and not cyst:
            yield Draft(
                outcome="not_met",
                message=f"{numbers} treat facet joints, and the record documents {region} radicular "
                "disease or "
                f"symptoms as present: {quoted(proof)}. Facet procedures serve facetogenic pain.",
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
                message=f"{region.capitalize()} radicular symptoms are present ({quoted(proof)}), and a "
                "synovial cyst is "
                "coded: payers except radiculopathy from a facet synovial cyst.",
                subject=region,
                headline=f"whether the {region} radicular symptoms come from a facet synovial cyst",
                evidence=(*proof, *(e for dx in cyst for e in dx.evidence)),
                codes=codes,
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
    slug="facet-for-radicular-pain",
    ref="A2",
    title="Facet procedure for radicular pain",
    compares="the requested facet procedure with radicular status of its region (synovial cyst excepted)",
    severity="major",
    references=("seed-s1", "lcd-facet-quoted"),
    run=run,
    families=FACET,
)

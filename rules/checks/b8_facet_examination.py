"""B8: facet findings on examination before a facet procedure."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft, evidence, quoted
from rules.policy import PolicyView
from rules.view import FACET, CaseView, may_lie_in


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for pain on extension and rotation or tenderness over the joints in each requested region."""
    for region in view.requested_regions(FACET):
        found = [
            f
            for f in view.case.examinations
            if f.value.kind in ("facet_loading", "facet_tenderness")
            and f.assertion in ("present", "absent")
            and may_lie_in(f.value.region, (), (region,))
        ]
        positive = [f for f in found if f.value.result == "positive" and f.assertion == "present"]
        proof = evidence(positive or found)
        if positive:
            yield Draft("met", f"Facet findings on examination: {quoted(proof)}.", region, evidence=proof)
        elif found:
            yield Draft(
                "needs_review",
                f"Facet findings are documented as negative: {quoted(proof)}. Societies differ on what the "
                "examination "
                "predicts.",
                region,
                headline=f"whether the {region} pain is facetogenic although facet loading is negative",
                evidence=proof,
            )
        else:
            yield Draft(
                "not_documented",
                f"No facet examination of the {region} region is documented (pain on extension and "
                "rotation, tenderness "
                "over the joints).",
                region,
                headline=f"a facet examination of the {region} region",
                asks=("Facet examination: pain on extension and rotation, tenderness over the joints",),
            )


CHECK = Check(
    slug="facet-examination",
    ref="B8",
    title="Facet findings on examination",
    compares="the facet request with facet loading and facet tenderness on examination",
    severity="minor",
    references=("seed-s2", "aetna-cpb-0016", "cohen-2020"),
    run=run,
    families=FACET,
)

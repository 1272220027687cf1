"""B8: facet findings on examination before a facet procedure."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft, Supply, evidence, quoted
from rules.checks.naming import under
from rules.policy import PolicyView
from rules.values import Examination, Region
from rules.view import FACET, CaseView, may_lie_in

_SLUG = "facet-examination"
_KINDS = ("facet_loading", "facet_tenderness")
_ASK = "Facet examination: pain on extension and rotation, tenderness over the joints"


def _region(view: CaseView, policy: PolicyView, region: Region) -> Draft:
    found = view.latest(
        f
        for f in view.case.examinations
        if f.value.kind in _KINDS
        and f.assertion in ("present", "absent", "uncertain")
        and may_lie_in(f.value.region, (), (region,))
    )
    positive = [f for f in found if f.value.result == "positive" and f.assertion == "present"]
    doubtful = [f for f in found if f.assertion == "uncertain"]
    proof = evidence(positive or doubtful or found)
    view.trail.add(f"facet findings, {region}", f"{len(positive)} positive of {len(found)}", found)
    if positive:
        return Draft("met", f"Facet findings on examination: {quoted(proof)}.", region, evidence=proof)
    if found:
        how = "equivocal" if doubtful else "negative"
        return Draft(
            "needs_review",
            f"Facet findings are documented as {how}: {quoted(proof)}. Societies differ on what the "
            f"examination predicts; it is asked {under(policy, _SLUG)}.",
            region,
            headline=f"whether the {region} pain is facetogenic although facet loading is {how}",
            evidence=proof,
            asks=(_ASK,),
        )
    return Draft(
        "not_documented",
        f"No facet examination of the {region} region is documented (pain on extension and rotation, "
        f"tenderness over the joints); it is asked {under(policy, _SLUG)}.",
        region,
        headline=f"a facet examination of the {region} region",
        asks=(_ASK,),
        supplies=(
            Supply(
                "examinations",
                Examination(kind="facet_loading", result="positive", region=region),
                f"extension and rotation of the {region} spine bring on the pain",
            ),
        ),
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look at the latest visit for pain on extension and rotation or tenderness over the joints."""
    for region in view.requested_regions(FACET):
        yield _region(view, policy, region)


CHECK = Check(
    slug=_SLUG,
    ref="B8",
    title="Facet findings on examination",
    compares="the facet request with facet loading and facet tenderness at the latest examination",
    severity="minor",
    references=("seed-s2", "aetna-cpb-0016", "cohen-2020"),
    run=run,
    version="2",
    families=FACET,
)

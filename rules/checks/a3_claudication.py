"""A3: a facet procedure beside neurogenic claudication."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft, evidence, icd, quoted
from rules.policy import PolicyView
from rules.view import FACET, CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold requested facet lines against claudication in the narrative and against M48.062."""
    coded = view.diagnoses_under("M48.062") if "lumbar" in view.requested_regions(FACET) else ()
    told = [
        f
        for f in view.latest(view.case.claudication)
        if f.assertion in ("present", "uncertain") and f.value.region in view.requested_regions(FACET)
    ]
    places = (*evidence(told), *(e for dx in coded for e in dx.evidence))
    if coded or any(f.assertion == "present" for f in told):
        source = quoted(places) or "M48.062 is submitted"
        yield Draft(
            outcome="not_met",
            message=f"Neurogenic claudication stands beside a facet procedure: {source}.",
            headline="a facet procedure is requested beside neurogenic claudication",
            evidence=places,
            codes=tuple(icd(dx.code) for dx in coded),
            asks=(
                "A statement whether the claudication has been treated, and why the facet joints are the "
                "source",
            ),
        )
    elif told:
        yield Draft(
            outcome="needs_review",
            message=f"Neurogenic claudication is suspected: {quoted(places)}.",
            headline="whether neurogenic claudication is present",
            evidence=places,
        )
    else:
        denied = evidence(f for f in view.latest(view.case.claudication) if f.assertion == "absent")
        yield Draft("met", "No neurogenic claudication is documented.", evidence=denied)


CHECK = Check(
    slug="facet-with-claudication",
    ref="A3",
    title="Facet procedure beside neurogenic claudication",
    compares="the requested facet procedure with M48.062 and claudication in the narrative",
    severity="major",
    references=("lcd-facet-quoted", "icd10cm-tabular"),
    run=run,
    families=FACET,
)

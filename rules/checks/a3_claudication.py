"""A3: a facet procedure beside neurogenic claudication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.checks.base import Check, Draft, evidence, icd, listed, quoted, service
from rules.checks.naming import under
from rules.policy import PolicyView
from rules.view import FACET, CaseView

_SLUG = "facet-with-claudication"
_CODE = "M48.062"
_ASK = "A statement whether the claudication has been treated, and why the facet joints are the source"


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold requested facet lines against claudication in the narrative and against M48.062.

    Where the latest document says both "present" and "absent", the positive statement stands.
    """
    regions = view.requested_regions(FACET)
    coded = view.diagnoses_under(_CODE) if "lumbar" in regions else ()
    said = view.latest(f for f in view.case.claudication if f.value.region in regions)
    by = {
        status: [f for f in said if f.assertion == status]
        for status in ("present", "uncertain", "absent", "historical")
    }
    view.trail.add("neurogenic claudication", ", ".join(s for s, f in by.items() if f) or "not stated", said)
    places = tuple(e for dx in coded for e in dx.evidence)
    services = listed(dict.fromkeys(line.cpt for line in view.lines(FACET)))
    base: dict[str, Any] = {
        "codes": (
            *(icd(dx.code) for dx in coded),
            *(service(c) for c in dict.fromkeys(line.cpt for line in view.lines(FACET))),
        ),
    }
    over = (*by["absent"], *by["historical"])
    if by["present"] or (coded and not over and not by["uncertain"]):
        proof = (*evidence(by["present"]), *places)
        source = quoted(proof) or f"{_CODE} is submitted"
        yield Draft(
            "not_met",
            f"Neurogenic claudication stands beside a facet procedure ({services}): {source}. Untreated "
            f"claudication speaks against it {under(policy, _SLUG)}.",
            headline="a facet procedure is requested beside neurogenic claudication",
            evidence=proof,
            asks=(_ASK,),
            **base,
        )
    elif by["uncertain"]:
        proof = (*evidence(by["uncertain"]), *places)
        yield Draft(
            "needs_review",
            f"Neurogenic claudication is suspected: {quoted(proof)}.",
            headline="whether neurogenic claudication is present",
            evidence=proof,
            asks=(_ASK,),
            **base,
        )
    elif coded:
        proof = (*evidence(over), *places)
        yield Draft(
            "needs_review",
            f"{_CODE} (with neurogenic claudication) is submitted, and the record tells of none at present: "
            f"{quoted(evidence(over))}.",
            headline=f"whether neurogenic claudication is present, as {_CODE} says",
            evidence=proof,
            asks=(_ASK,),
            **base,
        )
    else:
        told = " as present" if over else ""
        yield Draft("met", f"No neurogenic claudication is documented{told}.", evidence=evidence(over))


CHECK = Check(
    slug=_SLUG,
    ref="A3",
    title="Facet procedure beside neurogenic claudication",
    compares="the requested facet procedure with M48.062 and claudication in the narrative",
    severity="major",
    references=("lcd-facet-quoted", "icd10cm-tabular"),
    run=run,
    version="2",
    families=FACET,
)

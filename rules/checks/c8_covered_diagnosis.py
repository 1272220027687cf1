"""C8: no submitted diagnosis is on the policy's closed list for the requested service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.assessment import Remedy
from rules.case import Diagnosis
from rules.checks.base import Check, Draft, evidence, icd, listed, quoted, service
from rules.checks.diagnosis_lists import is_listed, listed_among
from rules.checks.parts import Part, parts
from rules.codes import cpt
from rules.policy import PolicyView
from rules.view import FACET, FACET_ABLATION, CaseView

_FAMILIES = (*FACET, "epidural", "si_joint")


def _ablates(part: Part) -> bool:
    """Whether a line of the part is a facet ablation."""
    found = (cpt.lookup(line.cpt) for line in part.lines)
    return any(entry.family in FACET_ABLATION for entry in found if entry)


def _cyst_only(view: CaseView, part: Part, base: dict[str, Any], only: tuple[Diagnosis, ...]) -> Draft:
    """Judge a request whose only listed codes are listed for work on a facet cyst."""
    codes = listed(dx.code for dx in only)
    cysts = [
        f
        for f in view.latest(view.case.synovial_cysts)
        if f.assertion in ("present", "uncertain") and f.value.region in (*part.regions, "unknown")
    ]
    view.trail.add("synovial cysts in the requested region", ", ".join(f.id for f in cysts) or "none", cysts)
    proof = evidence(cysts)
    base = {**base, "evidence": (*proof, *base["evidence"])}
    if any(f.assertion == "present" for f in cysts):
        return Draft(
            "met",
            f"{codes} is on the policy's list for work on a facet cyst, and the record documents one: "
            f"{quoted(proof)}.",
            **base,
        )
    if cysts:
        return Draft(
            "needs_review",
            f"{codes} is on the policy's list for work on a facet cyst only, and the record suspects one: "
            f"{quoted(proof)}.",
            headline=f"whether a facet cyst is present, for which alone {codes} is listed",
            asks=("Imaging that shows the facet cyst",),
            **base,
        )
    return Draft(
        "not_documented",
        f"{codes} is on the policy's list for work on a facet cyst only, and the record does not speak of a "
        "cyst.",
        headline=f"a facet cyst, for which alone {codes} is listed",
        asks=("Imaging that shows the facet cyst, and a statement that it is what is treated",),
        **base,
    )


def _judged(view: CaseView, policy: PolicyView, part: Part) -> Draft:
    """Look for a diagnosis of the part of the spine on the policy's list."""
    named = listed(part.codes)
    covered = policy.words("covered_diagnoses")
    cyst = policy.words("cyst_only_diagnoses") if policy.has("cyst_only_diagnoses") else ()
    own = part.diagnoses(view.diagnoses)
    view.trail.add(
        f"submitted diagnoses that may speak of {named}", ", ".join(dx.code for dx in own) or "none"
    )
    figures = (policy.parameter("covered_diagnoses"),)
    base: dict[str, Any] = {
        "subject": part.subject,
        "evidence": (*part.places, *(e for dx in own for e in dx.evidence)),
        "codes": (*(service(c) for c in part.codes), *(icd(dx.code) for dx in own)),
        "parameters": figures,
    }
    if not view.diagnoses:
        return Draft(
            "not_documented",
            f"No diagnosis is submitted; the policy lists the diagnoses for which it covers {named}.",
            headline=f"a diagnosis code from the policy's list for {named}",
            asks=("The diagnosis code that the record supports",),
            **base,
        )
    whole = tuple(dx for dx in listed_among(own, covered) if not is_listed(dx.code, cyst))
    if whole:
        return Draft("met", f"{listed(dx.code for dx in whole)} is on the policy's list for {named}.", **base)
    only = listed_among(own, cyst)
    if only and not _ablates(part):
        return _cyst_only(view, part, base, only)
    codes = listed(dx.code for dx in view.diagnoses)
    why = f" ({listed(dx.code for dx in only)} is listed for work on a facet cyst only)" if only else ""
    return Draft(
        "not_met",
        f"The policy covers {named} for listed diagnoses of its region only, and none of the submitted codes "
        f"({codes}) is one{why}.",
        headline=f"no submitted diagnosis is on the policy's list for {named}",
        remedies=(
            Remedy(
                action="If the record documents a condition that the policy lists, submit the code that says "
                "so; if not, the policy does not cover the service for this diagnosis"
            ),
        ),
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Look for a listed diagnosis for every requested part of the spine that the policy has criteria for."""
    wanted = [family for family in _FAMILIES if family in policy.policy.families]
    found = parts(view, wanted)
    for part in found:
        yield _judged(view, policy, part)
    if not found:
        yield Draft("not_applicable", "No service that the policy has criteria for is requested.")


CHECK = Check(
    slug="covered-diagnosis",
    ref="C8",
    title="Diagnosis on the policy's list",
    compares="the submitted ICD-10-CM codes of the requested region with the policy's closed list",
    severity="major",
    references=("memo-a58403-diagnoses", "lcd-l38801"),
    run=run,
    families=_FAMILIES,
    parameters=("covered_diagnoses",),
    optional=("cyst_only_diagnoses",),
)

"""P14: sedation with a block or an ablation against what the policy covers, and the reason for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.assessment import Parameter, Remedy
from rules.case import ClaimLine, Fact
from rules.checks.base import Check, Draft, Supply, evidence, listed, quoted, service
from rules.checks.claim_lines import codes_of, places
from rules.checks.stated import stated
from rules.policy import PolicyView
from rules.values import Rationale, Sedation
from rules.view import FACET_ABLATION, CaseView

_BLOCKS = ("facet_block", "facet_block_ultrasound", "epidural", "si_joint")
_FAMILIES = (*_BLOCKS, *FACET_ABLATION)
_NAMES = {
    "none": "no sedation",
    "minimal": "minimal sedation",
    "moderate": "moderate sedation",
    "monitored_care": "monitored anesthesia care",
    "general": "general anesthesia",
}


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the stated sedation against the policy, for blocks and for ablations by themselves."""
    services = (
        ("block", _BLOCKS, "noncovered_sedation_blocks"),
        ("ablation", FACET_ABLATION, "noncovered_sedation_ablation"),
    )
    for name, families, parameter in services:
        lines = view.lines(families)
        if lines:
            yield _judge(view, policy, name, lines, parameter)


def _judge(
    view: CaseView, policy: PolicyView, name: str, lines: tuple[ClaimLine, ...], parameter: str
) -> Draft:
    """Draft for one kind of procedure."""
    found = stated(view, view.case.sedation, "sedation")
    excluded, shown = _words(policy, parameter)
    justified, also = _words(policy, "sedation_needs_reason")
    base: dict[str, Any] = {
        "subject": name,
        "evidence": (*evidence(found), *places(lines)),
        "codes": tuple(service(c) for c in codes_of(lines)),
        "parameters": (*shown, *also),
    }
    if not found:
        return Draft(
            "not_applicable",
            f"No sedation is documented for the {name}; there is nothing to justify.",
            **base,
        )
    said = f"The record states {_kinds(found)} ({quoted(evidence(found))})"
    off = [f for f in found if f.value.kind in excluded]
    if off:
        return Draft(
            "not_met",
            f"{said}. {policy.policy.title} does not cover {_kinds(off)} with this {name}.",
            headline=f"{_kinds(off)} is not covered with this {name}",
            remedies=(Remedy(action="Plan local anesthesia, or ask the payer for its exceptions"),),
            **base,
        )
    needing = [f for f in found if f.value.kind in justified]
    if not needing:
        return Draft("met", f"{said}; {policy.policy.title} asks for no reason.", **base)
    why = stated(
        view, (f for f in view.case.rationales if f.value.kind == "sedation"), "stated reason for sedation"
    )
    if why:
        base["evidence"] = (*base["evidence"], *evidence(why))
        return Draft("met", f"{said}, and why it is needed ({quoted(evidence(why))}).", **base)
    return Draft(
        "not_documented",
        f"{said}. {policy.policy.title} asks why {_kinds(needing)} is needed; the record does not state it.",
        headline=f"why {_kinds(needing)} is needed",
        asks=(f"A statement why {_kinds(needing)} is needed",),
        supplies=(
            Supply(
                "rationales", Rationale(kind="sedation"), f"there is a reason why {_kinds(needing)} is needed"
            ),
        ),
        **base,
    )


def _words(policy: PolicyView, name: str) -> tuple[tuple[str, ...], tuple[Parameter, ...]]:
    """Return a list of the policy with the parameter to show; empty where the policy has none."""
    return (policy.words(name), (policy.parameter(name),)) if policy.has(name) else ((), ())


def _kinds(found: tuple[Fact[Sedation], ...] | list[Fact[Sedation]]) -> str:
    return listed(dict.fromkeys(_NAMES[f.value.kind] for f in found))


CHECK = Check(
    slug="sedation",
    ref="P14",
    title="Sedation with the procedure",
    compares="sedation stated for a block or an ablation with what the policy covers, and the reason "
    "stated for it",
    severity="major",
    references=("ngs-sedation", "cgs-sedation"),
    run=run,
    families=_FAMILIES,
    optional=("noncovered_sedation_blocks", "noncovered_sedation_ablation", "sedation_needs_reason"),
)

"""Pathways and pitfalls: which of the policy's texts fit the case, by named conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rules.assessment import Pathway, Pitfall
from rules.checks.base import evidence, quoted
from rules.policy import Policy
from rules.view import FACET, FACET_ABLATION, REGIONS, SPINAL, CaseView


def _radicular(status: str) -> Callable[[CaseView], str | None]:
    def told(view: CaseView) -> str | None:
        regions = view.requested_regions(SPINAL) or REGIONS
        standing = view.worst_radicular(regions)
        if standing.status != status:
            return None
        word = "documented" if status == "present" else "uncertain"
        return f"radicular pain is {word}: {quoted(evidence(standing.facts), most=1)}"

    return told


def _asked(families: tuple[str, ...], words: str) -> Callable[[CaseView], str | None]:
    def told(view: CaseView) -> str | None:
        return f"{words} is requested" if view.asks_for(families) else None

    return told


def _fusion(view: CaseView) -> str | None:
    fusions = view.fusions(view.requested_regions(SPINAL) or REGIONS)
    return f"a past fusion is documented: {quoted(evidence(fusions), most=1)}" if fusions else None


def _slip(view: CaseView) -> str | None:
    coded = view.diagnoses_under("M43.1")
    return f"{coded[0].code} is submitted" if coded else None


def _flag(view: CaseView) -> str | None:
    present = view.red_flags()["present"]
    return f"a red flag is documented: {quoted(evidence(present), most=1)}" if present else None


def _without(view: CaseView) -> str | None:
    coded = view.diagnoses_under("M47.81")
    return f"{coded[0].code} is submitted" if coded else None


def _thoracic(view: CaseView) -> str | None:
    """Thoracic joints: a code for neck or upper back that levels or diagnoses narrow to them."""
    asked = view.requested_regions(FACET)
    sure = "thoracic" in asked and "cervical" not in asked
    return "a thoracic facet procedure is requested" if sure else None


def _cervical(view: CaseView) -> str | None:
    """Cervical joints; a code for neck or upper back that nothing narrows may be theirs."""
    asked = view.requested_regions(FACET)
    return "a cervical facet procedure is requested, or may be" if "cervical" in asked else None


#: Condition by the name that policies use in ``when``: says why it holds, or None.
CONDITIONS: Mapping[str, Callable[[CaseView], str | None]] = {
    "red_flag": _flag,
    "radicular_present": _radicular("present"),
    "radicular_uncertain": _radicular("uncertain"),
    "epidural_requested": _asked(("epidural",), "an epidural injection"),
    "facet_requested": _asked(FACET, "a facet procedure"),
    "ablation_requested": _asked(FACET_ABLATION, "a facet ablation"),
    "block_requested": _asked(("facet_block", "facet_block_ultrasound"), "a facet block"),
    "sacroiliac_requested": _asked(("si_joint",), "a sacroiliac joint procedure"),
    "fusion_past": _fusion,
    "cervical_facet_requested": _cervical,
    "thoracic_facet_requested": _thoracic,
    "spondylolisthesis": _slip,
    "spondylosis_without": _without,
}


def conditions(view: CaseView) -> dict[str, str]:
    """Return the conditions that hold, each with why."""
    return {name: why for name, test in CONDITIONS.items() if (why := test(view))}


def pathways(policy: Policy, holding: Mapping[str, str]) -> tuple[Pathway, ...]:
    """Return the policy's pathways that fit, in the policy's order."""
    return tuple(
        Pathway(
            id=p.id,
            title=p.title,
            applies_because="; ".join(holding[name] for name in p.when if name in holding),
            steps=p.steps,
            citations=policy.cite(p.references),
        )
        for p in policy.pathways
        if any(name in holding for name in p.when)
    )


def pitfalls(policy: Policy, holding: Mapping[str, str]) -> tuple[Pitfall, ...]:
    """Return the policy's pitfalls that fit, in the policy's order."""
    return tuple(
        Pitfall(id=p.id, text=p.text, citations=policy.cite(p.references))
        for p in policy.pitfalls
        if any(name in holding for name in p.when)
    )

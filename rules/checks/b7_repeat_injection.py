"""B7: a repeated injection against what the one before achieved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules.blocks import relief_of, relief_told
from rules.bounds import reaches
from rules.case import Fact
from rules.checks.base import Check, Draft, evidence, number, quoted
from rules.policy import PolicyView
from rules.values import Injection
from rules.view import CaseView, may_lie_in

_KINDS: Mapping[str, tuple[str, ...]] = {
    "epidural": ("epidural", "selective_nerve_root"),
    "facet_block": ("medial_branch_block", "facet_intraarticular"),
    "facet_block_ultrasound": ("medial_branch_block", "facet_intraarticular"),
}
_FAMILIES = tuple(_KINDS)


def _order(view: CaseView, fact: Fact[Injection]) -> str:
    """Sort key: the injection's own date, else its document's."""
    day = view.date_of(fact)
    return fact.value.date or (day.isoformat() if day else "")


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the latest measured injection of the same kind and region against the policy's figure."""
    need = policy.parameter("repeat_injection_relief_percent")
    least = policy.number(need.name)
    for family in _FAMILIES:
        for region in view.requested_regions((family,)):
            before = [
                f
                for f in view.case.injections
                if f.value.kind in _KINDS[family]
                and view.is_past(f, f.value.status)
                and may_lie_in(f.value.region, f.value.levels, (region,))
            ]
            proof = evidence(before)
            subject = f"{family.replace('_', '-')}-{region}"
            measured = sorted(
                (f for f in before if f.value.percent_relief is not None), key=lambda f: _order(view, f)
            )
            relief = relief_of(measured[-1]) if measured else None
            figure = relief_told(measured[-1]) if measured else ""
            base: dict[str, Any] = {"subject": subject, "evidence": proof, "parameters": (need,)}
            if not before:
                yield Draft(
                    "not_applicable", f"No earlier injection of this kind is documented ({region}).", subject
                )
            elif relief is None:
                yield Draft(
                    "not_documented",
                    f"An earlier injection is documented ({quoted(proof)}) without a figure of relief.",
                    headline="relief and gain in function after the earlier injection",
                    asks=(
                        "Relief in per cent, its duration and the gain in function after the earlier "
                        "injection",
                    ),
                    **base,
                )
            elif relief.high == 0:
                yield Draft(
                    "not_met",
                    f"The earlier injection gave no relief ({quoted(evidence(measured[-1:]))}); a repeat "
                    "is not supported.",
                    headline="a repeat is requested of an injection that gave no relief",
                    **base,
                )
            elif not reaches(relief, least):
                yield Draft(
                    "needs_review",
                    f"The earlier injection gave {figure} relief "
                    f"({quoted(evidence(measured[-1:]))}); payers ask "
                    f"{number(least)} % before a repeat, and the guideline asks for a gain in function.",
                    headline="whether the earlier injection helped enough for a repeat",
                    asks=("Gain in function and duration of relief after the earlier injection",),
                    **base,
                )
            else:
                yield Draft("met", f"The earlier injection gave {figure} relief.", **base)


CHECK = Check(
    slug="repeat-injection-benefit",
    ref="B7",
    title="Benefit of the injection before a repeat",
    compares="a requested injection with the relief after the latest injection of its kind and region",
    severity="major",
    references=("seed-s2", "esi-l39240"),
    run=run,
    version="2",
    families=_FAMILIES,
    parameters=("repeat_injection_relief_percent",),
)

"""P13: the technique and the temperature of an ablation against what the policy covers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.assessment import Remedy
from rules.bounds import number
from rules.case import Fact
from rules.checks.base import Check, Draft, Supply, evidence, listed, quoted, service
from rules.checks.claim_lines import agree, codes_of, places
from rules.checks.stated import just_enough, stated
from rules.policy import PolicyView
from rules.threshold import Threshold
from rules.values import Technique
from rules.view import FACET_ABLATION, CaseView

_NAMES = {
    "thermal": "thermal",
    "pulsed": "pulsed",
    "cooled": "cooled",
    "cryo": "cryoablation",
    "chemical": "chemical",
    "laser": "laser",
    "endoscopic": "endoscopic",
}
_ASK = "The technique of the ablation with the temperature of the lesion in degrees Celsius"


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the stated technique, then the stated temperature, against the policy."""
    excluded = policy.words("noncovered_techniques") if policy.has("noncovered_techniques") else ()
    need = policy.threshold("ablation_temperature_c") if policy.has("ablation_temperature_c") else None
    found = stated(view, view.case.technique, "technique of the ablation")
    lines = view.lines(FACET_ABLATION)
    base: dict[str, Any] = {
        "evidence": (*evidence(found), *places(lines)),
        "codes": tuple(service(c) for c in codes_of(lines)),
        "parameters": (
            *((policy.parameter("noncovered_techniques"),) if excluded else ()),
            *((need.parameter,) if need else ()),
        ),
    }
    off = [f for f in found if f.value.mode in excluded]
    if off:
        yield _excluded(policy, off, found, base)
    elif need is not None:
        yield _heat(policy, found, need, base)
    elif found:
        yield Draft(
            "met",
            f"The technique stated ({_modes(found)}) is none that {policy.policy.title} excludes.",
            **base,
        )
    else:
        yield _silent(policy, None, base)


def _modes(found: tuple[Fact[Technique], ...] | list[Fact[Technique]]) -> str:
    return listed(dict.fromkeys(_NAMES[f.value.mode] for f in found))


def _excluded(
    policy: PolicyView, off: list[Fact[Technique]], found: tuple[Fact[Technique], ...], base: dict[str, Any]
) -> Draft:
    """Draft where an excluded technique is stated, alone or beside one that is covered."""
    said = f"The record states {_modes(off)} technique ({quoted(evidence(off))})"
    rule = f"{policy.policy.title} does not cover it"
    if len(off) < len(found):
        rest = [f for f in found if f not in off]
        return Draft(
            "needs_review",
            f"{said} and {_modes(rest)} technique ({quoted(evidence(rest))}). {rule}; which of them is "
            "asked for cannot be told.",
            headline="which technique the ablation is to have",
            asks=(_ASK,),
            **base,
        )
    codes = agree([c.code for c in base["codes"]], "is the code", "are the codes")
    return Draft(
        "not_met",
        f"{said}. {rule}. Whether {codes} for this technique at all is to be looked up as well.",
        headline=f"{_modes(off)} technique is not covered by {policy.policy.title}",
        remedies=(
            Remedy(
                action=f"State the technique as it is planned; where it is {_modes(off)}, look for the code "
                "and the criteria of that technique"
            ),
        ),
        **base,
    )


def _heat(
    policy: PolicyView, found: tuple[Fact[Technique], ...], need: Threshold, base: dict[str, Any]
) -> Draft:
    """Draft for the temperature of the lesion."""
    heats = dict.fromkeys(f.value.temperature_c for f in found if f.value.temperature_c is not None)
    if not heats:
        return _silent(policy, need, base)
    told = listed(f"{number(heat)} degrees Celsius" for heat in heats)
    rule = f"{policy.policy.title} asks for {need.told}"
    verdicts = {need.holds_for(heat) for heat in heats}
    if verdicts == {True}:
        return Draft("met", f"The lesion is made at {told}; {rule}.", **base)
    if len(verdicts) > 1:
        return Draft(
            "needs_review",
            f"The record states {told}; {rule}. Which of them is meant for the ablation cannot be told.",
            headline="the temperature of the ablation",
            asks=(_ASK,),
            **base,
        )
    return Draft(
        "not_met",
        f"The record states {told} ({quoted(evidence(found))}); {rule}.",
        headline=f"the lesion's temperature ({told}) is not {need.told}",
        remedies=(
            Remedy(
                action=f"Only an ablation that is planned at {need.told} would meet this point: that is a "
                "clinical decision. The temperature documented stays in the record as it is"
            ),
        ),
        **base,
    )


def _silent(policy: PolicyView, need: Threshold | None, base: dict[str, Any]) -> Draft:
    """Draft where technique or temperature are not stated."""
    value = Technique(mode="thermal", temperature_c=just_enough(need) if need else None)
    asked = f" of {need.told}" if need else ""
    return Draft(
        "not_documented",
        f"The record does not state {'the temperature' if need else 'the technique'} of the ablation; "
        f"{policy.policy.title} {f'asks for {need.told}' if need else 'excludes some techniques'}.",
        headline=f"the {'temperature' if need else 'technique'} of the ablation",
        asks=(_ASK,),
        supplies=(
            Supply(
                "technique", value, f"the ablation is thermal{', at a temperature' + asked if need else ''}"
            ),
        ),
        **base,
    )


CHECK = Check(
    slug="ablation-technique",
    ref="P13",
    title="Technique of the ablation",
    compares="the technique and temperature stated for the ablation with those that the policy covers",
    severity="major",
    references=("lcd-l38801", "evicore-cmm-208", "memo-ablation-exclusions"),
    run=run,
    families=FACET_ABLATION,
    optional=("noncovered_techniques", "ablation_temperature_c"),
)

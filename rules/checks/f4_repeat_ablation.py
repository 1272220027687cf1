"""F4: what the earlier ablation brought, before a repeat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.checks.base import Check, Draft, Supply, listed, quoted
from rules.checks.benefit import Benefit, Needs, benefit_of, enough, needs, words_of
from rules.checks.earlier import Earlier, earlier_ablations
from rules.policy import PolicyView
from rules.sessions import Event
from rules.values import Region
from rules.view import FACET_ABLATION, CaseView

_ASK = "Relief in per cent, its duration, and the gain in function after the earlier ablation"


def _supplies(event: Event, found: Benefit, asked: Needs) -> tuple[Supply, ...]:
    """Return the statement on the earlier ablation that would just satisfy the policy."""
    figures = enough(found, asked)
    if figures is None:
        return ()
    day = event.fact.value.date or (event.first.isoformat() if event.told else None)
    value = event.fact.value.model_copy(update={"status": "past", "date": day, **_BLANK, **figures})
    when = f" of {day}" if day else ""
    return (Supply("ablations", value, f"the earlier ablation{when} gave {words_of(figures, asked)}"),)


#: What the supplied statement leaves to the documented ones.
_BLANK: dict[str, Any] = {
    "percent_relief": None,
    "percent_bound": "exact",
    "percent_low": None,
    "percent_high": None,
    "percent_source": None,
    "relief_days": None,
    "relief_days_bound": "exact",
    "function_gain_percent": None,
}


def _draft(view: CaseView, earlier: Earlier, asked: Needs, region: Region, title: str) -> Draft:
    facts = [e.fact for e in earlier.latest]
    found = benefit_of(view, facts, asked)
    proof = earlier.proof
    base: dict[str, Any] = {"subject": region, "evidence": proof, "parameters": asked.parameters}
    start = f"{title} asks for {asked.told} after the earlier ablation; the record gives"
    given = f"{found.told} ({quoted(proof)})" if found.told else f"no figure ({quoted(proof)})"
    tail = earlier.why_left_out()
    if found.state == "holds":
        return Draft("met", f"{start} {given}.{tail}", **base)
    if found.state == "fails":
        return Draft(
            "not_met",
            f"{start} {given}.{tail}",
            headline=f"the earlier ablation gave {found.told}, where {asked.told} is asked before a repeat",
            **base,
        )
    if found.state == "open":
        why = (
            "which is longer than the time since the ablation: it cannot be as it is written"
            if found.impossible
            else "which leaves open whether that is reached"
        )
        return Draft(
            "needs_review",
            f"{start} {given}, {why}.{tail}",
            headline=f"whether {found.told} after the earlier ablation is enough for a repeat",
            asks=(_ASK,),
            **base,
        )
    lacking = listed(found.lacking, "or" if asked.function else "and")
    return Draft(
        "not_documented",
        f"{start} {given}. It does not state {lacking}.{tail}",
        headline=f"the benefit of the earlier ablation ({lacking})",
        asks=(_ASK,),
        supplies=_supplies(earlier.latest[0], found, asked),
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the latest earlier ablation at the requested joints and side against the policy's figures."""
    asked = needs(
        policy,
        "repeat_ablation_relief_percent",
        "repeat_ablation_relief_duration",
        "repeat_ablation_function_percent",
    )
    for region in view.requested_regions(FACET_ABLATION):
        earlier = earlier_ablations(view, region)
        if earlier.events:
            yield _draft(view, earlier, asked, region, policy.policy.title)
        else:
            yield earlier.none(region)


CHECK = Check(
    slug="repeat-ablation-benefit",
    ref="F4",
    title="Benefit of the earlier ablation",
    compares="relief, its duration and the gain in function after the latest ablation at the requested "
    "joints and side with the policy's figures for a repeat",
    severity="major",
    references=("lcd-l38801", "evicore-cmm-208", "aetna-cpb-0016"),
    run=run,
    version="2",
    families=FACET_ABLATION,
    parameters=("repeat_ablation_relief_percent", "repeat_ablation_relief_duration"),
    optional=("repeat_ablation_function_percent",),
)

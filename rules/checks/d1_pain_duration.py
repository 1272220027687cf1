"""D1: how long the pain has lasted, against what the policy asks of the requested kind of service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rules.case import Fact
from rules.checks.base import Check, Draft, Supply, evidence, quoted
from rules.checks.naming import under
from rules.durations import DAYS, asked_days, in_days, lasts, span, told_days
from rules.policy import PolicyView
from rules.threshold import Threshold
from rules.values import Pain
from rules.view import FACET_ABLATION, SPINAL, CaseView

_SLUG = "pain-duration"
#: Kinds of service with the policy's figure for each: payers ask longer pain before an ablation than a block.
_KINDS = (
    ("ablation", FACET_ABLATION, "pain_duration_ablation"),
    ("block", ("facet_block", "facet_block_ultrasound"), "pain_duration_block"),
    ("epidural", ("epidural",), "pain_duration_epidural"),
)
_ASK = "Onset or duration of the present pain, with the date of the statement"


def _days(fact: Fact[Pain]) -> float:
    """Return the stated duration in days; 0 where none is stated."""
    return in_days(fact.value.duration_weeks or 0, "weeks")


def _told(facts: Sequence[Fact[Pain]]) -> str:
    return ", ".join(dict.fromkeys(told_days(_days(f)) for f in facts))


def _holds(need: Threshold, fact: Fact[Pain], since: int = 0) -> bool | None:
    """Whether the duration satisfies the policy, so many days after it was told."""
    return lasts(need, span(_days(fact) + since, "days"))


def _since_told(view: CaseView, need: Threshold, facts: Sequence[Fact[Pain]]) -> bool:
    """Whether pain that went on since an earlier document was long enough by the day asked."""
    days = [(f, view.date_of(f)) for f in facts]
    return any(_holds(need, f, (view.on - told).days) for f, told in days if told and view.on)


def _kind(view: CaseView, policy: PolicyView, kind: str, name: str) -> Draft:
    need = policy.threshold(name)
    stated = [
        f
        for f in view.case.pain
        if f.value.duration_weeks is not None and f.assertion in ("present", "uncertain")
    ]
    speaking = view.latest(stated)
    view.trail.add("duration of the pain", _told(speaking) or "not stated", speaking)
    proof = evidence(speaking)
    base: dict[str, Any] = {"subject": kind, "parameters": (need.parameter,), "evidence": proof}
    asked = f"Pain of {need.told} is asked {under(policy, _SLUG)}"
    if not speaking:
        days = asked_days(need) + (1.0 if need.comparison == "more_than" else 0.0)
        return Draft(
            "not_documented",
            f"{asked}; the record does not state how long the pain has lasted.",
            headline="the duration of the pain",
            asks=(_ASK,),
            supplies=(
                Supply(
                    "pain",
                    Pain(duration_weeks=days / DAYS["weeks"]),
                    f"the pain has lasted {need.told}",
                ),
            ),
            **base,
        )
    held = {_holds(need, f) for f in speaking if f.assertion == "present"}
    if held == {True}:
        return Draft("met", f"{asked}; the record states {_told(speaking)}: {quoted(proof)}.", **base)
    doubt = ""
    if True in held:
        doubt = "the statements disagree"
    elif not held:
        doubt = "the duration is told as uncertain"
    elif any(_holds(need, f) for f in stated):
        doubt = "another document tells of longer pain"
    elif _since_told(view, need, speaking):
        doubt = "that was told in an earlier document, and pain that went on since would be long enough"
    if doubt:
        return Draft(
            "needs_review",
            f"{asked}; the record states {_told(speaking)} ({quoted(proof)}), but {doubt}.",
            headline=f"whether the pain has lasted {need.told}",
            asks=(_ASK,),
            **{**base, "evidence": evidence((*speaking, *stated))},
        )
    return Draft(
        "not_met",
        f"{asked}; the record states {_told(speaking)}: {quoted(proof)}.",
        headline=f"the pain has lasted {_told(speaking)}, and {need.told} is asked",
        asks=(_ASK,),
        **base,
    )


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Hold the stated duration of pain against the policy's figure for each requested kind of service."""
    asked = [(kind, name) for kind, families, name in _KINDS if view.asks_for(families) and policy.has(name)]
    for kind, name in asked:
        yield _kind(view, policy, kind, name)
    if not asked:
        yield Draft("not_applicable", "The policy states no duration of pain for the requested service.")


CHECK = Check(
    slug=_SLUG,
    ref="D1",
    title="Duration of the pain",
    compares="the stated duration of the pain with the policy's minimum for the kind of service",
    severity="major",
    references=("lcd-facet-quoted", "lcd-facet-cgs"),
    run=run,
    families=SPINAL,
    optional=("pain_duration_ablation", "pain_duration_block", "pain_duration_epidural"),
)

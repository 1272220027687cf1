"""D3: relief stated in per cent against the relief that the scores before and after come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rules.blocks import relief_of, relief_told
from rules.bounds import Interval
from rules.case import Fact
from rules.checks.base import Check, Draft, evidence, number, quoted
from rules.measures import measure, relief_percent, relief_range
from rules.policy import PolicyView
from rules.values import Injection
from rules.view import CaseView

_ASK = "The pain scores before and after the injection, and the relief in per cent that they come to"


def _apart(one: Interval, other: Interval) -> bool:
    """Whether no figure lies in both."""
    return (
        one.low > other.high
        or other.low > one.high
        or (one.low == other.high and (one.low_open or other.high_open))
        or (other.low == one.high and (other.low_open or one.high_open))
    )


def _wider(found: Interval, by: float) -> Interval:
    return Interval(found.low - by, found.high + by, found.low_open, found.high_open)


def _comparable(view: CaseView) -> list[Fact[Injection]]:
    """Return injections told with both scores and a percentage that was itself stated in per cent."""
    return [
        f
        for f in view.case.injections
        if f.assertion in ("present", "historical")
        and f.value.status in ("past", "performed")
        and f.value.percent_source == "percent"
        and relief_of(f) is not None
        and f.value.score_before is not None
        and f.value.score_after is not None
    ]


def _one(fact: Fact[Injection]) -> Draft:
    before, after = fact.value.score_before or 0.0, fact.value.score_after or 0.0
    proof, stated = evidence([fact]), relief_of(fact) or Interval(0, 0)
    scores = f"{number(before)} before and {number(after)} after"
    base: dict[str, Any] = {"subject": fact.value.region, "evidence": proof}
    if not before:
        return Draft(
            "needs_review",
            f"Relief of {relief_told(fact)} is stated with pain scores of {scores} ({quoted(proof)}): from a "
            "score of 0 no relief can be reckoned.",
            headline=f"what relief of {relief_told(fact)} from a pain score of 0 means",
            asks=(_ASK,),
            **base,
        )
    reckoned = relief_percent(before, after)
    told = f"{number(reckoned)} %" if reckoned >= 0 else "a rise of the pain"
    rounded = _wider(stated, measure("percent_rounding"))
    said = f"Relief of {relief_told(fact)} is stated, and the scores ({scores}) come to {told}"
    if _apart(relief_range(before, after), rounded):
        return Draft(
            "contradiction",
            f"{said}: {quoted(proof)}. Rounding does not explain the difference.",
            headline=f"stated relief of {relief_told(fact)} does not agree with scores of {scores} ({told})",
            asks=(_ASK,),
            **base,
        )
    if _apart(Interval(reckoned, reckoned), rounded):
        return Draft(
            "needs_review",
            f"{said}: {quoted(proof)}. Whole-number scores may explain it; the exact figure is not known.",
            headline=f"whether the relief was {relief_told(fact)} as stated or {told} as the scores come to",
            asks=(_ASK,),
            **base,
        )
    return Draft("met", f"{said}: {quoted(proof)}.", **base)


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Reckon the relief of every injection that the record tells both ways."""
    found = _comparable(view)
    view.trail.add("injections with a percentage and both scores", str(len(found)), found)
    for fact in found:
        yield _one(fact)
    if not found:
        yield Draft("not_applicable", "No injection is told with scores before and after and a percentage.")


CHECK = Check(
    slug="relief-arithmetic",
    ref="D3",
    title="Stated relief against the scores",
    compares="relief stated in per cent with (before - after) / before of the pain scores",
    severity="major",
    references=("lcd-facet-cgs", "measures-file"),
    run=run,
    always=True,
)

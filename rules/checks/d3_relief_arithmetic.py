"""D3: relief stated in per cent against the relief that the scores before and after come to."""

from __future__ import annotations

import dataclasses
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


@dataclasses.dataclass(frozen=True)
class _Told:
    """An injection told with both scores (points of 10) and a percentage."""

    fact: Fact[Injection]
    before: float
    after: float
    stated: Interval


def _apart(one: Interval, other: Interval) -> bool:
    """Whether no figure lies in both; rounding makes it idle to ask whether an end belongs to them."""
    return one.low > other.high or other.low > one.high


def _wider(found: Interval, by: float) -> Interval:
    return Interval(found.low - by, found.high + by)


def _comparable(view: CaseView) -> list[_Told]:
    """Return injections told with both scores and a percentage that was itself stated in per cent."""
    found = []
    for fact in view.case.injections:
        value, stated = fact.value, relief_of(fact)
        if fact.assertion not in ("present", "historical") or value.status not in ("past", "performed"):
            continue
        if value.percent_source != "percent" or stated is None:
            continue
        if value.score_before is not None and value.score_after is not None:
            found.append(_Told(fact, value.score_before, value.score_after, stated))
    return found


def _one(told_twice: _Told) -> Draft:
    fact, before, after = told_twice.fact, told_twice.before, told_twice.after
    proof = evidence([fact])
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
    told = "a rise of the pain" if after > before else f"{number(reckoned)} %"
    rounded = _wider(told_twice.stated, measure("percent_rounding"))
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
    view.trail.add("injections with a percentage and both scores", str(len(found)), (f.fact for f in found))
    for told in found:
        yield _one(told)
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

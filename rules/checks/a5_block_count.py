"""A5: enough positive diagnostic blocks before an ablation, at the same levels and side."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from rules.blocks import relief_told
from rules.bounds import Interval
from rules.case import Fact
from rules.checks.base import Check, Draft, Supply, evidence, listed, quoted
from rules.checks.coverage import Placed, at_place, place_name
from rules.checks.earlier import Earlier, blocks_that_count
from rules.checks.missing_blocks import missing_blocks
from rules.policy import PolicyView
from rules.sessions import count, event_of
from rules.threshold import Threshold
from rules.values import Injection, Region
from rules.view import FACET_ABLATION, CaseView

_ASK = "Procedure notes of the diagnostic medial branch blocks: date, levels, side, agent, relief in per cent"
_ASK_FIGURE = "Relief after each diagnostic block as one figure in per cent"
_ASK_DAY = "The day of each diagnostic block"

Found = tuple[Fact[Injection], ...]


@dataclasses.dataclass(frozen=True)
class _Tally:
    """Blocks of one region as the policy counts them.

    ``surely`` are positive and count for certain, ``perhaps`` may: a relief within bounds, or a date that
    leaves the order to an earlier ablation open.
    """

    view: CaseView
    placed: Placed
    cut: Threshold
    least: int
    separate_days: bool
    surely: Found
    perhaps: Found

    def _number(self, facts: Found) -> Interval:
        if self.separate_days:
            return count([event_of(self.view, f) for f in facts])
        return Interval(len(facts), len(facts))

    def _reached(self, facts: Found, end: str) -> list[bool]:
        """By place: whether enough of the blocks reach it, at the low or the high end of their count."""
        numbers = [self._number(at_place(facts, place)) for place in self.placed.target.places]
        return [getattr(n, end) >= self.least for n in numbers]

    @property
    def enough(self) -> list[bool]:
        """By place: whether enough blocks count for certain."""
        return self._reached(self.surely, "low")

    @property
    def may_be_enough(self) -> bool:
        """Whether some place has enough blocks, were everything that is open in the request's favour."""
        return any(self._reached((*self.surely, *self.perhaps), "high"))

    @property
    def short(self) -> list[str]:
        """Names of the requested places that have too few."""
        return [place_name(p) for p, ok in zip(self.placed.target.places, self.enough, strict=True) if not ok]


def _stands(policy: PolicyView, earlier: Earlier, base: dict[str, Any]) -> Draft:
    """Draft for a repeat ablation without enough blocks of its own, which may need none."""
    before = f"A facet ablation was done before ({quoted(earlier.proof)})"
    if not policy.has("repeat_ablation_needs_block"):
        return Draft(
            "needs_review",
            f"{before}; whether a repeat needs a new diagnostic block differs by payer."
            f"{earlier.why_left_out()}",
            subject=base["subject"],
            headline="whether a repeat ablation needs a new diagnostic block",
            evidence=earlier.proof,
            asks=("Relief and duration of relief after the earlier ablation",),
        )
    flag = policy.parameter("repeat_ablation_needs_block")
    return Draft(
        "not_applicable",
        f"{before}; {policy.policy.title} asks for no new diagnostic block before every repeat."
        f"{earlier.why_left_out()}",
        subject=base["subject"],
        evidence=earlier.proof,
        parameters=(*base["parameters"], flag),
    )


def _met(tally: _Tally, base: dict[str, Any]) -> Draft:
    """Draft where some requested place has enough positive blocks: met, unless another has too few."""
    placed, found, region = tally.placed, tally.surely, base["subject"]
    proof = evidence(found)
    if tally.short:
        return Draft(
            "needs_review",
            f"Positive {region} blocks are documented ({quoted(proof)}), but too few of them reach "
            f"{listed(tally.short)}, which is requested.{placed.why_left_out()}",
            headline=f"whether the positive blocks cover {listed(tally.short)}",
            evidence=(*proof, *evidence(placed.left_out)),
            asks=("Diagnostic blocks at the requested levels and side",),
            **base,
        )
    days = ", on separate days" if tally.separate_days and tally.least > 1 else ""
    return Draft(
        "met",
        f"{len(found)} positive {region} diagnostic block{'s' if len(found) > 1 else ''} "
        f"({tally.cut.told} relief{days}): {quoted(proof)}.{placed.remark(found)}{placed.why_left_out()}",
        headline=f"{len(found)} positive {region} diagnostic block(s) documented",
        evidence=proof,
        **base,
    )


def _open(tally: _Tally, base: dict[str, Any], goal: str) -> Draft:
    """Draft where what the record leaves open decides: bounds of relief, days, the order to an ablation."""
    found: Found = (*tally.surely, *(f for f in tally.perhaps if f not in tally.surely))
    proof, region = evidence(found), base["subject"]
    bounded = tally.placed.blocks.unsettled(tally.cut)
    start, left = f"{goal[0].upper()}{goal[1:]} in the {region} region", tally.placed.why_left_out()
    if bounded:
        figures = listed(relief_told(f) for f in bounded)
        return Draft(
            "needs_review",
            f"{start}: the record gives {figures} ({quoted(proof)}), which may or may not be "
            f"{tally.cut.told}.{left}",
            headline=f"whether {region} block relief of {figures} is {tally.cut.told}",
            evidence=proof,
            asks=(_ASK_FIGURE,),
            **base,
        )
    events = [event_of(tally.view, f) for f in found]
    if not all(e.told for e in events):
        return Draft(
            "not_documented",
            f"{start}: the record names positive blocks ({quoted(proof)}) but does not give the day of each, "
            f"on which it depends whether they count.{left}",
            headline=f"the day of each {region} diagnostic block",
            evidence=proof,
            asks=(_ASK_DAY,),
            **base,
        )
    return Draft(
        "needs_review",
        f"{start}: the dates of the blocks ({listed(e.when for e in events)}) leave open "
        f"whether enough of them count.{left}",
        headline=f"whether the {region} diagnostic blocks count, by their dates",
        evidence=proof,
        asks=(_ASK_DAY,),
        **base,
    )


def _short(tally: _Tally, base: dict[str, Any], goal: str, supplies: tuple[Supply, ...]) -> Draft:
    """Draft where too few blocks are positive: unmet where one failed, else the record is silent."""
    placed, blocks, region, least = tally.placed, tally.placed.blocks, base["subject"], tally.least
    found = len(tally.surely)
    hopeful = len(blocks.done) - len(blocks.below(tally.cut))
    if blocks.below(tally.cut) and hopeful < least:
        proof = evidence(blocks.measured)
        figures = listed(relief_told(f) for f in blocks.measured)
        return Draft(
            "not_met",
            f"{found} of {least} positive {region} diagnostic blocks ({tally.cut.told} relief): "
            f"{quoted(proof)}.{placed.why_left_out()}",
            headline=f"{found} of {least} positive {region} diagnostic blocks"
            if found
            else f"no {region} diagnostic block gave {tally.cut.told} relief ({figures})",
            evidence=proof,
            **base,
        )
    tail = " A planned or declined block does not count." if blocks.not_done else ""
    if tally.surely:
        at = f" at {listed(tally.short)}" if tally.short != ["the region"] else ""
        what = f"{found} positive ({quoted(evidence(tally.surely))}), and no further one{at} is documented."
    elif blocks.done:
        what = f"The record names {quoted(evidence(blocks.done))} without a figure of relief."
    elif placed.left_out:
        what = "No past block at the requested levels and side is documented."
    else:
        what = "No past block is documented."
    where = " at the requested levels and side" if placed.left_out and not blocks.done else ""
    if least == 1:
        headline = f"a diagnostic medial branch block{where} with its relief"
    elif tally.surely:
        headline = f"a further diagnostic medial branch block with its relief ({found} of {least} documented)"
    else:
        headline = f"{least} diagnostic medial branch blocks{where} with their relief"
    return Draft(
        "not_documented",
        f"{goal[0].upper()}{goal[1:]} in the {region} region: {what}{placed.why_left_out()}{tail}",
        headline=headline,
        evidence=evidence((*blocks.done, *blocks.not_done, *placed.left_out)),
        asks=(_ASK,),
        supplies=supplies,
        **base,
    )


def _region(view: CaseView, policy: PolicyView, region: Region) -> Draft:
    need = policy.threshold("diagnostic_block_count")
    cut = policy.threshold("diagnostic_block_relief_percent")
    least = int(need.just_enough)
    found = blocks_that_count(view, policy, region)
    placed, earlier, unclear = found.placed, found.earlier, found.unclear
    blocks = placed.blocks
    positive = blocks.above(cut)
    tally = _Tally(
        view,
        placed,
        cut,
        least,
        policy.flag("diagnostic_blocks_separate_days"),
        tuple(f for f in positive if f not in unclear),
        (*(f for f in positive if f in unclear), *blocks.unsettled(cut)),
    )
    base: dict[str, Any] = {"subject": region, "parameters": (need.parameter, cut.parameter)}
    goal = f"{least} diagnostic block{'s' if least > 1 else ''} with {cut.told} relief"
    if tally.separate_days and least > 1:
        goal += " on separate days"
    if any(tally.enough):
        return _met(tally, base)
    if tally.may_be_enough:
        return _open(tally, base, goal)
    decided = policy.has("repeat_ablation_needs_block")
    if earlier.events and not found.anew and (decided or not blocks.measured):
        return _stands(policy, earlier, base)
    return _short(tally, base, goal, missing_blocks(view, policy, placed, region, least, found.after))


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Count positive past blocks in each region of the requested ablation."""
    for region in view.requested_regions(FACET_ABLATION):
        yield _region(view, policy, region)


CHECK = Check(
    slug="diagnostic-block-count",
    ref="A5",
    title="Positive diagnostic blocks before ablation",
    compares="the count of positive past facet blocks at the requested levels and side with the policy's "
    "minimum",
    severity="major",
    references=("seed-s1", "lcd-l38801", "cohen-2020"),
    run=run,
    version="3",
    families=FACET_ABLATION,
    parameters=("diagnostic_block_count", "diagnostic_block_relief_percent"),
    optional=(
        "diagnostic_block_kinds",
        "diagnostic_blocks_separate_days",
        "repeat_ablation_needs_block",
        "days_between_blocks",
        "block_anesthetic_only",
    ),
)

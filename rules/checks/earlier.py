"""Facet ablations of the past at the requested joints and side: what a repeat rests on.

An ablation that the record places elsewhere is no earlier one of this request. Statements of one session are
read together: the relief may stand in one document and its duration in another.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from rules.blocks import Blocks
from rules.case import Evidence, Fact
from rules.checks.base import Draft, evidence, quoted
from rules.checks.coverage import Placed, Target, placed_blocks, target_of, why_elsewhere
from rules.durations import back
from rules.policy import PolicyView
from rules.sessions import Event, event_of, in_time
from rules.threshold import Threshold
from rules.values import Ablation, Injection, Rationale
from rules.view import FACET_ABLATION, CaseView, may_lie_in

_BEFORE = "not after the earlier ablation, and a new block is needed"


@dataclasses.dataclass(frozen=True)
class Earlier:
    """Past facet ablations that bear on the target, the earliest first; those left out, and why."""

    target: Target
    events: tuple[Event, ...]
    elsewhere: tuple[tuple[Fact[Ablation], str], ...]

    @property
    def facts(self) -> tuple[Fact[Ablation], ...]:
        """The ablations that bear on the target."""
        return tuple(e.fact for e in self.events)

    @property
    def proof(self) -> tuple[Evidence, ...]:
        """The places that tell of them."""
        return evidence(self.facts)

    @property
    def latest(self) -> tuple[Event, ...]:
        """Every statement that can tell of the latest session: undated ones may."""
        newest = max((e.first for e in self.events), default=None)
        return tuple(e for e in self.events if newest is not None and e.last >= newest)

    @property
    def over_by(self) -> dt.date:
        """The last day on which one of them can have been."""
        return max((e.last for e in self.events), default=dt.date.min)

    def none(self, region: str) -> Draft:
        """Draft for a region without one of them at the requested place."""
        return Draft(
            "not_applicable",
            f"No earlier ablation at the requested place is documented ({region}).{self.why_left_out()}",
            subject=region,
        )

    def why_left_out(self) -> str:
        """Say which ablations were left out and why; empty where none was."""
        if not self.elsewhere:
            return ""
        told = "; ".join(f"{quoted(evidence([f]), most=1)} ({why})" for f, why in self.elsewhere)
        return f" Left out: {told}."


def past_ablations(view: CaseView, region: str) -> tuple[Event, ...]:
    """Return the facet ablations before the day asked that may lie in a region, by date.

    One of the day itself is the requested one.
    """
    found = [
        event_of(view, f)
        for f in view.case.ablations
        if f.value.target == "facet"
        and view.is_past(f, f.value.status)
        and may_lie_in(f.value.region, f.value.levels, (region,))
    ]
    before = in_time(e for e in found if not (e.told and e.first == view.on))
    told = ", ".join(f"{e.fact.id} ({e.when})" for e in before)
    view.trail.add(f"past facet ablations, {region}", told or "none", (e.fact for e in before))
    return before


def earlier_ablations(view: CaseView, region: str, families: Sequence[str] = FACET_ABLATION) -> Earlier:
    """Hold the past facet ablations of a region against the requested joints and sides."""
    target = target_of(view, region, families)
    found = past_ablations(view, region)
    why = {e.fact.id: why_elsewhere(e.fact, target) for e in found}
    return Earlier(
        target,
        tuple(e for e in found if why[e.fact.id] is None),
        tuple((e.fact, reason) for e in found if (reason := why[e.fact.id]) is not None),
    )


@dataclasses.dataclass(frozen=True)
class Counted:
    """The diagnostic blocks that a policy counts for an ablation.

    Attributes
    ----------
    placed
        Blocks at the requested place, of the kinds that the policy counts; before a repeat that needs a new
        block, only those that are not surely older than the earlier ablation.
    unclear
        Those of them whose order to the earlier ablation the record leaves open.
    earlier
        The earlier ablations at the requested place.
    after
        The last day on which the earlier ablation can have been, where only later blocks count.
    """

    placed: Placed
    unclear: tuple[Fact[Injection], ...]
    earlier: Earlier
    after: dt.date | None

    @property
    def anew(self) -> bool:
        """Whether only blocks after an earlier ablation count."""
        return self.after is not None


def blocks_that_count(view: CaseView, policy: PolicyView, region: str) -> Counted:
    """Return the diagnostic blocks of a region that the policy counts for the requested ablation."""
    placed, earlier = placed_blocks(view, region, policy), earlier_ablations(view, region)
    if not earlier.events or not policy.flag("repeat_ablation_needs_block"):
        return Counted(placed, (), earlier, None)
    return Counted(*blocks_after(view, placed, earlier), earlier, earlier.over_by)


def blocks_after(
    view: CaseView, placed: Placed, earlier: Earlier
) -> tuple[Placed, tuple[Fact[Injection], ...]]:
    """Leave out blocks before the earlier ablation; return the rest, and those whose order to it is open."""
    first, last = max(e.first for e in earlier.events), earlier.over_by
    old, unclear = [], []
    for fact in placed.blocks.done:
        event = event_of(view, fact)
        if event.last <= first:
            old.append(fact)
        elif event.first <= last:
            unclear.append(fact)
    kept = tuple(f for f in placed.blocks.done if f not in old)
    left = (*placed.elsewhere, *((f, _BEFORE) for f in old))
    return Placed(placed.target, Blocks(kept, placed.blocks.not_done), left), tuple(unclear)


def in_doubt(view: CaseView) -> tuple[Fact[Rationale], ...]:
    """Return the latest statements that the source of the pain is in doubt again."""
    said = view.latest(f for f in view.case.rationales if f.value.kind == "pain_source")
    found = tuple(f for f in said if f.assertion == "present")
    view.trail.add("source of the pain in doubt", "told so" if found else "not told", found)
    return found


def long_past(view: CaseView, earlier: Earlier, need: Threshold) -> bool | None:
    """Whether the latest earlier ablation lies further back than the policy's years; None where open.

    "More than two years" begins on the day after the anniversary.
    """
    if view.on is None:
        return None
    limit = back(view.on, need)

    def beyond(day: dt.date) -> bool:
        return day < limit or (day == limit and need.comparison == "at_least")

    newest = earlier.latest
    if all(beyond(e.last) for e in newest):
        return True
    return False if any(e.told and not beyond(e.first) for e in newest) else None

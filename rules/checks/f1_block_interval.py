"""F1: the days between two diagnostic blocks of the same joint and side."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

from rules.bounds import Interval
from rules.case import Fact
from rules.checks.base import Check, Draft, evidence, listed, quoted
from rules.checks.coverage import at_place, place_name, placed_blocks, target_of
from rules.checks.past_injections import (
    FACET_BLOCK,
    KINDS,
    past_injections,
    purpose_of_request,
    serves,
)
from rules.policy import PolicyView
from rules.sessions import Event, days_between, event_of
from rules.threshold import Threshold
from rules.values import Injection, Region
from rules.view import FACET, FACET_ABLATION, CaseView

_ASK = "The day of each diagnostic block (its procedure note)"


def _draft(
    need: Threshold, states: dict[str, bool | None], events: Sequence[Event], subject: str, what: str
) -> Draft:
    """Draft from what each requested place says: apart far enough, too near, or open.

    Parameters
    ----------
    states
        By the name of the place; places with fewer than two procedures are not among them.
    what
        Which days are measured, in words.
    """
    proof = evidence(e.fact for e in events)
    days = listed(e.when for e in events)
    base: dict[str, Any] = {"subject": subject, "evidence": proof, "parameters": (need.parameter,)}
    near = [name for name, ok in states.items() if ok is False]
    said = f"{what[0].upper()}{what[1:]}: {need.told} are asked; the record gives {days} ({quoted(proof)})"
    if near:
        return Draft(
            "not_met",
            f"{said}. At {listed(near)} fewer lie between them.",
            headline=f"{what} are fewer than {need.figure} ({days})",
            **base,
        )
    if None not in states.values():
        return Draft("met", f"{said}.", **base)
    if all(e.told for e in events):
        return Draft(
            "needs_review",
            f"{said}, which leaves open how many days lie between them.",
            headline=f"whether {what} are {need.figure} or more ({days})",
            asks=(_ASK,),
            **base,
        )
    return Draft(
        "not_documented",
        f"{said}: the record does not give the day of each.",
        headline="the day of each diagnostic block",
        asks=(_ASK,),
        **base,
    )


def _widest(events: Sequence[Event], need: Threshold) -> bool | None:
    """Whether some two of the blocks lie far enough apart."""
    judged = {need.holds(days_between(a, b)) for a, b in itertools.combinations(events, 2)}
    return True if True in judged else None if None in judged else False


def _before_ablation(view: CaseView, policy: PolicyView, region: Region, need: Threshold) -> Draft:
    """Measure between the blocks that the ablation rests on: those whose relief satisfies the policy."""
    placed = placed_blocks(view, region, policy)
    found: tuple[Fact[Injection], ...] = placed.blocks.done
    if policy.has("diagnostic_block_relief_percent"):
        cut = policy.threshold("diagnostic_block_relief_percent")
        found = (*placed.blocks.above(cut), *placed.blocks.unsettled(cut))
    states: dict[str, bool | None] = {}
    used: list[Event] = []
    for place in placed.target.places:
        events = [event_of(view, f) for f in at_place(found, place)]
        if len(events) > 1:
            states[place_name(place)] = _widest(events, need)
            used += [e for e in events if e not in used]
    if not states:
        return Draft(
            "not_applicable",
            f"Fewer than two positive diagnostic blocks of one place are documented ({region}).",
            subject=region,
        )
    return _draft(need, states, used, region, f"the days between the {region} diagnostic blocks")


def _until(view: CaseView, event: Event) -> Interval:
    """Return how many days can lie between an event and the day asked."""
    if view.on is None:
        return Interval(0, math.inf)
    return Interval(max(0, (view.on - event.last).days), (view.on - event.first).days)


def _before_block(view: CaseView, policy: PolicyView, region: Region, need: Threshold) -> Draft:
    """Measure from every earlier diagnostic block at the requested place to the day of this one."""
    subject = f"block-{region}"
    past = [
        e
        for e in past_injections(view, KINDS[FACET_BLOCK], region)
        if serves(e.fact, "diagnostic") is not False
    ]
    states: dict[str, bool | None] = {}
    used: list[Event] = []
    for place in target_of(view, region, FACET_BLOCK).places:
        there = [e for e in past if at_place([e.fact], place)]
        judged = {need.holds(_until(view, e)) for e in there}
        if judged:
            states[place_name(place)] = False if False in judged else None if None in judged else True
        used += [e for e in there if e not in used]
    if not states or purpose_of_request(view, policy, FACET_BLOCK, region) == "therapeutic":
        return Draft(
            "not_applicable",
            f"No second diagnostic block after an earlier one of the same place is requested ({region}).",
            subject=subject,
        )
    day = view.on.isoformat() if view.on else "a day that is not known"
    return _draft(need, states, used, subject, f"the days from the earlier block to this one of {day}")


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Measure between the blocks before an ablation, and from the last block to a requested one."""
    need = policy.threshold("days_between_blocks")
    for region in view.requested_regions(FACET_ABLATION):
        yield _before_ablation(view, policy, region, need)
    for region in view.requested_regions(FACET_BLOCK):
        yield _before_block(view, policy, region, need)


CHECK = Check(
    slug="block-interval",
    ref="F1",
    title="Days between diagnostic blocks",
    compares="the days between two diagnostic blocks of one joint and side, or from the last to a requested "
    "one, with the policy's days",
    severity="major",
    references=("lcd-l38801", "memo-frequency"),
    run=run,
    families=FACET,
    parameters=("days_between_blocks",),
    optional=("diagnostic_block_relief_percent", "diagnostic_block_kinds", "diagnostic_modifier"),
)

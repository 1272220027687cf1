"""Injections of the past by kind and region, and what an injection was or is for: diagnosis or treatment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from rules.case import ClaimLine, Fact
from rules.codes import cpt
from rules.policy import PolicyView
from rules.sessions import Event, each_once, event_of, in_time
from rules.values import Injection
from rules.view import CaseView, may_lie_in

Purpose = Literal["diagnostic", "therapeutic"]
FACET_BLOCK = ("facet_block", "facet_block_ultrasound")
#: Kinds of injection by the service families that request them.
KINDS: Mapping[tuple[str, ...], tuple[str, ...]] = {
    FACET_BLOCK: ("medial_branch_block", "facet_intraarticular"),
    ("epidural",): ("epidural", "selective_nerve_root"),
    ("si_joint",): ("si_joint",),
}


def injection_lines(view: CaseView, families: Sequence[str]) -> tuple[ClaimLine, ...]:
    """Return the lines of some families that ask for an injection; an ablation of the family is none."""
    return tuple(
        line
        for line in view.lines(families)
        if (entry := cpt.lookup(line.cpt)) is not None and entry.kind != "ablation"
    )


def past_injections(view: CaseView, kinds: Collection[str], region: str) -> tuple[Event, ...]:
    """Return the injections of some kinds before the day asked that may lie in a region, each once, by date.

    One of the day itself is the requested one.
    """
    done = each_once(
        view,
        (
            f
            for f in view.case.injections
            if f.value.kind in kinds
            and view.is_past(f, f.value.status)
            and may_lie_in(f.value.region, f.value.levels, (region,))
        ),
    )
    events = in_time(event_of(view, f) for f in done)
    found = tuple(e for e in events if not (e.told and e.first == view.on))
    told = ", ".join(f"{e.fact.id} ({e.when})" for e in found)
    view.trail.add(
        f"past injections ({', '.join(sorted(kinds))}), {region}", told or "none", (e.fact for e in found)
    )
    return found


def serves(fact: Fact[Injection], purpose: Purpose) -> bool | None:
    """Whether an injection served a purpose; None where the record leaves it open.

    A medial branch block that is not called therapeutic and holds no steroid is a diagnostic one.
    """
    value = fact.value
    if value.purpose is not None:
        return value.purpose == purpose
    if value.kind == "medial_branch_block" and not value.steroid:
        return purpose == "diagnostic"
    return None


def purpose_of_request(
    view: CaseView, policy: PolicyView, families: Sequence[str], region: str
) -> Purpose | None:
    """Return what a requested injection is for: by the policy's modifier, else by what the record plans.

    None where neither tells, or where the record plans both.
    """
    if policy.has("diagnostic_modifier"):
        marks = set(policy.words("diagnostic_modifier"))
        if any(marks & set(line.modifiers) for line in injection_lines(view, families)):
            view.trail.add("purpose of the requested injection", "diagnostic, by its modifier")
            return "diagnostic"
    kinds = {kind for group, names in KINDS.items() if set(group) & set(families) for kind in names}
    planned = [f for f in requested_injections(view, kinds, region) if f.value.purpose is not None]
    said = {f.value.purpose for f in planned}
    view.trail.add(
        "purpose of the requested injection", ", ".join(sorted(p for p in said if p)) or "not stated", planned
    )
    return said.pop() if len(said) == 1 else None


def requested_injections(view: CaseView, kinds: Collection[str], region: str) -> tuple[Fact[Injection], ...]:
    """Return what the record tells of the requested injection: planned, or done on the day asked."""
    return tuple(
        f
        for f in view.case.injections
        if f.value.kind in kinds and _now(view, f) and may_lie_in(f.value.region, f.value.levels, (region,))
    )


def _now(view: CaseView, fact: Fact[Injection]) -> bool:
    """Whether an injection is the requested one: planned, or done on the day asked."""
    if fact.value.status == "planned":
        return fact.assertion in ("present", "planned")
    event = event_of(view, fact)
    return fact.assertion == "present" and event.told and event.first == view.on

"""Whether past blocks were where the ablation is asked for: same joints, same side.

A block that the record places elsewhere is no evidence for the request. One whose side or levels the record
does not state is accepted, and the finding remarks on it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

from rules import levels as lv
from rules.blocks import DIAGNOSTIC, Blocks, blocked_joints, facet_blocks
from rules.case import Fact
from rules.checks.base import evidence, listed, quoted
from rules.policy import PolicyView
from rules.values import Ablation, Injection
from rules.view import FACET_ABLATION, CaseView, may_lie_in, sides

#: A joint or side that the request does not name.
_ANY = ""
_KINDS = {"medial_branch_block": "medial branch blocks", "facet_intraarticular": "injections into the joint"}


@dataclasses.dataclass(frozen=True)
class Target:
    """The joints and sides of a requested procedure in one region; empty where not stated."""

    joints: frozenset[str]
    sides: frozenset[str]

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Every joint on every side, from the skull down."""
        return tuple(product(lv.in_order(self.joints) or (_ANY,), sorted(self.sides) or (_ANY,)))


@dataclasses.dataclass(frozen=True)
class Placed:
    """Blocks of a region held against the target: those that bear on it, those left out and why."""

    target: Target
    blocks: Blocks
    elsewhere: tuple[tuple[Fact[Injection], str], ...]

    @property
    def left_out(self) -> tuple[Fact[Injection], ...]:
        """Blocks at another level or on another side than requested."""
        return tuple(f for f, _ in self.elsewhere)

    def why_left_out(self) -> str:
        """Say which blocks were left out and why; empty where none was."""
        if not self.elsewhere:
            return ""
        told = "; ".join(f"{quoted(evidence([f]), most=1)} ({why})" for f, why in self.elsewhere)
        return f" Left out: {told}."

    def uncovered(self, blocks: Sequence[Fact[Injection]], least: int = 1) -> tuple[tuple[str, str], ...]:
        """Return the requested places that fewer than ``least`` of the blocks reach."""
        return tuple(p for p in self.target.places if len(at_place(blocks, p)) < least)

    def remark(self, blocks: Sequence[Fact[Injection]]) -> str:
        """Say what the record leaves out of blocks that were accepted; empty where nothing is left out."""
        lacking = []
        if self.target.joints and any(not blocked_joints(f) for f in blocks):
            lacking.append("levels")
        if self.target.sides and any(not sides([f.value.laterality]) for f in blocks):
            lacking.append("side")
        return f" The record does not state the {listed(lacking)} of every block." if lacking else ""


def place_name(place: tuple[str, str]) -> str:
    """Name a place: ``left L4-L5``, ``L4-L5``, ``the left side``."""
    joint, side = place
    if joint and side:
        return f"{side} {joint}"
    return joint or (f"the {side} side" if side else "the region")


def reaches_place(fact: Fact[Injection] | Fact[Ablation], place: tuple[str, str]) -> bool:
    """Whether a procedure can have reached a joint and side; what either leaves open counts as reached."""
    joint, side = place
    had, treated = sides([fact.value.laterality]), blocked_joints(fact)
    if side and had and side not in had:
        return False
    if not joint or not fact.value.levels:
        return True
    return joint in treated or (not treated and _touches(fact.value.levels, joint))


def at_place(facts: Iterable[Fact[Any]], place: tuple[str, str]) -> tuple[Fact[Any], ...]:
    """Return the procedures that can have reached a joint and side."""
    return tuple(f for f in facts if reaches_place(f, place))


def _touches(levels: Sequence[str], joint: str) -> bool:
    """Whether single names that make no joint by themselves belong to a joint, as nerve or as vertebra."""
    return bool({name.strip().upper() for name in levels} & ({*joint.split("-")} | lv.nerves_of(joint)))


def why_elsewhere(fact: Fact[Injection] | Fact[Ablation], target: Target) -> str | None:
    """Say why a procedure does not bear on the target; None where it bears on some place of it."""
    if any(reaches_place(fact, place) for place in target.places):
        return None
    had = sides([fact.value.laterality])
    said = []
    if target.joints and not any(reaches_place(fact, (joint, _ANY)) for joint in target.joints):
        at = lv.in_order(blocked_joints(fact) or fact.value.levels)
        said.append(f"at {listed(at)}; {listed(lv.in_order(target.joints))} requested")
    if target.sides and had and not had & target.sides:
        said.append(f"{listed(sorted(had))} side; {listed(sorted(target.sides))} requested")
    return ", ".join(said)


def _planned(view: CaseView, region: str, families: Sequence[str]) -> list[Injection | Ablation]:
    """Return the planned procedures of the record that are of the requested kind."""
    wanted: list[Fact[Injection] | Fact[Ablation]] = [
        *(f for f in view.case.ablations if f.value.target == "facet" and "facet_rfa" in families),
        *(f for f in view.case.injections if f.value.kind in DIAGNOSTIC and "facet_block" in families),
    ]
    return [
        f.value
        for f in wanted
        if f.value.status == "planned"
        and f.assertion in ("present", "planned")
        and may_lie_in(f.value.region, f.value.levels, (region,))
    ]


def target_of(view: CaseView, region: str, families: Sequence[str] = FACET_ABLATION) -> Target:
    """Return the joints and sides requested in a region by the lines of some families.

    What the claim lines leave open the planned facet procedures of the record may tell.
    """

    def within(joints: frozenset[str]) -> frozenset[str]:
        return frozenset(j for j in joints if may_lie_in("unknown", (j,), (region,)))

    planned = _planned(view, region, families)
    joints = within(view.requested_joints(families)) or within(
        lv.joints(level for v in planned for level in v.levels)
    )
    return Target(joints, view.requested_sides(families) or sides(v.laterality for v in planned))


def placed_blocks(
    view: CaseView,
    region: str,
    policy: PolicyView | None = None,
    families: Sequence[str] = FACET_ABLATION,
) -> Placed:
    """Hold the diagnostic blocks of a region against the requested joints and sides.

    Parameters
    ----------
    policy
        Whose ``diagnostic_block_kinds`` count; without it, or where it names none, every facet block does.
    families
        The requested services whose places are meant.
    """
    found, target = facet_blocks(view, region), target_of(view, region, families)
    kinds = (
        policy.words("diagnostic_block_kinds") if policy and policy.has("diagnostic_block_kinds") else None
    )
    why = {f.id: why_elsewhere(f, target) or _no_diagnosis(f, kinds) for f in found.done}
    kept = tuple(f for f in found.done if why[f.id] is None)
    elsewhere = tuple((f, reason) for f in found.done if (reason := why[f.id]) is not None)
    return Placed(target, Blocks(kept, found.not_done), elsewhere)


def _no_diagnosis(fact: Fact[Injection], kinds: Sequence[str] | None) -> str | None:
    """Say why a block at the requested place is no diagnostic block; None where it is one."""
    if fact.value.purpose == "therapeutic":
        return "told as therapeutic, not as diagnostic"
    if kinds is not None and fact.value.kind not in kinds:
        return (
            f"{_KINDS[fact.value.kind]}; the policy counts {listed(_KINDS[k] for k in kinds if k in _KINDS)}"
        )
    return None

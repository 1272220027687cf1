"""Whether past blocks were where the ablation is asked for: same joints, same side.

A block that the record places elsewhere is no evidence for the request. One whose side or levels the record
does not state is accepted, and the finding remarks on it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import product

from rules import levels as lv
from rules.blocks import Blocks, blocked_joints, facet_blocks
from rules.case import Fact
from rules.checks.base import evidence, listed, quoted
from rules.values import Injection
from rules.view import FACET_ABLATION, CaseView, may_lie_in, sides

#: A joint or side that the request does not name.
_ANY = ""


@dataclasses.dataclass(frozen=True)
class Target:
    """The joints and sides of a requested ablation in one region; empty where not stated."""

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
        return tuple(p for p in self.target.places if sum(_reaches(f, *p) for f in blocks) < least)

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


def _reaches(fact: Fact[Injection], joint: str, side: str) -> bool:
    had, treated = sides([fact.value.laterality]), blocked_joints(fact)
    if side and had and side not in had:
        return False
    if not joint or not fact.value.levels:
        return True
    return joint in treated or (not treated and _touches(fact.value.levels, joint))


def _touches(levels: Sequence[str], joint: str) -> bool:
    """Whether single names that make no joint by themselves belong to a joint, as nerve or as vertebra."""
    return bool({name.strip().upper() for name in levels} & ({*joint.split("-")} | lv.nerves_of(joint)))


def _why(fact: Fact[Injection], target: Target) -> str | None:
    """Say why a block is no evidence for the target; None where it bears on some place of it."""
    if any(_reaches(fact, *place) for place in target.places):
        return None
    had = sides([fact.value.laterality])
    said = []
    if target.joints and not any(_reaches(fact, joint, _ANY) for joint in target.joints):
        at = lv.in_order(blocked_joints(fact) or fact.value.levels)
        said.append(f"at {listed(at)}; {listed(lv.in_order(target.joints))} requested")
    if target.sides and had and not had & target.sides:
        said.append(f"{listed(sorted(had))} side; {listed(sorted(target.sides))} requested")
    return ", ".join(said)


def target_of(view: CaseView, region: str) -> Target:
    """Return the joints and sides requested in a region.

    What the claim lines leave open the planned facet ablations of the record may tell.
    """

    def within(joints: frozenset[str]) -> frozenset[str]:
        return frozenset(j for j in joints if may_lie_in("unknown", (j,), (region,)))

    planned = [
        f.value
        for f in view.case.ablations
        if f.value.target == "facet"
        and f.value.status == "planned"
        and f.assertion in ("present", "planned")
        and may_lie_in(f.value.region, f.value.levels, (region,))
    ]
    joints = within(view.requested_joints(FACET_ABLATION)) or within(
        lv.joints(level for v in planned for level in v.levels)
    )
    asked = view.requested_sides(FACET_ABLATION) or sides(v.laterality for v in planned)
    return Target(joints, asked)


def placed_blocks(view: CaseView, region: str) -> Placed:
    """Hold the diagnostic blocks of a region against the requested joints and sides."""
    found, target = facet_blocks(view, region), target_of(view, region)
    why = {f.id: _why(f, target) for f in found.done}
    kept = tuple(f for f in found.done if why[f.id] is None)
    elsewhere = tuple((f, reason) for f in found.done if (reason := why[f.id]) is not None)
    return Placed(target, Blocks(kept, found.not_done), elsewhere)

"""Past fusions against the requested joints."""

from __future__ import annotations

from collections.abc import Sequence

from rules import levels as lv
from rules.case import Fact
from rules.checks.base import Draft, Supply
from rules.values import Region, Surgery
from rules.view import FACET, CaseView, may_lie_in

NO_FUSION = Draft("not_applicable", "No past fusion is documented in the requested region.")
ASK_LEVELS = "Operation report or imaging that states the fused levels"


def fused_and_requested(
    view: CaseView, fusions: tuple[Fact[Surgery], ...]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return requested facet joints and fused segments."""
    return view.requested_joints(FACET), lv.all_segments(level for f in fusions for level in f.value.levels)


def levels_stated(
    fusions: tuple[Fact[Surgery], ...], regions: Sequence[Region], requested: frozenset[str]
) -> tuple[Supply, ...]:
    """Return what would settle unstated levels: the fusion at a segment of its region that is not requested.

    Approach and year stay as documented, so that the supply tells of no other operation.
    """
    known = fusions[0].value
    free = [
        segment
        for segment in (f"{a}-{b}" for a, b in zip(lv.SPINE, lv.SPINE[1:], strict=False))
        if segment not in requested and may_lie_in("unknown", (segment,), _where(known, regions))
    ]
    if not free:
        return ()
    value = known.model_copy(update={"levels": (free[-1],), "status": "past"})
    return (Supply("surgeries", value, f"the fusion is at {free[-1]} and at no requested level"),)


def _where(known: Surgery, regions: Sequence[Region]) -> Sequence[str]:
    return (known.region,) if known.region in regions else regions

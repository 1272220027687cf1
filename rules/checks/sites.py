"""Whether the lines of two services of one day name distinct sites."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from rules import levels as lv
from rules.case import ClaimLine
from rules.checks.claim_lines import sides_of
from rules.checks.edits import Clash
from rules.codes import cpt


class Sites(enum.Enum):
    """What the lines say; the value is for the trail."""

    SAME = "same"
    APART = "apart"
    UNKNOWN = "not told"


def _groups(lines: Iterable[ClaimLine]) -> set[str]:
    return {entry.group for line in lines if (entry := cpt.lookup(line.cpt)) and entry.group}


def _sides(lines: Iterable[ClaimLine]) -> frozenset[str]:
    return frozenset(s for line in lines for s in sides_of(line))


def apart(clash: Clash) -> Sites:
    """Tell by part of the spine, then by side, then by joint.

    Different parts of the spine are distinct; so are opposite sides and joints that do not overlap. The site
    is the same where a joint and a side are shared, both named by both.
    """
    one, other = clash.first, clash.second
    groups = _groups(one), _groups(other)
    if all(groups) and not groups[0] & groups[1]:
        return Sites.APART
    sides = _sides(one), _sides(other)
    if all(sides) and not sides[0] & sides[1]:
        return Sites.APART
    joints = tuple(lv.joints(level for line in part for level in line.levels) for part in (one, other))
    if not all(joints):
        return Sites.UNKNOWN
    if not joints[0] & joints[1]:
        return Sites.APART
    return Sites.SAME if all(sides) else Sites.UNKNOWN

"""Past diagnostic facet blocks: which count, and whether they match the request."""

from __future__ import annotations

import dataclasses

from rules import levels as lv
from rules.case import Fact
from rules.values import Injection
from rules.view import CaseView, may_lie_in, sides

#: Kinds that anaesthetise a facet joint. Intra-articular blocks count under the guideline.
DIAGNOSTIC = ("medial_branch_block", "facet_intraarticular")


@dataclasses.dataclass(frozen=True)
class Blocks:
    """Diagnostic facet blocks of one region: those that took place, and those only planned or declined."""

    done: tuple[Fact[Injection], ...]
    not_done: tuple[Fact[Injection], ...]

    @property
    def measured(self) -> tuple[Fact[Injection], ...]:
        """Blocks whose relief is a figure; "good" or "partial" is none."""
        return tuple(f for f in self.done if f.value.percent_relief is not None)

    @property
    def unmeasured(self) -> tuple[Fact[Injection], ...]:
        """Blocks that took place without a figure of relief."""
        return tuple(f for f in self.done if f.value.percent_relief is None)

    def above(self, percent: float) -> tuple[Fact[Injection], ...]:
        """Blocks whose relief exceeds the figure: 50 does not exceed 50."""
        return tuple(f for f in self.measured if (f.value.percent_relief or 0) > percent)


def _took_place(view: CaseView, fact: Fact[Injection]) -> bool:
    if view.is_past(fact, fact.value.status):
        return True
    # A block performed in the note that asks for the ablation, its relief measured, precedes the request.
    return (
        fact.value.status == "performed"
        and fact.value.percent_relief is not None
        and fact.assertion in ("present", "historical")
    )


def _same(view: CaseView, one: Fact[Injection], other: Fact[Injection]) -> bool:
    """Whether two facts tell of one block: same day, or the same figure and levels in another document."""
    a, b = one.value, other.value
    if a.date and b.date:
        return a.date == b.date and a.laterality in (b.laterality, "unknown")
    if one.document == other.document:
        return False
    return a.percent_relief == b.percent_relief and set(a.levels) == set(b.levels)


def facet_blocks(view: CaseView, region: str) -> Blocks:
    """Return the diagnostic facet blocks that may lie in a region, each once."""
    here = [
        f
        for f in view.case.injections
        if f.value.kind in DIAGNOSTIC and may_lie_in(f.value.region, f.value.levels, (region,))
    ]
    done: list[Fact[Injection]] = []
    for fact in here:
        if not _took_place(view, fact):
            continue
        if not any(_same(view, kept, fact) for kept in done):
            done.append(fact)
    waiting = tuple(
        f
        for f in here
        if f.value.status in ("planned", "declined") or f.assertion in ("planned", "declined", "absent")
    )
    return Blocks(tuple(done), waiting)


def mismatch(
    view: CaseView, region: str, blocks: tuple[Fact[Injection], ...], families: tuple[str, ...]
) -> str | None:
    """Say how requested levels or side differ from the blocks'; None where they agree or are not stated."""
    asked = frozenset(j for j in view.requested_joints(families) if may_lie_in("unknown", (j,), (region,)))
    treated = lv.joints(level for f in blocks for level in f.value.levels)
    said: list[str] = []
    if asked and treated and not asked <= treated:
        said.append(
            f"{', '.join(lv.in_order(asked - treated))} requested, {', '.join(lv.in_order(treated))} blocked"
        )
    wanted = view.requested_sides(families)
    had = sides(f.value.laterality for f in blocks)
    if wanted and had and not wanted <= had:
        said.append(f"{' and '.join(sorted(wanted))} requested, {' and '.join(sorted(had))} blocked")
    return "; ".join(said) or None

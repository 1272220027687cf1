"""Past diagnostic facet blocks: which took place, and what their relief says of a threshold."""

from __future__ import annotations

import dataclasses

from rules import levels as lv
from rules.bounds import Interval, interval, told
from rules.case import Fact
from rules.sessions import each_once
from rules.threshold import Threshold
from rules.values import Ablation, Injection
from rules.view import CaseView, may_lie_in

#: Kinds that anaesthetise a facet joint. Intra-articular blocks count under the guideline.
DIAGNOSTIC = ("medial_branch_block", "facet_intraarticular")


def relief_of(fact: Fact[Injection] | Fact[Ablation]) -> Interval | None:
    """Return what the record allows the relief to be, in per cent; None without a figure."""
    v = fact.value
    if v.percent_relief is None:
        return None
    return interval(v.percent_relief, v.percent_bound, v.percent_low, v.percent_high)


def relief_told(fact: Fact[Injection] | Fact[Ablation]) -> str:
    """Return the relief as stated: ``80 %``, ``at least 50 %``."""
    v = fact.value
    figure = told(v.percent_relief or 0.0, v.percent_bound, v.percent_low, v.percent_high)
    return f"{figure} %"


@dataclasses.dataclass(frozen=True)
class Blocks:
    """Diagnostic facet blocks: those that took place, and those only planned or declined."""

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

    def _judged(self, cut: Threshold, wanted: bool | None) -> tuple[Fact[Injection], ...]:
        return tuple(f for f in self.done if (found := relief_of(f)) and cut.holds(found) is wanted)

    def above(self, cut: Threshold) -> tuple[Fact[Injection], ...]:
        """Blocks whose relief satisfies the policy: 50 is not "more than 50", but "at least 50"."""
        return self._judged(cut, True)

    def below(self, cut: Threshold) -> tuple[Fact[Injection], ...]:
        """Blocks whose relief does not satisfy the policy, however the record's words are read."""
        return self._judged(cut, False)

    def unsettled(self, cut: Threshold) -> tuple[Fact[Injection], ...]:
        """Blocks whose relief is bounded only: "at least 50 %" may be 50, or more."""
        return self._judged(cut, None)


def _took_place(view: CaseView, fact: Fact[Injection]) -> bool:
    if view.is_past(fact, fact.value.status):
        return True
    # A block performed in the note that asks for the ablation, its relief measured, precedes the request.
    return (
        fact.value.status == "performed"
        and fact.value.percent_relief is not None
        and fact.assertion in ("present", "historical")
    )


def facet_blocks(view: CaseView, region: str) -> Blocks:
    """Return the diagnostic facet blocks that may lie in a region, each once."""
    here = [
        f
        for f in view.case.injections
        if f.value.kind in DIAGNOSTIC and may_lie_in(f.value.region, f.value.levels, (region,))
    ]
    done = each_once(view, (f for f in here if _took_place(view, f)))
    waiting = tuple(
        f
        for f in here
        if f.value.status in ("planned", "declined") or f.assertion in ("planned", "declined", "absent")
    )
    figures = [f"{f.id}: {relief_told(f) if relief_of(f) else 'no figure of relief'}" for f in done]
    view.trail.add(f"past diagnostic facet blocks, {region}", ", ".join(figures) or "none", done)
    return Blocks(done, waiting)


def blocked_joints(fact: Fact[Injection] | Fact[Ablation]) -> frozenset[str]:
    """Return the facet joints that a block or an ablation reached, as far as its levels tell.

    Single names are nerves of a medial branch block or an ablation; of an injection into joints they may as
    well be the vertebrae on both sides of a joint, and either reading counts.
    """
    found = lv.joints(fact.value.levels)
    if isinstance(fact.value, Injection) and fact.value.kind == "facet_intraarticular":
        found |= lv.between(fact.value.levels)
    return found

"""Facts that speak for the procedure asked for: the latest ones, stated as present or planned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from rules.case import Fact
from rules.threshold import Threshold
from rules.values import Value
from rules.view import CaseView

V = TypeVar("V", bound=Value)


def stated(view: CaseView, facts: Iterable[Fact[V]], name: str) -> tuple[Fact[V], ...]:
    """Return what the latest visit says is done or planned; ``name`` tells the trail what was looked for.

    What a visit tells of an earlier procedure says nothing of this one and hides no earlier plan; a denial
    ("not pulsed") does.
    """
    speaking = view.latest(f for f in facts if f.assertion != "historical")
    found = tuple(f for f in speaking if f.assertion in ("present", "planned"))
    view.trail.add(name, f"{len(found)} stated", found)
    return found


def just_enough(need: Threshold) -> float:
    """Return the least figure that satisfies a limit from below: the figure itself, or one unit more."""
    return need.value if need.holds_for(need.value) else need.value + 1

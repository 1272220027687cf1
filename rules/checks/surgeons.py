"""Whether surgery of the spine has been weighed: planned, or considered and not wanted."""

from __future__ import annotations

from rules.case import Fact
from rules.values import Surgery
from rules.view import REGIONS, CaseView, may_lie_in


def surgery_weighed(view: CaseView) -> tuple[Fact[Surgery], ...]:
    """Return planned and declined operations on the patient's spine."""
    found = tuple(
        f
        for f in view.case.surgeries
        if f.value.status in ("planned", "declined")
        and f.assertion not in ("family", "hypothetical", "absent")
        and may_lie_in(f.value.region, f.value.levels, REGIONS)
    )
    view.trail.add("surgery weighed", f"{len(found)} operations planned or declined", found)
    return found

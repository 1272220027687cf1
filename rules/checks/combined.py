"""Facet procedures beside other kinds of injection on one day, and the reason that a record states for it."""

from __future__ import annotations

from rules.case import Fact
from rules.codes import cpt
from rules.values import Rationale
from rules.view import FACET, CaseView

#: What policies speak of when they ask for a reason: epidurals, trigger points, the sacroiliac joint.
OTHERS = ("epidural", "trigger_point", "si_joint")


def is_combination(one: str, other: str) -> bool:
    """Whether one code is a facet procedure and the other an injection of another kind."""
    families = {entry.family for code in (one, other) if (entry := cpt.lookup(code))}
    return bool(families & set(FACET)) and bool(families & set(OTHERS))


def reasons(view: CaseView) -> tuple[Fact[Rationale], ...]:
    """Return the stated reasons for several procedures on one day."""
    found = tuple(
        f
        for f in view.latest(f for f in view.case.rationales if f.value.kind == "combined_procedures")
        if f.assertion == "present"
    )
    view.trail.add("stated reason for procedures of several kinds", f"{len(found)} stated", found)
    return found

"""Past fusions against the requested joints."""

from __future__ import annotations

from rules import levels as lv
from rules.case import Fact
from rules.checks.base import Draft
from rules.values import Surgery
from rules.view import FACET, CaseView

NO_FUSION = Draft("not_applicable", "No past fusion is documented in the requested region.")


def fused_and_requested(
    view: CaseView, fusions: tuple[Fact[Surgery], ...]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return requested facet joints and fused segments."""
    return view.requested_joints(FACET), lv.all_segments(level for f in fusions for level in f.value.levels)

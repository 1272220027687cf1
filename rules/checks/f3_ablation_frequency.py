"""F3: ablation sessions in a region within the policy's window, the requested one among them."""

from __future__ import annotations

from collections.abc import Iterator

from rules.checks.base import Check, Draft
from rules.checks.earlier import past_ablations
from rules.checks.frequency import capped
from rules.policy import PolicyView
from rules.sessions import each_once, event_of
from rules.view import FACET_ABLATION, CaseView


def run(view: CaseView, policy: PolicyView) -> Iterator[Draft]:
    """Count sessions by region: the cap is the region's, whatever levels and sides were treated."""
    for region in view.requested_regions(FACET_ABLATION):
        yield capped(
            view,
            policy,
            "ablation_sessions_per_window",
            f"ablation sessions in the {region} region",
            region,
            [event_of(view, f) for f in each_once(view, (e.fact for e in past_ablations(view, region)))],
        )


CHECK = Check(
    slug="ablation-frequency",
    ref="F3",
    title="Ablations within the policy's window",
    compares="the facet ablation sessions of a region within the policy's months, the requested one among "
    "them, with the policy's cap",
    severity="major",
    references=("lcd-l38801", "memo-frequency"),
    run=run,
    families=FACET_ABLATION,
    parameters=("ablation_sessions_per_window", "session_window_months"),
)

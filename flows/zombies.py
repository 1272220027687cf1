"""Runs that nobody works on are marked as crashed: they neither look alive nor block the next.

Only runs of this product's deployments, which bear its tag: the server may be one that others use too, and
their runs may be silent for reasons of their own.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.states import Crashed

from flows.deployments import TAG

#: A run that says nothing for so long (three heartbeats) has no process any more.
SILENCE: Final = dt.timedelta(seconds=95)
NAME: Final = "notewarrant: mark runs without a heartbeat"
_ENDS: Final = ("Completed", "Failed", "Cancelled", "Crashed")
_OURS: Final = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
_PAGE: Final = 100
#: Any will do, but the client's default is refused by the server.
_ORDER: Final = FlowRunSort.ID_DESC


def automation() -> AutomationCore:
    """What the server is to do about silent runs."""
    heartbeat = "prefect.flow-run.heartbeat"
    return AutomationCore(
        name=NAME,
        trigger=EventTrigger(
            posture=Posture.Proactive,
            after={heartbeat},
            expect={heartbeat, *(f"prefect.flow-run.{end}" for end in _ENDS)},
            match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
            match_related=ResourceSpecification(
                {"prefect.resource.id": [f"prefect.tag.{TAG}"], "prefect.resource.role": ["tag"]}
            ),
            for_each={"prefect.resource.id"},
            threshold=1,
            within=SILENCE,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message="no heartbeat: its process is gone")],
    )


def ensure_automation(client: SyncPrefectClient) -> bool:
    """Have the server mark silent runs as crashed; made, or mended, once. Returns whether it was now."""
    wanted = automation()
    there = client.read_automations_by_name(NAME)
    for found in there:
        if _related(found) != _related(wanted):  # of a release that watched the runs of others, too
            client.update_automation(found.id, wanted)
            return True
    if there:
        return False
    client.create_automation(wanted)
    return True


def _related(found: AutomationCore) -> object:
    return found.trigger.model_dump(mode="json").get("match_related")


def crash_left_over(client: SyncPrefectClient) -> int:
    """Mark what an earlier runner left in the middle, for who holds the lock only; return how many."""
    alive = FlowRunFilter(
        state=FlowRunFilterState(
            type=FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING, StateType.CANCELLING])
        )
    )
    n = 0
    while runs := client.read_flow_runs(
        flow_run_filter=alive, deployment_filter=_OURS, sort=_ORDER, limit=_PAGE
    ):
        for run in runs:
            client.set_flow_run_state(run.id, Crashed(message="its runner ended before it"), force=True)
        n += len(runs)
    return n


def drop_missed(client: SyncPrefectClient) -> int:
    """Forget the windows that passed while nobody served: the next one does their work. Returns how many."""
    late = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        expected_start_time=FlowRunFilterExpectedStartTime(
            before_=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=5)
        ),
    )
    n = 0
    while runs := client.read_flow_runs(
        flow_run_filter=late, deployment_filter=_OURS, sort=_ORDER, limit=_PAGE
    ):
        for run in runs:
            client.delete_flow_run(run.id)
        n += len(runs)
    return n


def watch_for_silence() -> bool:
    """``ensure_automation`` on the server of this process."""
    with get_client(sync_client=True) as client:
        return ensure_automation(client)


def tidy() -> tuple[int, int]:
    """All of the above, before a runner starts; returns how many runs were marked and how many dropped."""
    with get_client(sync_client=True) as client:
        ensure_automation(client)
        return crash_left_over(client), drop_missed(client)

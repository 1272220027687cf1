"""Runs that nobody works on are marked as crashed: they neither look alive nor block the next."""

from __future__ import annotations

import datetime as dt
from typing import Final

from prefect.automations import Automation
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.states import Crashed

#: A run that says nothing for so long (three heartbeats) has no process any more.
SILENCE: Final = dt.timedelta(seconds=95)
NAME: Final = "notewarrant: mark runs without a heartbeat"
_ENDS: Final = ("Completed", "Failed", "Cancelled", "Crashed")
_PAGE: Final = 100
#: Any will do, but the client's default is refused by the server.
_ORDER: Final = FlowRunSort.ID_DESC


def ensure_automation(client: SyncPrefectClient) -> bool:
    """Have the server mark silent runs as crashed; made once. Returns whether it was made now."""
    if client.read_automations_by_name(NAME):
        return False
    heartbeat = "prefect.flow-run.heartbeat"
    Automation(
        name=NAME,
        trigger=EventTrigger(
            posture=Posture.Proactive,
            after={heartbeat},
            expect={heartbeat, *(f"prefect.flow-run.{end}" for end in _ENDS)},
            match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
            for_each={"prefect.resource.id"},
            threshold=1,
            within=SILENCE,
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message="no heartbeat: its process is gone")],
    ).create()
    return True


def crash_left_over(client: SyncPrefectClient) -> int:
    """Mark what an earlier runner left in the middle, for who holds the lock only; return how many."""
    alive = FlowRunFilter(
        state=FlowRunFilterState(
            type=FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING, StateType.CANCELLING])
        )
    )
    n = 0
    while runs := client.read_flow_runs(flow_run_filter=alive, sort=_ORDER, limit=_PAGE):
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
    while runs := client.read_flow_runs(flow_run_filter=late, sort=_ORDER, limit=_PAGE):
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

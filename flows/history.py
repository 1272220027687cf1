"""Prefect's own history of this product's runs: kept while it says something."""

from __future__ import annotations

import datetime as dt
from typing import Final

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort

from flows.deployments import TAG

#: A run costs some 20 KB, and there may be thousands a day. Those that went well are soon of no interest.
_WELL: Final = (dt.timedelta(days=1), [StateType.COMPLETED, StateType.CANCELLED])
_BADLY: Final = (dt.timedelta(days=14), [StateType.FAILED, StateType.CRASHED])
_PAGE: Final = 100
#: Runs forgotten at one housekeeping, so that it ends.
_MOST: Final = 5000


def forget_runs(now: dt.datetime | None = None) -> int:
    """Delete runs of this product's deployments that ended long ago; return how many."""
    at = now or dt.datetime.now(dt.UTC)
    with get_client(sync_client=True) as client:
        return sum(_forget(client, at - age, types) for age, types in (_WELL, _BADLY))


def _forget(client: SyncPrefectClient, before: dt.datetime, types: list[StateType]) -> int:
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[TAG]))
    old = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=types)),
        end_time=FlowRunFilterEndTime(before_=before),
    )
    n = 0
    while n < _MOST and (
        runs := client.read_flow_runs(
            deployment_filter=ours, flow_run_filter=old, sort=FlowRunSort.END_TIME_DESC, limit=_PAGE
        )
    ):
        for run in runs:
            client.delete_flow_run(run.id)
        n += len(runs)
    return n

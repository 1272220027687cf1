"""On a server that others use too, only runs of this product's deployments are watched and forgotten."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("prefect", reason="Prefect is not installed")

from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.server.events.schemas.automations import EventTrigger
from prefect.server.events.schemas.events import ReceivedEvent
from prefect.settings import PREFECT_SERVER_ALLOW_EPHEMERAL_MODE, temporary_settings
from prefect.states import Completed, Running, State
from prefect.testing.utilities import prefect_test_harness

from flows import zombies
from flows.deployments import TAG
from flows.history import forget_runs

STATES: dict[str, State[Any]] = {"RUNNING": Running(), "COMPLETED": Completed()}


def event(*related: dict[str, str]) -> ReceivedEvent:
    return ReceivedEvent.model_validate(
        {
            "id": str(uuid.uuid4()), "occurred": dt.datetime.now(dt.UTC).isoformat(),
            "event": "prefect.flow-run.heartbeat",
            "resource": {"prefect.resource.id": f"prefect.flow-run.{uuid.uuid4()}"},
            "related": list(related),
        }
    )  # fmt: skip


def test_the_server_watches_runs_that_bear_the_tag_and_no_others() -> None:
    trigger = EventTrigger.model_validate(zombies.automation().trigger.model_dump(mode="json"))
    tag = {"prefect.resource.id": f"prefect.tag.{TAG}", "prefect.resource.role": "tag"}
    flow = {"prefect.resource.id": "prefect.flow.1", "prefect.resource.role": "flow"}
    assert trigger.covers(event(flow, tag))
    assert not trigger.covers(event(flow))
    assert not trigger.covers(event(flow, tag | {"prefect.resource.id": "prefect.tag.others"}))
    assert not trigger.covers(event())


@flow(name="housekeeping")
def of_others() -> None:
    """Of the same name as one of ours."""


@pytest.fixture(scope="module")
def server() -> Iterator[SyncPrefectClient]:
    with (
        temporary_settings({PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: True}),
        prefect_test_harness(server_startup_timeout=120),
        get_client(sync_client=True) as client,
    ):
        yield client


def a_run(client: SyncPrefectClient, state: State[Any], tags: list[str]) -> uuid.UUID:
    deployment = client.create_deployment(
        flow_id=client.create_flow(of_others), name=f"d-{'-'.join(tags)}", tags=tags
    )
    run = client.create_flow_run_from_deployment(deployment).id
    for step in (Running(), state):
        client.set_flow_run_state(run, step, force=True)
    return run


@pytest.mark.slow
def test_runs_of_others_are_neither_marked_nor_forgotten(server: SyncPrefectClient) -> None:
    theirs = {kind: a_run(server, state, ["others"]) for kind, state in STATES.items()}
    ours = {kind: a_run(server, state, [TAG]) for kind, state in STATES.items()}
    assert all(TAG in server.read_flow_run(run).tags for run in ours.values()), "the heartbeats bear it too"
    assert zombies.tidy() == (1, 0)
    assert forget_runs(dt.datetime.now(dt.UTC) + dt.timedelta(days=20)) == 2
    for kind, run in theirs.items():
        assert server.read_flow_run(run).state_name.upper() == kind
    left = {run.id for run in server.read_flow_runs()}
    assert not left & set(ours.values())


@pytest.mark.slow
def test_an_automation_that_watched_all_runs_is_mended(server: SyncPrefectClient) -> None:
    for found in server.read_automations_by_name(zombies.NAME):
        server.delete_automation(found.id)
    old = zombies.automation()
    old.trigger.match_related = type(old.trigger.match_related)({})
    server.create_automation(old)
    assert zombies.ensure_automation(server)
    assert not zombies.ensure_automation(server), "once"
    (now,) = server.read_automations_by_name(zombies.NAME)
    assert now.trigger.model_dump(mode="json")["match_related"] == {
        "prefect.resource.id": [f"prefect.tag.{TAG}"], "prefect.resource.role": ["tag"],
    }  # fmt: skip

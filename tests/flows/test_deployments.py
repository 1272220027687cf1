"""prefect.yaml and ``notewarrant serve`` deploy the same, and every flow takes what it is told."""

import datetime as dt
import inspect
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("prefect", reason="Prefect is not installed")

from prefect.flows import load_flow_from_entrypoint
from prefect.schedules import Cron, Interval

from flows.deployments import DEPLOYMENTS, TAG, Deployment, parameters, schedule
from flows.serve.runner import ONE
from pipeline.site import Site
from pipeline.site.model import Schedules

BY_NAME = {d.name: d for d in DEPLOYMENTS}


@pytest.fixture(scope="module")
def written(repo_root: Path) -> dict[str, dict[str, Any]]:
    raw = yaml.safe_load((repo_root / "prefect.yaml").read_text())
    return {d["name"]: d for d in raw["deployments"]}


def test_prefect_yaml_has_the_deployments_that_are_served(written: dict[str, dict[str, Any]]) -> None:
    assert list(written) == [d.name for d in DEPLOYMENTS]
    assert len(written) == 5


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d.name)
def test_a_deployment_is_the_same_in_both_places(
    written: dict[str, dict[str, Any]], deployment: Deployment
) -> None:
    there = written[deployment.name]
    assert there["entrypoint"] == deployment.entrypoint
    assert there["description"] == deployment.description
    assert there["tags"] == [TAG]
    assert there["concurrency_limit"] == {
        "limit": ONE.limit,
        "collision_strategy": str(ONE.collision_strategy.value),
        "grace_period_seconds": ONE.grace_period_seconds,
    }
    assert ONE.limit == 1
    assert ONE.collision_strategy.value == "CANCEL_NEW"
    (when,) = there["schedules"]
    assert {k: v for k, v in when.items() if k != "timezone"} == schedule(Site(), deployment)
    assert there["work_pool"] == {"name": "notewarrant"}


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d.name)
def test_a_flow_takes_the_sites_path_and_nothing_else(
    written: dict[str, dict[str, Any]], deployment: Deployment
) -> None:
    flow = load_flow_from_entrypoint(deployment.entrypoint)
    assert flow.name == deployment.name
    assert list(inspect.signature(flow.fn).parameters) == ["site"]
    assert set(written[deployment.name]["parameters"]) == {"site"}
    assert written[deployment.name]["parameters"]["site"] == "{{ $NOTEWARRANT_SITE }}"
    assert parameters(Path("/srv/site.yaml")) == {"site": "/srv/site.yaml"}


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda d: d.name)
def test_nothing_that_a_flow_is_given_or_gives_is_kept(deployment: Deployment) -> None:
    flow = deployment.flow()
    assert flow.persist_result is False
    assert flow.log_prints is False
    assert flow.should_validate_parameters is False
    assert flow.retries == 0, "the next window tries again"


@pytest.mark.parametrize("when", [None, 30, 2.5, "0 4 * * *"])
def test_schedules_of_the_site(when: Any) -> None:
    site = Site(schedules=Schedules(drain_queue=when))
    said = schedule(site, BY_NAME["drain-queue"])
    if when is None:
        assert said == {}
    elif isinstance(when, str):
        assert said == {"cron": when}
        assert Cron(said["cron"]).timezone is None, "UTC: no hour is there twice"
    else:
        assert said == {"interval": when}
        assert Interval(said["interval"]).interval == dt.timedelta(seconds=when)

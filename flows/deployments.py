"""The deployments: which flow, on what schedule, one run at a time."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flows.environment import prepare
from pipeline.site import Site

if TYPE_CHECKING:
    from prefect import Flow

#: Tag of every deployment, and so of its runs: on a server that others use too, it tells which are ours.
TAG: Final = "notewarrant"


@dataclass(frozen=True)
class Deployment:
    """A flow as it is deployed: ``name`` of the flow and the deployment, ``module`` that holds it."""

    name: str
    description: str

    @property
    def function(self) -> str:
        """Name of the flow's function, of its module, and of its schedule in the site's settings."""
        return self.name.replace("-", "_")

    @property
    def entrypoint(self) -> str:
        """Where Prefect finds the flow, in whatever folder it runs."""
        return f"flows.{self.function}.{self.function}"

    def flow(self) -> Flow[..., Any]:
        """The flow itself."""
        prepare()
        found: Flow[..., Any] = getattr(import_module(f"flows.{self.function}"), self.function)
        return found


#: In the order in which a document meets them.
DEPLOYMENTS: Final = (
    Deployment("ingest-inbox", "Take what is in the inbox into the ledger."),
    Deployment("drain-queue", "Take in the brokers' messages, work on what waits, send results out."),
    Deployment("recheck-policy", "Assess stored cases anew where the policy has changed; report the flips."),
    Deployment("nightly-evaluation", "Measure the product on a corpus; compare the week with those before."),
    Deployment("housekeeping", "Leases that ran out, retention, Prefect's own history."),
)  # fmt: skip


def schedule(site: Site, deployment: Deployment) -> dict[str, Any]:
    """The deployment's schedule as Prefect's arguments: seconds or a cron expression (UTC), or none."""
    when = getattr(site.schedules, deployment.function)
    if when is None:
        return {}
    return {"cron": when} if isinstance(when, str) else {"interval": when}


def parameters(site: Path) -> dict[str, Any]:
    """What a run is told: where the site's settings are, and nothing else."""
    return {"site": str(site)}

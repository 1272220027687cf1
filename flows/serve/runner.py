"""The process that starts the site's runs when they are due: ``python -m flows.serve.runner SITE``."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

from flows.environment import prepare

prepare()

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy  # noqa: E402
from prefect.deployments.runner import EntrypointType  # noqa: E402
from prefect.runner import Runner  # noqa: E402

from flows.deployments import DEPLOYMENTS, TAG, parameters, schedule  # noqa: E402
from flows.guarded import fault_of  # noqa: E402
from flows.zombies import tidy  # noqa: E402
from pipeline.site import Site  # noqa: E402
from pipeline.site.check import working_site  # noqa: E402

#: Seconds between looks for due runs; and how long before its time one is taken (and holds the limit).
_QUERY: Final = 3.0
_AHEAD: Final = 3.0
#: One run of a deployment at a time; what comes in the meantime is cancelled, since the next finds its work.
ONE: Final = ConcurrencyLimitConfig(
    limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW, grace_period_seconds=180
)


def runner_of(site: Site) -> Runner:
    """A runner that knows the site's deployments (registers them with the server)."""
    runner = Runner(
        name="notewarrant", query_seconds=_QUERY, prefetch_seconds=_AHEAD, pause_on_shutdown=False, limit=None
    )
    for deployment in DEPLOYMENTS:
        runner.add_flow(
            deployment.flow(),
            name=deployment.name,
            description=deployment.description,
            parameters=parameters(site.file),
            tags=[TAG],
            concurrency_limit=ONE,
            entrypoint_type=EntrypointType.MODULE_PATH,
            **schedule(site, deployment),
        )
    return runner


async def run(runner: Runner) -> None:
    """Run what is due until SIGTERM; runs in hand are told to stop, and are given the time for it."""
    running = asyncio.ensure_future(runner.start())
    while not runner.started and not running.done():
        await asyncio.sleep(0.1)
    # Prefect's own handler, set by start(), waits for this loop from inside it and so stops nothing.
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: loop.create_task(runner.astop()))
    await running


def main(path: str) -> int:
    """Register the deployments, mark what an earlier runner left, and run what is due until told to stop."""

    def work() -> None:
        site = working_site(Path(path))
        runner = runner_of(site)  # with its tag, by which what was left is found
        tidy()
        asyncio.run(run(runner))

    fault, _ = fault_of(work)
    if fault:
        print(f"notewarrant: the runner: {fault}", file=sys.stderr)
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""Flow ``drain-queue``: brokers' messages in, work on all that waits, results out."""

from __future__ import annotations

from dataclasses import asdict

from flows.environment import prepare

prepare()

from prefect import flow  # noqa: E402  (its settings are read at import)

from flows.progress import Progress  # noqa: E402
from flows.steps import PRIVATE, Steps, site_of  # noqa: E402
from pipeline.intake.consume import consume_once  # noqa: E402
from pipeline.outgoing.deliver import deliver  # noqa: E402
from pipeline.site import Site  # noqa: E402
from pipeline.store import Store  # noqa: E402
from pipeline.work.pool import drain  # noqa: E402


@flow(name="drain-queue", **PRIVATE)
def drain_queue(site: str) -> dict[str, int]:
    """Do what waits, here or on the site's Dask cluster, until nothing does.

    Parameters
    ----------
    site
        Path of the site's settings.

    Returns
    -------
    dict
        ``brokers.*``, ``work.done``, ``.dead``, ``.retry``, ``.lost``, ``outgoing.sent``, ``.away``.
    """
    settings = site_of(site)
    steps = Steps("drain-queue")
    with settings.open_store() as store:
        if settings.sources:
            steps.run("brokers", lambda: _consume(settings, store, steps))
        steps.run("work", lambda: _work(settings, store))
        if settings.outgoing:
            steps.run("outgoing", lambda: _deliver(settings, store, steps))
    return steps.end()


def _consume(site: Site, store: Store, steps: Steps) -> dict[str, int]:
    got = consume_once(site, store)
    for error in got.errors:
        steps.fault("brokers", error)
    return got.counts()


def _deliver(site: Site, store: Store, steps: Steps) -> dict[str, int]:
    out = deliver(site, store)
    for error in out.away.values():
        steps.fault("outgoing", error)
    return {"sent": sum(out.sent.values()), "away": len(out.away)}


def _work(site: Site, store: Store) -> dict[str, int]:
    if store.next_due() is None:  # without work no process is started
        return {}
    states = store.counts()
    with Progress("notewarrant-progress", states["queued"] + states["leased"]) as progress:
        if site.work.dask is None:
            return asdict(drain(site, progress=progress.advance))
        from flows.dask_drain import drain_on_dask  # the extra [dask] is asked for where it is used

        return drain_on_dask(site, progress=progress.advance)

"""Flow ``housekeeping``: leases that ran out, retention, Prefect's own history."""

from __future__ import annotations

from flows.environment import prepare

prepare()

from prefect import flow  # noqa: E402  (its settings are read at import)

from flows.history import forget_runs  # noqa: E402
from flows.steps import PRIVATE, Steps, site_of  # noqa: E402
from flows.zombies import watch_for_silence  # noqa: E402
from pipeline.stored.erasure import retain, sweep  # noqa: E402


@flow(name="housekeeping", **PRIVATE)
def housekeeping(site: str) -> dict[str, int]:
    """Take back what dead workers hold, erase what is past its retention, forget old runs.

    Parameters
    ----------
    site
        Path of the site's settings.

    Returns
    -------
    dict
        ``leases.taken_back``, ``retention.*`` or ``documents.strays``,
        ``silence.watched_from_now``, ``history.forgotten``.
    """
    settings = site_of(site)
    steps = Steps("housekeeping")
    with settings.open_store() as store:
        steps.run("leases", lambda: {"taken_back": store.reclaim()})
        if (days := settings.retention.days) is not None:
            steps.run("retention", lambda: retain(settings, store, days).counts())
        else:
            steps.run("documents", lambda: {"strays": sweep(settings, store)})
    # A server of one's own has not been told so by `notewarrant serve`.
    steps.run("silence", lambda: {"watched_from_now": watch_for_silence()})
    steps.run("history", lambda: {"forgotten": forget_runs()})
    return steps.end()

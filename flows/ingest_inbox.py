"""Flow ``ingest-inbox``: what lies in the watched folder goes into the ledger."""

from __future__ import annotations

from dataclasses import asdict

from flows.environment import prepare

prepare()

from prefect import flow  # noqa: E402  (its settings are read at import)

from flows.steps import PRIVATE, Steps, site_of  # noqa: E402
from pipeline.intake.inbox import ingest_inbox as take_in  # noqa: E402


@flow(name="ingest-inbox", **PRIVATE)
def ingest_inbox(site: str) -> dict[str, int]:
    """Take in what is in the inbox and settled.

    Parameters
    ----------
    site
        Path of the site's settings.

    Returns
    -------
    dict
        ``inbox.taken``, ``.new``, ``.known``, ``.erased``, ``.refused``, ``.waiting``, ``.waiting_seconds``.
    """
    settings = site_of(site)
    steps = Steps("ingest-inbox")
    if settings.inbox is not None:
        with settings.open_store() as store:
            steps.run("inbox", lambda: asdict(take_in(settings, store)))
    return steps.end()

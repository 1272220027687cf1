"""Flow ``recheck-policy``: stored cases under today's policies and rules; the flips go into a report."""

from __future__ import annotations

from pathlib import Path

from flows.environment import prepare

prepare()

from prefect import flow  # noqa: E402  (its settings are read at import)

from flows.steps import PRIVATE, Steps, show_report, site_of  # noqa: E402
from pipeline.site import Site  # noqa: E402
from pipeline.store import Store  # noqa: E402
from pipeline.stored.recheck import recheck  # noqa: E402


@flow(name="recheck-policy", **PRIVATE)
def recheck_policy(site: str) -> dict[str, int]:
    """Assess anew what was assessed under another version of its policy or of the rules.

    Parameters
    ----------
    site
        Path of the site's settings.

    Returns
    -------
    dict
        ``recheck.outdated``, ``.recorded``, ``.known``, ``.flips``, ``.findings_turned``, ``.unreadable``.
    """
    settings = site_of(site)
    steps = Steps("recheck-policy")
    with settings.open_store() as store:
        steps.run("recheck", lambda: _recheck(settings, store))
    return steps.end()


def _recheck(site: Site, store: Store) -> dict[str, int]:
    report = recheck(site, store)
    for stem in (*report.taken_over, report.stem):
        if stem is not None:
            show_report("notewarrant-recheck", Path(f"{stem}.html"), "Whose answer flipped, and why")
    return report.found.counts()

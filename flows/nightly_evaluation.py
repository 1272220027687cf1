"""Flow ``nightly-evaluation``: the product measured on a corpus, and the last week against those before."""

from __future__ import annotations

from flows.environment import prepare

prepare()

from prefect import flow  # noqa: E402  (its settings are read at import)

from flows.evaluate_corpus import measured, show_scores  # noqa: E402
from flows.steps import PRIVATE, Steps, show_report, site_of  # noqa: E402
from pipeline.errors import UsageError  # noqa: E402
from pipeline.site import Site  # noqa: E402
from pipeline.store import Store  # noqa: E402
from pipeline.watch.drift_kept import keep_drift  # noqa: E402


@flow(name="nightly-evaluation", **PRIVATE)
def nightly_evaluation(site: str) -> dict[str, int]:
    """Measure the product on the site's corpus, where it names one; write the drift report of the last week.

    Both go into the folder of the site's reports.

    Parameters
    ----------
    site
        Path of the site's settings.

    Returns
    -------
    dict
        ``evaluation.notes``, ``.failed``, ``.errors``, and against the run before ``.mended``, ``.broke``,
        ``.changed``; ``drift.results``, ``drift.drifted`` (rates that differ).
    """
    settings = site_of(site)
    steps = Steps("nightly-evaluation")
    if settings.evaluation is not None:
        steps.run("evaluation", lambda: _evaluate(settings))
    with settings.open_store() as store:
        steps.run("drift", lambda: _drift(settings, store))
    return steps.end()


def _evaluate(site: Site) -> dict[str, int]:
    if site.evaluation is None:
        return {}
    runs = site.at(site.reports) / "evaluations"
    corpus, split, jobs = site.at(site.evaluation.corpus), site.evaluation.split, site.work.processes
    if not corpus.exists():
        raise UsageError(f"{site.file}: evaluation.corpus", f"{corpus} is not there", "mend the path")
    try:
        done = measured(corpus, runs, split, against="latest", jobs=jobs)
    except UsageError:  # no run of this corpus yet
        done = measured(corpus, runs, split, jobs=jobs)
    show_scores(done)
    show_report("notewarrant-evaluation", runs / f"{done['run']}.json", "Scores and errors by note id")
    return dict(done["counts"])


def _drift(site: Site, store: Store) -> dict[str, int]:
    found, file = keep_drift(site, store)
    if found.results:
        show_report("notewarrant-drift", file, f"{found.week}: {found.verdict}")
    return {"results": found.results, "drifted": len(found.drifted)}

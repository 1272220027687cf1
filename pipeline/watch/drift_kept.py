"""The drift report of the last whole week among a site's reports."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import OutputError
from pipeline.private_files import make_folder, write_text
from pipeline.render.drift_html import render_drift_html
from pipeline.site import Site
from pipeline.store import Store
from pipeline.watch.drift import DriftReport, drift
from pipeline.watch.weeks import baseline_before, last_whole_week


def keep_drift(site: Site, store: Store) -> tuple[DriftReport, Path]:
    """Write ``drift-<week>.json`` and ``.html`` into the site's reports; return the report and the page.

    A second call in the same week writes the same week anew.

    Raises
    ------
    OutputError
        Where the reports cannot be written.
    """
    week = last_whole_week(store)
    report = drift(store, week, baseline_before(store, week, site.drift.weeks), site.drift.least_documents)
    folder = site.at(site.reports)
    try:
        make_folder(folder)
    except OSError as error:
        raise OutputError(
            str(folder), f"cannot be made ({error.strerror})", "name another folder as reports"
        ) from None
    page = folder / f"drift-{week}.html"
    write_text(folder / f"drift-{week}.json", report.model_dump_json(indent=2) + "\n")
    write_text(page, render_drift_html(report))
    return report, page

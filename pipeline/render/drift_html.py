"""A drift report as one self-contained HTML page."""

from __future__ import annotations

from pipeline.render.html import page
from pipeline.watch.drift import DriftReport
from pipeline.watch.drift_text import KINDS, VERDICTS, amount, chance, span


def render_drift_html(report: DriftReport) -> str:
    """The report as a page that loads nothing from anywhere."""
    steady = [c for c in report.changes if c.verdict != "drifted"]
    tables = (("Drifted", report.drifted), ("Steady", steady))
    return page(
        "drift.html.j2", r=report, span=span(report), tables=tables, kinds=KINDS,
        verdicts=VERDICTS, amount=amount, chance=chance,
    )  # fmt: skip

"""A drift report as text."""

from __future__ import annotations

from pipeline.watch.drift import Change, DriftReport

KINDS = {
    "answer": "answer",
    "finding": "finding",
    "documents_with_fact": "results with a fact",
    "facts_a_document": "facts a document",
}
VERDICTS = {"drifted": "drifted", "steady": "steady", "too_few": "too few documents to judge"}


def amount(change: Change, value: float) -> str:
    """A share in per cent, a mean with two digits."""
    return f"{value:.2f}" if change.kind == "facts_a_document" else f"{value:.1%}"


def chance(p: float | None) -> str:
    """A p-value as one says it."""
    if p is None:
        return ""
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.4f}"


def span(report: DriftReport) -> str:
    """The baseline's weeks."""
    weeks = report.baseline_weeks
    return f"{weeks[0]} to {weeks[-1]}" if weeks else "none"


def drift_text(report: DriftReport) -> str:
    """Some lines, without a line's end."""
    lines = [
        f"week {report.week}: {VERDICTS[report.verdict]}",
        f"results: {report.results:,}; baseline {span(report)}: {report.baseline_results:,}",
    ]
    left_out = report.uncounted + report.baseline_uncounted
    if left_out:
        lines.append(f"left out, of an older release without counts: {left_out:,}")
    if report.new_versions:
        lines.append(f"versions that the baseline does not have: {', '.join(report.new_versions)}")
    if report.verdict == "too_few":
        lines.append(
            f"at least {report.least_documents} results are needed, in the week and in the baseline;"
            " --weeks shows the rates without a verdict"
        )
    for c in report.drifted:
        lines.append(
            f"  {KINDS[c.kind]} {c.name}: {amount(c, c.week)}, baseline {amount(c, c.baseline)}"
            f" ({chance(c.p)}, effect {c.effect or 0:.2f})"
        )
    steady = len(report.changes) - len(report.drifted)
    if report.changes:
        lines.append(f"steady: {steady} of {len(report.changes)} shares and means")
    return "\n".join(lines)

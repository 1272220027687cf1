"""``notewarrant drift``: a week's facts, findings and answers against a baseline."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli.common import check_writable, write_text
from pipeline.cli.watched import watched
from pipeline.errors import EXIT_FAULTS, EXIT_OK, MissingDocument, UsageError
from pipeline.site.model import Drift
from pipeline.watch.drift import DriftReport, drift
from pipeline.watch.drift_text import drift_text
from pipeline.watch.rates import by_week, rates_json, rates_text
from pipeline.watch.weeks import (
    Baseline,
    baseline_before,
    baseline_from,
    last_whole_week,
    week_named,
)


def _stored(file: Path) -> Baseline:
    try:
        return baseline_from(file.read_text("utf-8"))
    except OSError as error:
        raise MissingDocument(
            str(file), f"cannot be read ({error.strerror})", "make one with --write-baseline"
        ) from None
    except ValueError:
        raise UsageError(str(file), "is no baseline", "make one with --write-baseline") from None


def _shown(report: DriftReport, form: str) -> str:
    if form == "json":
        return report.model_dump_json(indent=2)
    if form == "html":
        from pipeline.render.drift_html import render_drift_html

        return render_drift_html(report)
    return drift_text(report)


def _give(arguments: argparse.Namespace, text: str) -> None:
    if arguments.output:
        write_text(arguments.output, text.rstrip("\n") + "\n")
    else:
        print(text)


def run_drift(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    for output in (arguments.output, arguments.write_baseline):
        check_writable(output)
    named = week_named(arguments.week) if arguments.week else None
    if arguments.weeks is not None and not 0 < arguments.weeks <= 520:
        raise UsageError("--weeks", "is no number of weeks", "write e.g. 8")
    if arguments.weeks is not None and (arguments.format == "html" or arguments.fail_if_drifted):
        raise UsageError("--weeks", "judges nothing and makes no page", "choose text or json")
    given = _stored(arguments.baseline) if arguments.baseline else None
    site, store = watched(arguments)
    settings = site.drift if site else Drift()
    with store:
        week = named or last_whole_week(store)
        if arguments.weeks is not None:
            table = by_week(store, week.next.before(arguments.weeks))
            _give(arguments, rates_json(table) if arguments.format == "json" else rates_text(table))
            return EXIT_OK
        if arguments.write_baseline:
            found = baseline_before(store, week.next, settings.weeks)
            write_text(arguments.write_baseline, found.model_dump_json(indent=2) + "\n")
            print(f"{arguments.write_baseline}: {found.tally.results:,} results of {settings.weeks} weeks")
            return EXIT_OK
        baseline = given or baseline_before(store, week, settings.weeks)
        report = drift(store, week, baseline, settings.least_documents)
    _give(arguments, _shown(report, arguments.format))
    return EXIT_FAULTS if arguments.fail_if_drifted and report.verdict == "drifted" else EXIT_OK

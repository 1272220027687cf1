"""``notewarrant recheck``: stored cases under today's policies; ids, codes, figures, never text."""

from __future__ import annotations

import argparse
import sys

from pipeline.cli.common import Bar, check_writable, write_text
from pipeline.errors import EXIT_DOCUMENTS, EXIT_OK
from pipeline.site.check import working_site
from pipeline.stored.recheck import Report, recheck, recheck_text


def _said(report: Report, form: str) -> str:
    if form == "json":
        return report.found.model_dump_json(indent=2) + "\n"
    stems = [*report.taken_over, *([report.stem] if report.stem else [])]
    return recheck_text(report.found) + "".join(f"report: {stem}.html\n" for stem in stems)


def run_recheck(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    check_writable(arguments.output)
    site = working_site(arguments.site)
    bar = Bar("case", arguments.quiet)
    with site.open_store() as store:
        try:
            report = recheck(
                site, store, arguments.policy, arguments.old, arguments.on, dry_run=arguments.dry_run,
                total=bar.total, tick=bar.tick,
            )  # fmt: skip
        finally:
            bar.close()
    text = _said(report, arguments.format)
    if arguments.output is None:
        sys.stdout.write(text)
    else:
        write_text(arguments.output, text)
        print(arguments.output)
    return EXIT_DOCUMENTS if report.found.unreadable else EXIT_OK

"""``notewarrant store show|export``: stored results to look at, or for somebody's own evaluation."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator

from pipeline.cli.common import Bar, check_writable, write_text
from pipeline.cli.watched import watched
from pipeline.errors import EXIT_OK
from pipeline.private_files import write_pieces
from pipeline.render.text import render_text
from pipeline.site import Site
from pipeline.store import Store
from pipeline.store.kept import KeptDocuments, beside
from pipeline.store.rows import Stored
from pipeline.stored import exported, shown


def _kept(site: Site | None, store: Store) -> KeptDocuments | None:
    if site is not None:
        return site.kept()
    folder = beside(store.place)
    return KeptDocuments(folder) if folder else None


def _text(row: Stored, form: str, kept: KeptDocuments | None) -> str:
    if form == "json":  # as it is stored, whatever release wrote it
        return json.dumps(json.loads(row.payload or ""), indent=2, ensure_ascii=False) + "\n"
    if form == "html":
        from pipeline.render.html import render_html

        return render_html(shown.with_documents(row, kept))
    width = min(100, shutil.get_terminal_size((96, 24)).columns)
    return render_text(shown.assessment(row), width=width)


def run_show(arguments: argparse.Namespace) -> int:
    """Run ``store show``; returns the exit code."""
    check_writable(arguments.output)
    site, store = watched(arguments)
    with store:
        row, others = shown.found(store, case_id=arguments.case, number=arguments.job, key=arguments.key)
        text = _text(row, arguments.format, _kept(site, store))
    if arguments.output:
        write_text(arguments.output, text)
    else:
        sys.stdout.write(text)
    if others:
        named = ", ".join(map(str, others[-5:]))
        print(f"notewarrant: job {row.id}; the case has other results, of the jobs {named}", file=sys.stderr)
    return EXIT_OK


def _ticked(lines: Iterator[str], bar: Bar) -> Iterator[str]:
    for line in lines:
        yield line
        bar.tick()


def run_export(arguments: argparse.Namespace) -> int:
    """Run ``store export``; returns the exit code."""
    check_writable(arguments.output)
    states = (arguments.state,) if arguments.state else ("done", "dead")
    where = exported.chosen(arguments.since, arguments.policy, states)
    _, store = watched(arguments)
    bar = Bar("result", arguments.quiet)
    with store:
        bar.total(exported.size(store, where))
        lines = _ticked((exported.counts if arguments.summary else exported.results)(store, where), bar)
        try:
            if arguments.output:
                write_pieces(arguments.output, lines)
            else:
                sys.stdout.writelines(lines)
        finally:
            bar.close()
    return EXIT_OK

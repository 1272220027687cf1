"""``notewarrant site init|check``."""

from __future__ import annotations

import argparse
import sys

from pipeline.addresses import shown as shown_address
from pipeline.errors import EXIT_OK, EXIT_OUTPUT, EXIT_USAGE, NotewarrantError, OutputError
from pipeline.site import Site, init_site, load_site, secret
from pipeline.site.check import settings_faults
from pipeline.site.model import Schedules
from pipeline.site.probe import services
from pipeline.site.secrets import is_reference


def _shown(url: str) -> str:
    """An address without its password; one that cannot be read by its reference."""
    try:
        return shown_address(secret(url, "url"))
    except (NotewarrantError, ValueError):
        return url if is_reference(url) else "an address that cannot be shown"


def _store(site: Site) -> str:
    try:
        return str(site.store_place())
    except NotewarrantError:
        return site.store if is_reference(site.store) else "an address that cannot be shown"


def _when(value: float | str | None) -> str:
    if value is None:
        return "by hand"
    return f"'{value}' UTC" if isinstance(value, str) else f"every {value:g} s"


def _lines(site: Site) -> list[str]:
    lines = [
        f"settings: {site.file}",
        f"store: {_store(site)}",
        f"documents: {site.at(site.documents)}",
        f"policy: {site.policy}",
        *(f"policy file: {site.at(p)}" for p in site.policies),
        *([f"lexicons: {site.at(site.lexicons)}"] if site.lexicons else []),
        f"inbox: {site.at(site.inbox.folder) if site.inbox else 'none'}",
        f"references: {site.at(site.references) if site.references else 'none: such messages are refused'}",
    ]
    for s in site.sources:
        name = s.queue if s.kind == "rabbitmq" else s.stream
        lines.append(f"source: {s.kind} {name} at {_shown(s.url)}")
    for t in site.outgoing:
        if t.kind == "folder":
            lines.append(f"outgoing: folder {site.at(t.folder)}")
        else:
            name = t.queue if t.kind == "rabbitmq" else t.stream
            lines.append(f"outgoing: {t.kind} {name} at {_shown(t.url)}")
    if not site.outgoing:
        lines.append("outgoing: none: results stay in the store")
    corpus = site.evaluation
    split = f", split {corpus.split}" if corpus and corpus.split else ""
    lines += [
        f"reports: {site.at(site.reports)}",
        f"worker processes: {site.work.processes}",
        *([f"dask: {shown_address(site.work.dask)}"] if site.work.dask else []),
        f"retention: {f'{site.retention.days} days' if site.retention.days else 'kept for ever'}",
        f"evaluation: {f'{site.at(corpus.corpus)}{split}' if corpus else 'none'}",
        f"metrics: http://{site.metrics.host}:{site.metrics.port}/metrics",
        *(f"schedule: {name} {_when(getattr(site.schedules, name))}" for name in Schedules.model_fields),
    ]
    return lines


def _check(site: Site) -> int:
    print("\n".join(_lines(site)), flush=True)
    faults = settings_faults(site)
    told = {str(error) for error in faults}
    keys = {error.where.rpartition(": ")[2] for error in faults}
    for key, error in services(site):
        if error is None:
            print(f"{key}: answers", flush=True)
        elif key not in keys and str(error) not in told:
            faults.append(error)
    for error in faults:
        print(f"notewarrant: {error}", file=sys.stderr)
    if not faults:
        print("nothing is wrong with these settings")
        return EXIT_OK
    return EXIT_OUTPUT if all(isinstance(e, OutputError) for e in faults) else EXIT_USAGE


def run_site(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    if arguments.site_command == "init":
        print(init_site(arguments.folder))
        return EXIT_OK
    return _check(load_site(arguments.site))

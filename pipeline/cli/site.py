"""``notewarrant site init|check``."""

from __future__ import annotations

import argparse

from pipeline.addresses import shown as shown_address
from pipeline.errors import EXIT_OK
from pipeline.site import Site, init_site, load_site, secret


def _lines(site: Site) -> list[str]:
    lines = [
        f"settings: {site.file}",
        f"store: {site.store_place()}",
        f"documents: {site.at(site.documents)}",
        f"policy: {site.policy}",
        f"inbox: {site.at(site.inbox.folder) if site.inbox else 'none'}",
    ]
    for s in site.sources:
        name = s.queue if s.kind == "rabbitmq" else s.stream
        lines.append(f"source: {s.kind} {name} at {shown_address(secret(s.url, 'sources.url'))}")
    for t in site.outgoing:
        if t.kind == "folder":
            lines.append(f"outgoing: folder {site.at(t.folder)}")
        else:
            name = t.queue if t.kind == "rabbitmq" else t.stream
            lines.append(f"outgoing: {t.kind} {name} at {shown_address(secret(t.url, 'outgoing.url'))}")
    lines.append(f"worker processes: {site.work.processes}")
    lines.append(f"retention: {f'{site.retention.days} days' if site.retention.days else 'kept for ever'}")
    return lines


def run_site(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    if arguments.site_command == "init":
        print(init_site(arguments.folder))
        return EXIT_OK
    site = load_site(arguments.site)
    print("\n".join(_lines(site)))
    site.open_store().close()
    print("the store answers")
    return EXIT_OK

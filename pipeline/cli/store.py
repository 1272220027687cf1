"""``notewarrant store``: upgrade, verify, audit, erase, retain print ids, codes and digests, no text."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import sys
from typing import Final

from sqlalchemy import select

from pipeline.cli.common import Bar
from pipeline.cli.store_results import run_export, run_show
from pipeline.cli.watched import watched
from pipeline.errors import EXIT_FAULTS, EXIT_OK, MissingDocument, UsageError
from pipeline.site import load_site
from pipeline.store import Store, erasing, migrate, place, verify
from pipeline.store.connection import Database
from pipeline.store.schema import job
from pipeline.stored.erasure import Erased, ended_before, erase, retain, to_erase

_NO_JOB: Final = ("names no job of this store", "see notewarrant store audit; what is erased has no names")


def _upgrade(arguments: argparse.Namespace) -> int:
    where = place(arguments.store) if arguments.store else load_site(arguments.site).store_place()
    if where.path is not None and not where.path.is_file():
        raise MissingDocument(str(where), "is no file", "name a store that is there")
    database = Database(where)
    try:
        before, after = migrate.upgrade(database)
    finally:
        database.close()
    if arguments.format == "json":
        print(json.dumps({"store": str(where), "before": before, "after": after}))
    elif before == after:
        print(f"{where}: is up to date (revision {after})")
    else:
        print(f"{where}: brought from revision {before} to {after}")
    return EXIT_OK


def _verify(arguments: argparse.Namespace) -> int:
    _, store = watched(arguments)
    bar = Bar("entry", arguments.quiet)
    with store:
        bar.total(verify.size(store.database))
        try:
            found = store.integrity(arguments.head, bar.tick)
        finally:
            bar.close()
    if arguments.format == "json":
        print(json.dumps({**dataclasses.asdict(found), "sound": found.sound}))
        return EXIT_OK if found.sound else EXIT_FAULTS
    for what in found.broken:
        print(f"notewarrant: {what}", file=sys.stderr)
    if found.holds_head is False:
        print("notewarrant: the head that was given is not in the trail", file=sys.stderr)
    if found.sound:
        print(f"{found.entries} entries, {found.jobs} jobs: sound")
        print(f"head: {found.head}  (keep it elsewhere: --head tells later whether the trail still holds it)")
    return EXIT_OK if found.sound else EXIT_FAULTS


def _audit(arguments: argparse.Namespace) -> int:
    _, store = watched(arguments)
    with store:
        ids: list[int] | None = None
        if arguments.job is not None:
            ids = [arguments.job]
        elif arguments.case is not None:
            with store.database.transaction(write=False) as c:
                ids = list(c.execute(select(job.c.id).where(job.c.case_id == arguments.case)).scalars())
        shown = 0
        for entry in store.trail(ids) if ids != [] else ():
            shown += 1
            if arguments.format == "json":
                print(json.dumps(dataclasses.asdict(entry)))
                continue
            at = dt.datetime.fromtimestamp(entry.at, dt.UTC).isoformat(timespec="seconds")
            detail = " ".join(f"{k}={v}" for k, v in entry.detail.items())
            print(f"{entry.seq:>8}  {at}  job {entry.job}  {entry.event}  {detail}".rstrip())
        if ids is not None and not shown:
            raise UsageError("--job" if arguments.job is not None else "--case", *_NO_JOB)
    return EXIT_OK


def _told(store: Store, found: Erased, form: str) -> None:
    if form == "json":
        print(json.dumps({**found.counts(), "sent": dict(found.sent), "log_emptied": found.log_emptied}))
        return
    print(
        f"erased: {found.jobs} jobs, {found.documents} documents, {found.results} files of results, "
        f"{found.reports} reports"
    )
    for target, n in sorted(found.sent.items()):
        print(f"sent before to {target}: {n} results; ask its reader to remove them")
    if found.jobs and not store.database.sqlite:
        print("PostgreSQL keeps old rows until VACUUM: run VACUUM on job and result, and mind its log")
    if not found.log_emptied:
        print("somebody reads an older state of the store: run this again when they are done")
    if found.jobs:
        print("backups are yours to look after")


def _erase(arguments: argparse.Namespace) -> int:
    site = load_site(arguments.site)
    with site.open_store() as store:
        where, _ = erasing.named(arguments.patient, arguments.case, arguments.job)
        n = to_erase(store, where)
        if n and not arguments.yes:
            if not sys.stdin.isatty():
                raise UsageError("store erase", f"would erase {n} jobs for ever", "add --yes")
            if input(f"erase {n} jobs for ever? Write yes: ").strip().lower() != "yes":
                print("nothing was erased")
                return EXIT_OK
        found = erase(site, store, patient=arguments.patient, case_id=arguments.case, number=arguments.job)
        if not found.jobs:
            # An erasure before this one may have left its last step, while somebody read.
            if not store.database.forget():
                _told(store, Erased(log_emptied=False), arguments.format)
            option = next(o for o in ("patient", "case", "job") if getattr(arguments, o) is not None)
            raise UsageError(f"--{option}", *_NO_JOB)
        _told(store, found, arguments.format)
    return EXIT_OK


def _retain(arguments: argparse.Namespace) -> int:
    site = load_site(arguments.site)
    days = arguments.days if arguments.days is not None else site.retention.days
    if days is None:
        raise UsageError("--days", "neither given nor in the settings", "write e.g. --days 30")
    if not 0 <= days < 1e6:
        raise UsageError("--days", "is no number of days", "write e.g. --days 30")
    with site.open_store() as store:
        if arguments.dry_run:
            n = to_erase(store, ended_before(store, days))
            print(json.dumps({"jobs": n}) if arguments.format == "json" else f"would erase {n} jobs")
        else:
            _told(store, retain(site, store, days), arguments.format)
    return EXIT_OK


_RUN: Final = {
    "show": run_show, "export": run_export, "upgrade": _upgrade, "verify": _verify, "audit": _audit,
    "erase": _erase, "retain": _retain,
}  # fmt: skip


def run_store(arguments: argparse.Namespace) -> int:
    """Run the command; returns the exit code."""
    return _RUN[arguments.store_command](arguments)

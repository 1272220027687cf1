"""What a forked process of the fault tests does: one step of the queue, with plain values in and out.

Each is the product's own code on a real store; only ``faulty`` adds what a document may do to a worker.
"""

from __future__ import annotations

import dataclasses
import os
import re
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.errors import NotewarrantError
from pipeline.site import load_site
from pipeline.store import Claimed, Job, Limits, Store, StoreUnavailable, connection, new_owner
from pipeline.store.kept import KeptDocuments
from pipeline.work import batch
from pipeline.work.versions import own_digests, run_versions
from rules.assessment import Assessment

#: A batch of the fault tests: small, so that a kill meets claims, attempts and results in every mixture.
BATCH = 4


def opened(a: dict[str, Any]) -> Store:
    limits = Limits(**{"backoff": 0.01, **a.get("limits", {})})
    if "busy_ms" in a:
        connection.BUSY_TIMEOUT_MS = a["busy_ms"]
    return Store(a["store"], limits=limits)


def kept_job(documents: KeptDocuments, case_id: str, data: bytes, mark: str = "", **more: Any) -> Job:
    """A job over one kept document; ``mark`` makes it another release's."""
    reference = documents.keep(data)
    versions = run_versions("guideline") | ({"release": mark} if mark else {})
    return Job(
        case_id=case_id, documents=(reference.partition(":")[2],), paths=(reference,), policy="guideline",
        versions=versions, request={"names": ["note.txt"]}, source="inbox", **more,
    )  # fmt: skip


def enqueue(a: dict[str, Any]) -> int:
    """Take in ``notes`` (case id, text) and ``files`` (case id, path), ``times`` over; count the new ones."""
    documents = KeptDocuments(Path(a["documents"]))
    given = [(i, text.encode()) for i, text in a.get("notes", ())]
    given += [(i, Path(file).read_bytes()) for i, file in a.get("files", ())]
    jobs = [kept_job(documents, i, data, a.get("mark", "")) for i, data in given]
    with opened(a) as store:
        return sum(store.enqueue(jobs) for _ in range(a.get("times", 1)))


def faulty(row: Claimed, kept: KeptDocuments | None) -> Assessment:
    """Assess as the product does, unless the document says which fault is to befall the worker."""
    assert kept is not None
    text = ""
    with suppress(OSError):
        text = kept.path(row.paths[0]).read_text(encoding="utf-8", errors="replace")
    if "FAULT kill" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "FAULT raise" in text:
        raise ValueError(text)
    if "FAULT hang" in text:
        re.match(r"(a+)+$", "a" * 64 + "b")  # never comes back, and holds the interpreter meanwhile
    return batch.assessed(row, kept)


def work(a: dict[str, Any]) -> dict[str, Any]:
    """Run batches until nothing waits, or ``batches`` of them; return their counts together."""
    total = {"done": 0, "dead": 0, "retry": 0, "lost": 0}
    if "memory_mb" in a:
        resource.setrlimit(resource.RLIMIT_AS, (a["memory_mb"] << 20,) * 2)
    release = a.get("mark", "")
    versions = own_digests()
    assessor: Callable[..., Assessment] = faulty
    if release:  # a worker of another release: its versions differ, in its claims and in what it makes
        from pipeline.store import digest

        versions = {p: digest(run_versions(p) | {"release": release}) for p in versions}

        def assessor(row: Claimed, kept: KeptDocuments | None) -> Assessment:
            made = faulty(dataclasses.replace(row, versions=run_versions(row.policy)), kept)
            named = made.versions | {"release": release}
            return made.model_copy(update={"versions": dict(sorted(named.items()))})

    pause = a.get("pause", 0.0)
    touch = a.get("touch")

    def paused(row: Claimed, kept: KeptDocuments | None) -> Assessment:
        made = assessor(row, kept)
        if touch:
            Path(touch).touch()
        time.sleep(pause)
        return made

    def a_batch(store: Store) -> bool:
        store.reclaim()
        if (due := store.next_due(versions=sorted(versions.values()))) is None:
            return False
        time.sleep(min(due, 0.05))
        counts = batch.run_batch(
            store, new_owner(), BATCH, documents=Path(a["documents"]), assessor=paused, versions=versions,
            document_seconds=a.get("document_seconds", 60.0),
        )  # fmt: skip
        for name in total:
            total[name] += getattr(counts, name)
        return True

    with opened(a) as store:
        for _ in range(a.get("batches", 10_000)):
            try:
                if not a_batch(store):
                    break
            except StoreUnavailable:  # between two batches it is the driver that waits
                if not a.get("waits"):
                    raise
                time.sleep(0.1)
    return total


def edit_lexicon(a: dict[str, Any]) -> dict[str, int]:
    """Take in notes and assess them, the user's lexicon changing to each of ``contents`` on the way."""
    file = Path(os.environ["NOTEWARRANT_LEXICONS"]) / "therapies.yaml"
    contents = iter(a["contents"])
    enqueue(a)

    def edited(row: Claimed, kept: KeptDocuments | None) -> Assessment:
        file.write_text(next(contents, file.read_text()))
        return batch.assessed(row, kept)

    with opened(a) as store:
        counts = batch.run_batch(store, new_owner(), BATCH, documents=Path(a["documents"]), assessor=edited)
    return {"done": counts.done, "dead": counts.dead, "retry": counts.retry}


def hold(a: dict[str, Any]) -> None:
    """Keep an SQLite store locked for ``seconds``."""
    c = sqlite3.connect(a["store"], isolation_level=None)
    c.execute("BEGIN IMMEDIATE")
    Path(a["touch"]).touch()
    time.sleep(a["seconds"])
    c.execute("ROLLBACK")
    c.close()


def take(a: dict[str, Any]) -> int:
    """Take in what lies in the site's inbox and what its brokers hold, two at a time; count the cases."""
    from pipeline.intake import consume, inbox

    inbox.BATCH = 2
    consume.WAIT = 0.1
    site = load_site(Path(a["site"]))
    taken = 0
    with site.open_store() as store:
        if site.inbox:
            taken += inbox.ingest_inbox(site, store).taken
        if site.sources:
            got = consume.consume_once(site, store)
            assert not got.errors, [str(e) for e in got.errors]
            taken += got.received
    return taken


def work_site(a: dict[str, Any]) -> dict[str, Any]:
    """``work`` on a site's store."""
    site = load_site(Path(a["site"]))
    place = site.store_place()
    store = str(place.path or place.url.render_as_string(hide_password=False))
    return work({**a, "store": store, "documents": str(site.at(site.documents))})


def send(a: dict[str, Any]) -> dict[str, int]:
    """Send the site's results on."""
    from pipeline.outgoing import deliver

    site = load_site(Path(a["site"]))
    with site.open_store() as store:
        out = deliver.deliver(site, store)
    for error in out.away.values():
        raise error
    return out.sent


def cli(a: dict[str, Any]) -> int:
    """The command line; what it prints goes where the process's errors go."""
    from pipeline.cli import main

    code = main(a["argv"])
    sys.stdout.flush()
    return code


def run(name: str, a: dict[str, Any]) -> dict[str, Any]:
    """Do a step; an error comes back as the line that a user would read."""
    os.umask(a.pop("umask", 0o022))
    try:
        return {"value": globals()[name](a)}
    except NotewarrantError as error:
        return {"error": str(error), "code": error.code, "class": type(error).__name__}

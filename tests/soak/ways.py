"""Ways for a soak's documents to come in: straight into the ledger, by the inbox, or over a broker."""

from __future__ import annotations

import hashlib
import json
import os
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from notes import Delivery

from pipeline.site import Site
from pipeline.store import Job, Store
from pipeline.work.versions import run_versions

Way = Callable[[Sequence[Delivery]], None]


def spoil(site: Site, deliveries: Sequence[Delivery]) -> None:
    """Have a document of the same size lie where that of each case of kind "changed" will be kept."""
    for d in deliveries:
        if d.poison == "changed":
            kept = site.kept().path(f"document:{hashlib.sha256(d.data).hexdigest()}")
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            kept.write_bytes(d.data[:-1] + b"?")


def direct(site: Site, store: Store) -> Way:
    """Keep the documents and queue their jobs."""
    versions, kept = run_versions(site.policy), site.kept()

    def deliver(some: Sequence[Delivery]) -> None:
        store.enqueue([
            Job(
                d.case_id, (hashlib.sha256(d.data).hexdigest(),), (kept.keep(d.data),), site.policy, versions,
                request={"names": [f"{d.case_id}.txt"]},
            )
            for d in some
        ])  # fmt: skip

    return deliver


def inbox(site: Site, store: Store) -> Way:
    """Put files into the inbox and take them in."""
    from pipeline.intake.inbox import ingest_inbox

    assert site.inbox is not None
    folder = site.at(site.inbox.folder)
    versions = run_versions(site.policy)

    def deliver(some: Sequence[Delivery]) -> None:
        for d in some:
            part = folder / f".{d.case_id}.part"
            part.write_bytes(d.data)
            part.rename(folder / f"{d.case_id}.txt")
        while any(folder.glob("*.txt")):
            ingest_inbox(site, store, versions)
            time.sleep(0.05)

    return deliver


def message(d: Delivery) -> bytes:
    """The delivery as a message with its text."""
    text = d.data.decode("latin-1")
    return json.dumps({
        "schema": "notewarrant.intake/1", "case_id": d.case_id,
        "documents": [{"name": f"{d.case_id}.txt", "text": text}],
    }).encode()  # fmt: skip


def rabbitmq(site: Site, store: Store) -> Way:
    """Publish messages and consume them."""
    import pika

    from pipeline.intake.consume import consume_once

    (source,) = site.sources
    assert source.kind == "rabbitmq"
    connection = pika.BlockingConnection(pika.URLParameters(os.environ["NOTEWARRANT_RABBITMQ"]))
    channel = connection.channel()
    channel.confirm_delivery()
    consume_once(site, store)  # makes the queue

    def deliver(some: Sequence[Delivery]) -> None:
        for d in some:
            channel.basic_publish("", source.queue, message(d), pika.BasicProperties(delivery_mode=2))
        consume_once(site, store)

    return deliver


def redis(site: Site, store: Store) -> Way:
    """Add messages to the stream and consume them."""
    import redis as client

    from pipeline.intake.consume import consume_once

    (source,) = site.sources
    assert source.kind == "redis"
    server = client.Redis.from_url(os.environ["NOTEWARRANT_REDIS"])

    def deliver(some: Sequence[Delivery]) -> None:
        for d in some:
            server.xadd(source.stream, {"message": message(d)})
        consume_once(site, store)

    return deliver


WAYS: dict[str, Callable[[Site, Store], Way]] = {
    "direct": direct, "inbox": inbox, "rabbitmq": rabbitmq, "redis": redis,
}  # fmt: skip


def source_settings(way: str) -> tuple[str, Callable[[], None]]:
    """Lines of a site's settings for a way in, with names of its own, and what removes those afterwards."""
    name = f"notewarrant_soak_{uuid.uuid4().hex[:12]}"
    if way == "rabbitmq":
        os.environ.setdefault("NOTEWARRANT_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672/")
        return f"sources: [{{kind: rabbitmq, queue: {name}}}]\n", lambda: _delete_queues(name)
    if way == "redis":
        os.environ.setdefault("NOTEWARRANT_REDIS", "redis://127.0.0.1:6379/0")
        return f"sources: [{{kind: redis, stream: {name}}}]\n", lambda: _delete_streams(name)
    return "inbox: {folder: inbox, settle_seconds: 0}\n", lambda: None


def _delete_queues(name: str) -> None:
    import pika

    connection = pika.BlockingConnection(pika.URLParameters(os.environ["NOTEWARRANT_RABBITMQ"]))
    channel = connection.channel()
    for one in (name, f"{name}.dead"):
        channel.queue_delete(one)
        channel.exchange_delete(one)
    connection.close()


def _delete_streams(name: str) -> None:
    import redis as client

    client.Redis.from_url(os.environ["NOTEWARRANT_REDIS"]).delete(name, f"{name}.dead")


def made_site(folder: Path, store: str, way: str, batch_seconds: float) -> tuple[Path, Callable[[], None]]:
    """Write the settings of a site; return its folder and what cleans up its broker."""
    from pipeline.site import init_site

    init_site(folder)
    if "://" in store:
        os.environ["NOTEWARRANT_SOAK_STORE"] = store
        store = "env:NOTEWARRANT_SOAK_STORE"
    settings, clean = source_settings(way)
    (folder / "site.yaml").write_text(
        f"store: {store}\ndocuments: documents\n{settings}"
        f"work: {{batch_seconds: {batch_seconds}, document_seconds: 8}}\n"
    )
    return folder, clean

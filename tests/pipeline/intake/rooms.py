"""Both brokers under one set of words, so that one test says what must hold for either."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pika
import redis

from pipeline.intake.consume import source_of
from pipeline.intake.message import SCHEMA
from pipeline.intake.source import Source
from pipeline.intake.take import Taker
from pipeline.site.model import RabbitMQ, RedisStream
from pipeline.store.kept import KeptDocuments

VERSIONS = {"rules": "test"}


def note(i: int, **changes: Any) -> bytes:
    """A small message about one case."""
    documents = [{"name": "note.txt", "text": f"HPI: low back pain, visit {i}."}]
    return json.dumps({"schema": SCHEMA, "case_id": f"case-{i}", "documents": documents, **changes}).encode()


def light_taker(folder: Path, kind: Any) -> Taker:
    """Jobs for a set of versions that needs no text processing."""
    return Taker(KeptDocuments(folder / "kept"), "guideline", kind, versions=lambda _policy: VERSIONS)


@dataclass
class Room:
    """A queue or stream of a test's own."""

    kind: str
    url: str
    name: str
    prefetch: int = 50
    idle_seconds: float = 60.0

    def source(self, url: str | None = None) -> Source:
        """A source of the product's, its address from where secrets live."""
        os.environ["NOTEWARRANT_TEST_BROKER"] = url or self.url
        secret = "env:NOTEWARRANT_TEST_BROKER"
        if self.kind == "rabbitmq":
            return source_of(RabbitMQ(kind="rabbitmq", url=secret, queue=self.name, prefetch=self.prefetch))
        return source_of(
            RedisStream(
                kind="redis", url=secret, stream=self.name, prefetch=self.prefetch,
                idle_seconds=self.idle_seconds,
            )
        )  # fmt: skip

    def send(self, *bodies: bytes) -> None:
        """Put messages there, as any sender would."""
        if self.kind == "redis":
            with redis.Redis.from_url(self.url) as client:
                for body in bodies:
                    client.xadd(self.name, {"message": body})
            return
        connection = pika.BlockingConnection(pika.URLParameters(self.url))
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare(self.name, durable=True)
        for body in bodies:
            channel.basic_publish("", self.name, body, pika.BasicProperties(delivery_mode=2))
        connection.close()

    def dead(self) -> list[tuple[str, bytes]]:
        """Dead letters: code and body; with RabbitMQ they are taken from their queue."""
        if self.kind == "redis":
            with redis.Redis.from_url(self.url) as client:
                found = client.xrange(f"{self.name}.dead")
            return [(fields[b"code"].decode(), fields[b"message"]) for _, fields in found]
        out = []
        connection = pika.BlockingConnection(pika.URLParameters(self.url))
        channel = connection.channel()
        while True:
            method, properties, body = channel.basic_get(f"{self.name}.dead", auto_ack=True)
            if method is None:
                break
            assert list(properties.headers) == ["x-notewarrant-code"]
            out.append((properties.headers["x-notewarrant-code"], body))
        connection.close()
        return out

    def left(self) -> int:
        """Messages that the broker still has for us, in hand or not."""
        if self.kind == "redis":
            with redis.Redis.from_url(self.url) as client:
                (group,) = client.xinfo_groups(self.name)
                read = client.xrange(self.name, min=f"({group['last-delivered-id'].decode()}")
                return int(group["pending"]) + len(read)
        # Counts what is ready only: connections that hold any must be closed by now.
        connection = pika.BlockingConnection(pika.URLParameters(self.url))
        count = int(connection.channel().queue_declare(self.name, passive=True).method.message_count)
        connection.close()
        return count

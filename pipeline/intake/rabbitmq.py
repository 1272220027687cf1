"""A RabbitMQ queue as a source of messages."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import pika
from pika.adapters.blocking_connection import BlockingChannel

from pipeline.brokers import BrokerAway, told
from pipeline.brokers.amqp import connect, ensure_dead_letters, ensure_queue, publish
from pipeline.intake.source import BUDGET, Delivery, Kind

#: The header that says why a message is a dead letter.
HEADER: Final = "x-notewarrant-code"
#: Seconds without another message after which a batch is not waited for any longer.
_PAUSE: Final = 0.03
_TEND_SECONDS: Final = 1.0


class RabbitMQSource:
    """A durable queue; what cannot be used goes to the exchange ``<queue>.dead`` and its queue.

    Parameters
    ----------
    url
        The address, with its password.
    queue, prefetch
        The queue, and how many of its messages may be in hand.
    where
        The address as errors may show it.
    """

    kind: Kind = "rabbitmq"

    def __init__(self, url: str, queue: str, prefetch: int, where: str) -> None:
        self._url, self._queue, self._prefetch, self._where = url, queue, prefetch, where
        self._dead = f"{queue}.dead"
        self._connection: pika.BlockingConnection | None = None
        self._channel: BlockingChannel | None = None
        self._dead_channel: BlockingChannel | None = None
        self._buffer: deque[Delivery] = deque()
        self._cancelled = False
        self._tended = 0.0

    def open(self) -> None:
        """Connect and subscribe; queue and dead letters are made where they are not there."""
        self._buffer.clear()
        self._cancelled = False
        connection = self._connection = connect(self._url, self._where)
        with told(self._where):
            ensure_queue(connection, self._queue)
            ensure_dead_letters(connection, self._dead)
            self._dead_channel = connection.channel()
            self._dead_channel.confirm_delivery()
            self._channel = connection.channel()
            self._channel.basic_qos(prefetch_count=self._prefetch)
            # The broker cancels a consumer whose queue is deleted.
            self._channel.add_on_cancel_callback(self._on_cancel)
            self._channel.basic_consume(self._queue, self._on_message)

    def _on_cancel(self, _frame: object) -> None:
        self._cancelled = True

    def _on_message(self, _channel: object, method: Any, _properties: object, body: bytes) -> None:
        self._buffer.append(Delivery(body, method.delivery_tag))

    def _turn(self, seconds: float) -> None:
        """Let pika read and answer, heartbeats included; it does not tell by itself that a channel closed."""
        if self._connection is None or self._channel is None:
            raise BrokerAway(self._where, "not connected")
        with told(self._where):
            self._connection.process_data_events(time_limit=seconds)
        self._tended = time.monotonic()
        if self._cancelled or not self._channel.is_open:
            raise BrokerAway(self._where, "the queue was deleted, or the channel closed")

    def receive(self, seconds: float) -> list[Delivery]:
        """Messages; see ``pipeline.intake.source.Source``."""
        until = time.monotonic() + seconds
        size, seen = sum(len(d.body) for d in self._buffer), len(self._buffer)
        # What is not read stays in the socket and with the broker: memory is bounded by bytes, too.
        while len(self._buffer) < self._prefetch and size < BUDGET:
            if (left := until - time.monotonic()) <= 0:
                break
            self._turn(min(left, _PAUSE) if seen else left)
            if len(self._buffer) == seen:
                if seen:
                    break
            else:
                size += sum(len(self._buffer[i].body) for i in range(seen, len(self._buffer)))
                seen = len(self._buffer)
        out = list(self._buffer)
        self._buffer.clear()
        return out

    def empty(self) -> bool:
        """Whether the queue holds nothing that is yet to be delivered."""
        if self._channel is None:
            raise BrokerAway(self._where, "not connected")
        with told(self._where):
            waiting = self._channel.queue_declare(self._queue, passive=True).method.message_count
            self._connection.process_data_events(0)  # type: ignore[union-attr]
        return not waiting and not self._buffer

    def settle(self, accepted: Sequence[Delivery], refused: Sequence[tuple[Delivery, str]]) -> None:
        """Publish the dead letters, wait for their confirms, then acknowledge all of the batch at once."""
        with told(self._where):
            for delivery, code in refused:
                publish(self._dead_channel, self._dead, self._dead, delivery.body, {HEADER: code})
            tags = [d.tag for d in accepted] + [d.tag for d, _ in refused]
            # Everything up to here is settled: batches are taken in the order of their tags, whole.
            if tags and self._channel is not None:
                self._channel.basic_ack(max(tags), multiple=True)

    def tend(self) -> None:
        """Answer heartbeats, about once a second."""
        if time.monotonic() - self._tended > _TEND_SECONDS:
            self._turn(0)

    def close(self) -> None:
        """Close the connection: what is not acknowledged goes back to the queue."""
        connection, self._connection = self._connection, None
        self._channel = self._dead_channel = None
        self._buffer.clear()
        if connection is not None:
            with suppress(Exception):
                connection.close()

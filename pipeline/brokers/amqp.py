"""RabbitMQ through pika: connections, queues that outlive the broker, a writer that waits for confirms."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from pipeline.brokers import told
from pipeline.errors import UsageError

# pika logs frames, and each lost connection with a traceback; what became of it is told by our own errors.
logging.getLogger("pika").setLevel(logging.CRITICAL + 1)

_NOT_FOUND: Final = 404
#: Seconds for which a broker that is short of memory or disk may hold a publisher up.
_BLOCKED_SECONDS: Final = 60


def connect(url: str, where: str) -> pika.BlockingConnection:
    """An open connection.

    Raises
    ------
    UsageError
        For what is no amqp:// or amqps:// address; it is not repeated.
    BrokerAway
        Where nobody answers, or the user is refused.
    """
    parameters = None
    if url.startswith(("amqp://", "amqps://")):
        with suppress(ValueError, TypeError, KeyError):
            parameters = pika.URLParameters(url)
    if parameters is None:
        raise UsageError(where, "the address is no amqp:// or amqps:// that can be read", "mend it")
    parameters.blocked_connection_timeout = _BLOCKED_SECONDS
    parameters.client_properties = {"connection_name": "notewarrant"}
    with told(where):
        return pika.BlockingConnection(parameters)


def ensure_queue(connection: pika.BlockingConnection, queue: str) -> None:
    """Make a durable queue; one that is there stays as it is, whatever its kind."""
    channel = connection.channel()
    try:
        channel.queue_declare(queue, passive=True)
    except ChannelClosedByBroker as error:
        if error.reply_code != _NOT_FOUND:
            raise
        channel = connection.channel()
        channel.queue_declare(queue, durable=True)
    channel.close()


def ensure_dead_letters(connection: pika.BlockingConnection, name: str) -> None:
    """Make a durable exchange with a durable queue of the same name; an exchange that is there stays."""
    channel = connection.channel()
    try:
        channel.exchange_declare(name, passive=True)
    except ChannelClosedByBroker as error:
        if error.reply_code != _NOT_FOUND:
            raise
        channel = connection.channel()
        channel.exchange_declare(name, exchange_type="fanout", durable=True)
    channel.close()
    ensure_queue(connection, name)
    channel = connection.channel()
    channel.queue_bind(name, name, routing_key=name)
    channel.close()


def publish(
    channel: BlockingChannel, exchange: str, key: str, body: bytes, headers: Mapping[str, str] | None = None
) -> None:
    """Publish a persistent message; on return of a channel with confirms the broker has it on disk.

    Raises
    ------
    pika.exceptions.UnroutableError, pika.exceptions.NackError
        Where no queue takes it, or the broker cannot.
    """
    channel.basic_publish(
        exchange, key, body, mandatory=True,
        properties=pika.BasicProperties(
            content_type="application/json", delivery_mode=pika.DeliveryMode.Persistent.value,
            headers=dict(headers) if headers else None,
        ),
    )  # fmt: skip


class Writer:
    """Writes messages to one queue; each is the broker's, on disk, before ``write`` returns.

    Raises
    ------
    BrokerAway
        From ``write``; some of the messages may have been written.
    """

    def __init__(self, url: str, queue: str, where: str) -> None:
        self._url, self._queue, self._where = url, queue, where
        self._connection: pika.BlockingConnection | None = None
        self._channel: BlockingChannel | None = None

    def _open(self) -> BlockingChannel:
        if self._connection is None or not self._connection.is_open:
            self._connection, self._channel = connect(self._url, self._where), None
        if self._channel is None or not self._channel.is_open:
            ensure_queue(self._connection, self._queue)
            self._channel = self._connection.channel()
            self._channel.confirm_delivery()
        return self._channel

    def write(self, bodies: Sequence[bytes]) -> None:
        """Write the messages, in order; a connection that the broker ended meanwhile is made anew once."""
        if self._connection is not None:
            try:
                # Also answers heartbeats that came in since the last message.
                self._connection.process_data_events(0)
            except Exception:  # noqa: BLE001  it went while nobody used it
                self.close()
        try:
            with told(self._where):
                channel = self._open()
                for body in bodies:
                    publish(channel, "", self._queue, body)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            with suppress(Exception):
                connection.close()

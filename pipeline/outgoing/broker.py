"""Results as messages of a RabbitMQ queue or entries of a Redis stream."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

from pipeline.brokers import BrokerAway, plain_name
from pipeline.outgoing.message import OutgoingResult
from pipeline.outgoing.target import TargetUnavailable
from pipeline.site.model import OutgoingRabbitMQ, OutgoingRedis
from pipeline.site.secrets import secret

#: Where a broker's writer is; loaded for a site that names that broker, since its library is an extra.
_WRITERS: Final = {"rabbitmq": "pipeline.brokers.amqp", "redis": "pipeline.brokers.redis_client"}


class BrokerTarget:
    """A durable queue, made where it is not there, or a stream (as durable as its server is set up to be).

    RabbitMQ confirms each message, which is persistent; a stream gets one entry a result, with the field
    ``message``. Nothing is connected before the first result.

    Raises
    ------
    UsageError
        For an address that cannot be read.
    """

    def __init__(self, settings: OutgoingRabbitMQ | OutgoingRedis) -> None:
        url = secret(settings.url, "outgoing.url")
        where = settings.queue if isinstance(settings, OutgoingRabbitMQ) else settings.stream
        self._name = plain_name(settings.kind, url, where)
        module: Any = import_module(_WRITERS[settings.kind])
        self._writer = module.Writer(url, where, self._name)

    @property
    def name(self) -> str:
        """Kind, address and queue or stream."""
        return self._name

    def send(self, results: Sequence[OutgoingResult]) -> None:
        """Hand the results over; on return the broker has taken all of them."""
        away = ""
        try:
            self._writer.write([r.encoded() for r in results])
        except BrokerAway as error:
            away = error.cause
        if away:
            raise TargetUnavailable(self._name, away, "start it or mend its address; results wait")

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()

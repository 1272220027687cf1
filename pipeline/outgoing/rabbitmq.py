"""Results as messages of a RabbitMQ queue."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.brokers import BrokerAway, plain_name
from pipeline.brokers.amqp import Writer
from pipeline.outgoing.message import OutgoingResult
from pipeline.outgoing.target import TargetUnavailable
from pipeline.site.model import OutgoingRabbitMQ
from pipeline.site.secrets import secret


class RabbitMQTarget:
    """A durable queue, made where it is not there; messages are persistent, each confirmed by the broker.

    Raises
    ------
    UsageError
        For an address that cannot be read.
    """

    def __init__(self, settings: OutgoingRabbitMQ) -> None:
        url = secret(settings.url, "outgoing.url")
        self._name = plain_name("rabbitmq", url, settings.queue)
        self._writer = Writer(url, settings.queue, self._name)

    @property
    def name(self) -> str:
        """Kind, address and queue."""
        return self._name

    def send(self, results: Sequence[OutgoingResult]) -> None:
        """Publish the results; on return the broker has all of them on disk."""
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


def target(settings: OutgoingRabbitMQ) -> RabbitMQTarget:
    """The target that a site's settings describe; nothing is connected yet."""
    return RabbitMQTarget(settings)

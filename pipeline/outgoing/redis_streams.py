"""Results as entries of a Redis stream."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.brokers import BrokerAway, plain_name
from pipeline.brokers.redis_client import Writer
from pipeline.outgoing.message import OutgoingResult
from pipeline.outgoing.target import TargetUnavailable
from pipeline.site.model import OutgoingRedis
from pipeline.site.secrets import secret


class RedisTarget:
    """A stream; each entry has one field, ``message``. As durable as the server is set up to be.

    Raises
    ------
    UsageError
        For an address that cannot be read.
    """

    def __init__(self, settings: OutgoingRedis) -> None:
        url = secret(settings.url, "outgoing.url")
        self._name = plain_name("redis", url, settings.stream)
        self._writer = Writer(url, settings.stream, self._name)

    @property
    def name(self) -> str:
        """Kind, address and stream."""
        return self._name

    def send(self, results: Sequence[OutgoingResult]) -> None:
        """Append the results, all or none."""
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


def target(settings: OutgoingRedis) -> RedisTarget:
    """The target that a site's settings describe; nothing is connected yet."""
    return RedisTarget(settings)

"""Redis through redis-py: connections that fail rather than try again in secret, and a writer of streams."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from pipeline.brokers import told
from pipeline.errors import UsageError

#: Seconds without an answer; longer than a reader ever blocks.
_TIMEOUT: Final = 15.0


def connect(url: str, where: str) -> Redis:
    """A client (it connects with its first command).

    A command whose answer got lost is not sent again unseen: what it took would be in nobody's hands. The
    caller starts anew, with what it was given before.

    Raises
    ------
    UsageError
        For what is no redis:// or rediss:// address; it is not repeated.
    """
    client = None
    if url.startswith(("redis://", "rediss://", "unix://")):
        with suppress(ValueError, TypeError):
            client = Redis.from_url(
                url, socket_timeout=_TIMEOUT, socket_connect_timeout=5.0, health_check_interval=30,
                retry=Retry(NoBackoff(), 0), client_name="notewarrant", protocol=2,
            )  # fmt: skip
    if client is None:
        raise UsageError(where, "the address is no redis:// or rediss:// that can be read", "mend it")
    return client


class Writer:
    """Appends messages to one stream, all of a call or none.

    Raises
    ------
    BrokerAway
        From ``write``; the messages may have been written where the answer got lost.
    """

    def __init__(self, url: str, stream: str, where: str) -> None:
        self._stream, self._where = stream, where
        self._client = connect(url, where)

    def write(self, bodies: Sequence[bytes]) -> None:
        """Append the messages, in order."""
        with told(self._where), self._client.pipeline(transaction=True) as commands:
            for body in bodies:
                commands.xadd(self._stream, {"message": body})
            commands.execute()

    def close(self) -> None:
        """Close the connection."""
        with suppress(Exception):
            self._client.close()

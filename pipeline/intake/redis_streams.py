"""A Redis stream, read by a consumer group, as a source of messages."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

from redis.exceptions import ResponseError

from pipeline.brokers import BrokerAway, told
from pipeline.brokers.redis_client import connect
from pipeline.intake.source import BUDGET, Delivery, Kind
from pipeline.store.owners import new_owner, owner_is_gone

_FIELD: Final = b"message"
#: Entries of the first read; later reads fit what entries weigh.
_FIRST: Final = 8
#: Milliseconds after which what a dead process of this machine held may be taken over: of two that see it at
#: once, the second finds it fresh.
_STALE_MS: Final = 100
#: A consumer of another machine that holds nothing and has not shown up for a day is forgotten.
_FORGOTTEN_MS: Final = 24 * 3600 * 1000


class RedisSource:
    """A stream; what cannot be used goes to the stream ``<stream>.dead`` with its code.

    Every opened source is a consumer with a name of its own. What the consumer of a dead process held is
    taken over: at once where the process was one of this machine, else after ``idle_seconds``.

    Parameters
    ----------
    url
        The address, with its password.
    stream, group, prefetch, idle_seconds, remove
        As in the site's settings.
    where
        The address as errors may show it.
    """

    kind: Kind = "redis"

    def __init__(
        self,
        url: str,
        stream: str,
        group: str,
        prefetch: int,
        where: str,
        *,
        idle_seconds: float = 60.0,
        remove: bool = False,
    ) -> None:
        self._url, self._where = url, where
        self._stream, self._group, self._prefetch = stream, group, prefetch
        self._idle_ms, self._remove = round(idle_seconds * 1000), remove
        self._name = new_owner()
        # redis-py's types leave open whether answers are awaited, and in which protocol's shape they come.
        self._client: Any = None
        self._own = True
        self._cursor = "0-0"
        self._look = 0.0
        #: Whether a dead consumer of this machine held something that could not be taken over yet.
        self._orphans = False
        self._count = _FIRST
        self._held: list[bytes] = []
        self._tended = 0.0

    def open(self) -> None:
        """Connect; stream and group are made where they are not there."""
        client = self._client = connect(self._url, self._where)
        with told(self._where):
            try:
                client.xgroup_create(self._stream, self._group, id="0", mkstream=True)
            except ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise
        # What was delivered to this consumer before a connection broke is its own still.
        self._own, self._cursor, self._look = True, "0-0", 0.0

    def receive(self, seconds: float) -> list[Delivery]:
        """Messages: own ones from before, then what others left, then new ones."""
        if (client := self._client) is None:
            raise BrokerAway(self._where, "not connected")
        with told(self._where):
            if self._own:
                if got := self._read("0", None):
                    return got
                self._own = False
            if time.monotonic() >= self._look:
                if got := self._left_by_others(client):
                    return got
                again = _STALE_MS / 1000 if self._orphans else min(5.0, self._idle_ms / 4000)
                self._look = time.monotonic() + again
            return self._read(">", max(1, round(seconds * 1000)))

    def _read(self, after: str, block: int | None) -> list[Delivery]:
        answer = self._client.xreadgroup(
            self._group, self._name, {self._stream: after}, count=self._count, block=block
        )
        return self._deliveries(answer[0][1] if answer else ())

    def _left_by_others(self, client: Any) -> list[Delivery]:
        if self._cursor == "0-0":
            self._inherit(client)
            if got := self._read("0", None):
                self._own = True  # there may be more
                return got
        while True:
            answer = client.xautoclaim(
                self._stream, self._group, self._name, self._idle_ms, self._cursor, self._count
            )
            self._cursor = answer[0].decode()
            got = self._deliveries(answer[1])
            if got or self._cursor == "0-0":
                return got

    def _inherit(self, client: Any) -> None:
        """Take over from consumers whose process of this machine is gone, and forget them."""
        self._orphans = False
        for consumer in client.xinfo_consumers(self._stream, self._group):
            name = consumer["name"].decode("utf-8", "replace")
            if not owner_is_gone(name):
                if consumer["pending"] or consumer["idle"] < _FORGOTTEN_MS:
                    continue
            elif consumer["pending"]:
                held = client.xpending_range(self._stream, self._group, "-", "+", 1000, name)
                ids = [entry["message_id"] for entry in held]
                if ids:
                    client.xclaim(self._stream, self._group, self._name, _STALE_MS, ids, justid=True)
                if client.xpending_range(self._stream, self._group, "-", "+", 1, name):
                    self._orphans = True
                    continue
            # It holds nothing and reads no more; with anything in hand it must stay, or that would be lost.
            client.xgroup_delconsumer(self._stream, self._group, name)

    def _deliveries(self, entries: Iterable[tuple[bytes, dict[bytes, bytes] | None]]) -> list[Delivery]:
        out = []
        for entry, fields in entries:
            if not fields:
                out.append(Delivery(b"", entry, "GONE"))
            elif _FIELD in fields:
                out.append(Delivery(fields[_FIELD], entry))
            else:
                pairs = [[x.decode("utf-8", "replace") for x in pair] for pair in fields.items()]
                out.append(Delivery(json.dumps(dict(pairs)).encode(), entry, "SCHEMA"))
        self._held = [d.tag for d in out]
        self._tended = time.monotonic()
        if out:
            average = 1 + sum(len(d.body) for d in out) // len(out)
            self._count = max(1, min(self._prefetch, 2 * self._count, BUDGET // average))
        return out

    def empty(self) -> bool:
        """Whether there was nothing; Redis answers a reading with all that there is."""
        return not self._orphans

    def settle(self, accepted: Sequence[Delivery], refused: Sequence[tuple[Delivery, str]]) -> None:
        """Dead letters and acknowledgements, all at once or not at all."""
        if (client := self._client) is None:
            raise BrokerAway(self._where, "not connected")
        ids = [d.tag for d in accepted] + [d.tag for d, _ in refused]
        if not ids:
            return
        with told(self._where), client.pipeline(transaction=True) as commands:
            for delivery, code in refused:
                commands.xadd(f"{self._stream}.dead", {"code": code, "message": delivery.body})
            commands.xack(self._stream, self._group, *ids)
            if self._remove:
                commands.xdel(self._stream, *ids)
            commands.execute()
        self._held = []

    def tend(self) -> None:
        """Say that the entries in hand are being worked on, well before others would take them over."""
        quiet = (time.monotonic() - self._tended) * 1000
        # After too long a silence somebody else may have them: they are not taken back.
        if self._client is None or not self._held or not self._idle_ms / 4 < quiet < self._idle_ms:
            return
        with told(self._where):
            self._client.xclaim(self._stream, self._group, self._name, 0, self._held, justid=True)
        self._tended = time.monotonic()

    def close(self) -> None:
        """Close the connection; what is in hand is given back, a consumer without any is forgotten."""
        client, self._client = self._client, None
        if client is None:
            return
        with suppress(Exception):
            held = client.xpending_range(self._stream, self._group, "-", "+", 1000, self._name)
            if held:
                ids = [entry["message_id"] for entry in held]
                # Redis has no word for giving back: the entries are made to look long untended.
                stale = self._idle_ms + 1000
                client.xclaim(self._stream, self._group, self._name, 0, ids, idle=stale, justid=True)
            else:
                client.xgroup_delconsumer(self._stream, self._group, self._name)
        with suppress(Exception):
            client.close()

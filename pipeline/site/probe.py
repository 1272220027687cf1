"""Whether a site's services answer: each address within seconds, nothing sent, nothing made."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from pipeline.addresses import plain
from pipeline.brokers import BrokerAway
from pipeline.errors import NotewarrantError, OutputError, UsageError
from pipeline.site.model import OutgoingFolder, Site
from pipeline.site.secrets import secret

_SECONDS: Final = 3.0
_PORTS: Final = {"amqp": 5672, "amqps": 5671, "redis": 6379, "rediss": 6379, "tcp": 8786, "tls": 8786}
#: Errors of the clients that mean: somebody answers, and refuses this user.
_REFUSED: Final = ("Authentication", "AccessDenied", "NoPermission")


def _answers(where: str, address: str) -> None:
    parts = plain(address)
    if parts is None or parts.scheme not in _PORTS:
        return  # whoever reads it says what is wrong with it; of what may be a password nothing is shown
    host, port = parts.host or "127.0.0.1", int(parts.port or _PORTS[parts.scheme])
    try:
        socket.create_connection((host, port), timeout=_SECONDS).close()
    except (OSError, OverflowError, UnicodeError) as error:
        cause = f"{host}:{port} does not answer ({type(error).__name__})"
        raise OutputError(where, cause, "start it, or mend the address") from None


def _broker(kind: str, where: str, address: str) -> None:
    """Connect as the product does: user and password are tried, too."""
    _answers(where, address)
    try:
        if kind == "rabbitmq":
            from pipeline.brokers import amqp

            amqp.connect(address, where).close()
            return
        from pipeline.brokers import redis_client, told

        with closing(redis_client.connect(address, where)) as client, told(where):
            client.ping()
    except BrokerAway as error:
        if any(word in error.cause for word in _REFUSED):
            raise UsageError(
                where, "the broker refuses the user or the password", "mend the address"
            ) from None
        raise


def services(site: Site) -> Iterator[tuple[str, NotewarrantError | None]]:
    """Each service that the settings name, by key, and what is wrong with it, if anything."""
    places: list[tuple[str, str, str]] = [
        (f"sources.{i}.url", s.kind, s.url) for i, s in enumerate(site.sources)
    ]
    places += [
        (f"outgoing.{i}.url", t.kind, t.url)
        for i, t in enumerate(site.outgoing)
        if not isinstance(t, OutgoingFolder)
    ]
    for key, kind, url in places:
        where = f"{site.file}: {key}"
        try:
            _broker(kind, where, secret(url, where))
            yield key, None
        except NotewarrantError as error:
            yield key, error
    if site.work.dask is not None:
        try:
            where = f"{site.file}: work.dask"
            if (found := plain(site.work.dask)) is None or found.scheme not in ("tcp", "tls"):
                raise UsageError(where, "is no tcp:// or tls:// address", "write e.g. tcp://host:8786")
            _answers(where, site.work.dask)
            yield "work.dask", None
        except NotewarrantError as error:
            yield "work.dask", error
    try:
        site.open_store().close()
        yield "store", None
    except NotewarrantError as error:
        yield "store", error

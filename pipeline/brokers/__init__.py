"""Connections to message brokers: silent about addresses with passwords and about what they carry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.addresses import plain
from pipeline.errors import NotewarrantError, OutputError


class BrokerAway(OutputError):
    """The broker does not answer, or ended the connection; what was not acknowledged comes again."""

    code = "BROKER"

    def __init__(self, where: str, what: str) -> None:
        super().__init__(where, f"does not answer ({what})", "start it or mend its address; nothing is lost")


def plain_name(kind: str, address: str, queue: str) -> str:
    """Kind, host and queue, without user, password and query: it stays the same where those change.

    Deliveries are noted under it, so that it must never come out otherwise than before. Of an address that
    cannot be read for certain, only kind and queue.
    """
    parts = plain(address)
    if parts is None:
        return f"{kind}:/{queue}"
    port = f":{int(parts.port)}" if parts.port.strip("0") else ""
    return f"{kind}:{parts.host}{port}{parts.path.rstrip('/')}/{queue}"


@contextmanager
def told(where: str) -> Iterator[None]:
    """Turn whatever a broker's library raises into ``BrokerAway``, by its class only."""
    try:
        yield
    except (NotewarrantError, MemoryError):
        raise
    # Besides its own errors pika lets out assertions and lookups that a connection's sudden end makes fail.
    except Exception as error:  # noqa: BLE001  its message may quote the address
        raise BrokerAway(where, type(error).__name__) from None

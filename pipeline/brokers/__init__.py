"""Connections to message brokers: silent about addresses with passwords and about what they carry."""

from __future__ import annotations

from pipeline.addresses import plain
from pipeline.errors import OutputError


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

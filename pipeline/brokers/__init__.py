"""Connections to message brokers: silent about addresses with passwords and about what they carry."""

from __future__ import annotations

from urllib.parse import urlsplit

from pipeline.errors import OutputError


class BrokerAway(OutputError):
    """The broker does not answer, or ended the connection; what was not acknowledged comes again."""

    code = "BROKER"

    def __init__(self, where: str, what: str) -> None:
        super().__init__(where, f"does not answer ({what})", "start it or mend its address; nothing is lost")


def plain_name(kind: str, address: str, queue: str) -> str:
    """Kind, host and queue, without user and password: it stays the same where those change."""
    try:
        parts = urlsplit(address)
        host = f"{parts.hostname or ''}:{parts.port}" if parts.port else parts.hostname or ""
        path = parts.path.rstrip("/")
    except ValueError:
        host = path = ""
    return f"{kind}:{host}{path}/{queue}"

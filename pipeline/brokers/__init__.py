"""Connections to message brokers: silent about addresses with passwords and about what they carry."""

from __future__ import annotations

from pipeline.errors import OutputError


class BrokerAway(OutputError):
    """The broker does not answer, or ended the connection; what was not acknowledged comes again."""

    code = "BROKER"

    def __init__(self, where: str, what: str) -> None:
        super().__init__(where, f"does not answer ({what})", "start it or mend its address; nothing is lost")

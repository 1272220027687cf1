"""What takes results: a folder, a queue, a stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pipeline.errors import OutputError
from pipeline.outgoing.message import OutgoingResult


class TargetUnavailable(OutputError):
    """The target does not answer or is full: the same may go well later. Says no password."""

    code = "TARGET"


class Target(Protocol):
    """Takes results; connects when it is first used, so that making one never fails for a service."""

    @property
    def name(self) -> str:
        """Its name in the store, which says for ever what it was sent: kind and address, no password."""

    def send(self, results: Sequence[OutgoingResult]) -> None:
        """Hand over all of the results, durably, within a bounded time.

        The same result may come again, under the same key. After an error the target may have some of them;
        all are sent again.

        Raises
        ------
        TargetUnavailable
            Where the target cannot take them now.
        """

    def close(self) -> None:
        """Let go of connections; harmless where there are none."""

"""What a queue of messages is to a consumer, whatever the broker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

#: Bytes of messages in hand from which on no more are fetched.
BUDGET: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class Delivery:
    """A message in hand; ``tag`` is the source's own, ``code`` a reason why it cannot even be read."""

    body: bytes
    tag: Any
    code: str | None = None


Kind = Literal["rabbitmq", "redis"]


class Source(Protocol):
    """A queue of messages. What was received and not settled comes again after ``close`` or a crash.

    Every method but ``close`` raises ``BrokerAway`` where the broker is.
    """

    kind: Kind

    def open(self) -> None:
        """Connect; queues that are not there are made."""

    def receive(self, seconds: float) -> list[Delivery]:
        """Messages, as many as there are and may be in hand; none after ``seconds`` without any."""

    def empty(self) -> bool:
        """Whether there was truly nothing, where ``receive`` gave nothing: a busy broker may only be slow."""

    def settle(self, accepted: Sequence[Delivery], refused: Sequence[tuple[Delivery, str]]) -> None:
        """Hear no more of what was received last: the refused are dead letters first, with their codes."""

    def tend(self) -> None:
        """A sign of life during longer work; cheap enough to be called for every message."""

    def close(self) -> None:
        """Let go of everything; never raises."""

"""Results from the store to the site's targets: each at least once, one that is away never in another's way.

A result is handed over first and noted then. Who dies between the two sends it again, under the same key.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.errors import UsageError
from pipeline.outgoing import message
from pipeline.outgoing.broker import BrokerTarget
from pipeline.outgoing.folder import FolderTarget
from pipeline.outgoing.message import OutgoingResult
from pipeline.outgoing.target import Target, TargetUnavailable
from pipeline.site import Site
from pipeline.site.model import OutgoingFolder
from pipeline.store import Store
from pipeline.store.deliveries import Undelivered
from pipeline.store.failpoints import failpoint
from pipeline.watch import log

#: Results handed over at once: some megabytes.
BATCH: Final = 50
#: Seconds before a target that was away is tried again, doubled each time up to the cap.
_BACKOFF: Final = 2.0
_BACKOFF_CAP: Final = 300.0


@dataclass
class Delivered:
    """What became of a delivery, by target: what was sent, dead letters of that, errors of those away."""

    sent: dict[str, int] = field(default_factory=dict)
    dead: dict[str, int] = field(default_factory=dict)
    away: dict[str, TargetUnavailable] = field(default_factory=dict)


def targets(site: Site) -> list[Target]:
    """The site's targets, not yet connected.

    Raises
    ------
    UsageError
        For two targets of one name, and secrets that cannot be read.
    """
    out: list[Target] = []
    for settings in site.outgoing:
        if isinstance(settings, OutgoingFolder):
            out.append(FolderTarget(site.at(settings.folder), f"folder:{settings.folder}"))
        else:
            out.append(BrokerTarget(settings))
    names = [t.name for t in out]
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise UsageError(str(site.file), f"outgoing names {twice[0]} twice", "remove one")
    return out


def outgoing(row: Undelivered) -> OutgoingResult:
    """The message of a row of the store."""
    if row.state == "done":
        return message.done(
            key=row.key, subject=row.subject, case_id=row.case_id, documents=row.documents,
            versions=row.versions, answer=row.answer or "", payload=row.payload or "",
        )  # fmt: skip
    return message.dead(
        key=row.key, subject=row.subject, case_id=row.case_id, documents=row.documents,
        versions=row.versions, error_code=row.error_code or "",
    )  # fmt: skip


def _kind(target: Target) -> str:
    return target.name.partition(":")[0]


class Delivery:
    """Sends again and again; remembers which target is away and until when it is let be.

    Parameters
    ----------
    store
        The open store.
    to
        The targets; ``close`` closes them.
    on_result
        Called for each result that a target has, for a progress bar.
    """

    def __init__(
        self, store: Store, to: Sequence[Target], on_result: Callable[[], object] | None = None
    ) -> None:
        self._store = store
        self._targets = to
        self._on_result = on_result
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}

    def once(self) -> Delivered:
        """Send what is there to every target that is not let be.

        Raises
        ------
        StoreUnavailable
            Where the store is away; what was sent and could not be noted is sent again.
        """
        out = Delivered()
        for target in self._targets:
            if time.monotonic() < self._not_before.get(target.name, 0.0):
                continue
            out.sent[target.name] = out.dead[target.name] = 0
            try:
                self._send(target, out)
            except TargetUnavailable as error:
                out.away[target.name] = error
                log.get().warning("target_away", target=_kind(target), error=error)
                n = self._failures[target.name] = self._failures.get(target.name, 0) + 1
                wait = min(_BACKOFF_CAP, _BACKOFF * 2 ** min(n - 1, 20))
                self._not_before[target.name] = time.monotonic() + wait
            else:
                self._failures.pop(target.name, None)
        return out

    def _send(self, target: Target, out: Delivered) -> None:
        last = 0
        while rows := self._store.undelivered(target.name, BATCH, last):
            target.send([outgoing(row) for row in rows])
            failpoint("sent")
            erased = self._store.delivered(target.name, rows)
            if erased and isinstance(target, FolderTarget):
                target.withdraw(erased)
            last = rows[-1].id
            out.sent[target.name] += len(rows)
            out.dead[target.name] += sum(row.state == "dead" for row in rows)
            log.get().info("results_sent", target=_kind(target), delivered=len(rows))
            for _ in rows if self._on_result else ():
                self._on_result()  # type: ignore[misc]

    def close(self) -> None:
        """Close the targets."""
        for target in self._targets:
            target.close()


def deliver(
    site: Site,
    store: Store,
    to: Sequence[Target] | None = None,
    on_result: Callable[[], object] | None = None,
) -> Delivered:
    """Send, once, what the targets have not had; by default to the site's own.

    Returns
    -------
    Delivered
        A target that is away is told there and holds up no other; a later call goes on with it.
    """
    delivery = Delivery(store, targets(site) if to is None else to, on_result)
    try:
        return delivery.once()
    finally:
        delivery.close()

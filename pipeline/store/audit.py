"""The audit trail: one row an event, each hash over the row before, so that a change or a gap shows.

It tells ids, codes, counts and digests, never what a note or a file name says. An entry that is cut off at
the end shows only to who has kept a later head: ``notewarrant store verify`` prints the head to keep
elsewhere, and takes one to look for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select, update

from pipeline.store.job import canonical
from pipeline.store.schema import audit, audit_head

#: What the first row's hash covers.
GENESIS: Final = "0" * 64


@dataclass(frozen=True)
class Event:
    """Something that became of a job; ``job`` is None for events of the store as a whole."""

    event: str
    job: int | None
    detail: dict[str, Any]


def _hash(previous: str, seq: int, at: int, event: str, job: int | None, detail: str) -> str:
    return hashlib.sha256(canonical([previous, seq, at, event, job, detail]).encode("ascii")).hexdigest()


def append(c: Connection, now: float, events: Iterable[Event]) -> None:
    """Add events to the chain, in the transaction that they tell of; the head stays locked until its end."""
    wanted = list(events)
    if not wanted:
        return
    seq, previous = c.execute(select(audit_head.c.seq, audit_head.c.hash).with_for_update()).one()
    at = round(now * 1_000_000)
    rows = []
    for e in wanted:
        seq += 1
        detail = canonical(e.detail)
        previous = _hash(previous, seq, at, e.event, e.job, detail)
        rows.append(
            {"seq": seq, "at": at, "event": e.event, "job": e.job, "detail": detail, "hash": previous}
        )
    c.execute(audit.insert(), rows)
    c.execute(update(audit_head).values(seq=seq, hash=previous))


@dataclass(frozen=True)
class ChainState:
    """What a walk along the chain found; ``broken`` names the first row that does not fit, and why."""

    entries: int
    head: str
    broken: tuple[int, str] | None = None
    #: Whether the head that was asked for is part of the chain; None where none was asked for.
    holds_head: bool | None = None


def walk(
    rows: Iterator[tuple[int, int, str, int | None, str, str]],
    head: tuple[int, str],
    wanted: str | None = None,
) -> ChainState:
    """Compute the chain anew.

    Parameters
    ----------
    rows
        (seq, at, event, job, detail, hash) in the order of seq.
    head
        (seq, hash) as the store has it.
    wanted
        A head that was kept elsewhere.
    """
    previous, last = GENESIS, 0
    held = wanted == GENESIS
    for seq, at, event, job, detail, found in rows:
        if seq != last + 1:
            return ChainState(last, previous, (seq, f"the entry after {last} is missing"))
        if _hash(previous, seq, at, event, job, detail) != found:
            return ChainState(last, previous, (seq, "the entry does not have its hash: it was changed"))
        previous, last = found, seq
        held = held or wanted == found
    if head != (last, previous):
        return ChainState(last, previous, (last + 1, "the end of the chain is missing"))
    return ChainState(last, previous, None, held if wanted is not None else None)

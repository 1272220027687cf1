"""The queue at a glance, as text for a person and as JSON for a machine."""

from __future__ import annotations

import dataclasses
from typing import Any

from pipeline.store.reading import Overview


def age(seconds: float | None) -> str:
    """A span of time as a person says it: "3 min 12 s"."""
    if seconds is None:
        return "none"
    whole = int(seconds)
    for unit, size, below, least in (("d", 86400, "h", 3600), ("h", 3600, "min", 60), ("min", 60, "s", 1)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // least} {below}"
    return f"{whole} s"


def _listed(counts: dict[Any, int]) -> str:
    return ", ".join(f"{key} {n:,}" for key, n in counts.items())


def status_text(place: str, seen: Overview) -> str:
    """Some lines, without a line's end."""
    states = seen.states
    waiting = f"waiting: {states['queued']:,}"
    if seen.backing_off:
        waiting += f", of these after a fault and not yet due: {seen.backing_off:,}"
    hand = f"in hand: {states['leased']:,}"
    if seen.workers:
        hand += f", by {seen.workers} worker{'' if seen.workers == 1 else 's'}"
    dead = f"dead letters: {states['dead']:,}"
    if seen.dead:
        dead += f" ({_listed(seen.dead)})"
    lines = [
        f"store: {place}",
        waiting,
        hand,
        f"oldest of these: {age(seen.oldest_waiting)}",
        f"done: {states['done']:,} (last minute {seen.last_minute:,}, last hour {seen.last_hour:,})",
        dead,
    ]
    if states["superseded"] or states["erased"]:
        lines.append(f"superseded: {states['superseded']:,}, erased: {states['erased']:,}")
    if any(seen.attempts):
        lines.append(f"attempts at what waits (attempts jobs): {_listed(seen.attempts)}")
    if seen.sources:
        lines.append(f"taken in by: {_listed(seen.sources)}")
    if seen.left_behind:
        lines.append(
            f"waiting for versions that no worker has: {seen.left_behind:,}"
            f" ({', '.join(v[:12] for v in seen.left_versions)})"
        )
    lines.append(f"audit trail: {seen.audit_seq:,} entries, head {seen.audit_head}")
    return "\n".join(lines)


def status_data(place: str, seen: Overview) -> dict[str, Any]:
    """The same as JSON data; ages in seconds."""
    return {"form": "notewarrant-status/1", "store": place, **dataclasses.asdict(seen)}


def failures(seen: Overview, older_than: float | None, dead: bool) -> list[str]:
    """What a monitor asked to be told of.

    Parameters
    ----------
    older_than
        Seconds that the oldest waiting job may have waited; None asks nothing.
    dead
        Whether dead letters are a failure.
    """
    out = []
    if older_than is not None and (seen.oldest_waiting or 0.0) > older_than:
        out.append(f"the oldest waiting job waits {age(seen.oldest_waiting)}")
    if dead and seen.states["dead"]:
        out.append(f"dead letters: {seen.states['dead']:,}")
    return out

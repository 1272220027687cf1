"""Jobs into the store: together where that goes, else one by one, so that one that is refused is alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.store import Job, Store, StoreRefused
from pipeline.store.taking_in import TakenIn


@dataclass
class Queued:
    """What became of jobs: counts, and the places of those that the store refuses; the rest was known."""

    new: int = 0
    #: Left out, since somebody had them erased.
    erased: int = 0
    refused: list[int] = field(default_factory=list)

    def add(self, done: TakenIn) -> None:
        """Count what the store says."""
        self.new += done.new
        self.erased += done.erased


def enqueue(store: Store, jobs: Sequence[Job]) -> Queued:
    """Add the jobs.

    Raises
    ------
    StoreUnavailable, OutputError
        As ``Store.take_in``, but never for what one job holds.
    """
    out = Queued()
    if not jobs:
        return out
    try:
        out.add(store.take_in(jobs))
        return out
    except StoreRefused:
        pass
    for i, job in enumerate(jobs):
        try:
            out.add(store.take_in([job]))
        except StoreRefused:
            out.refused.append(i)
    return out

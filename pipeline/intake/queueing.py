"""Jobs into the store: together where that goes, else one by one, so that one that is refused is alone."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.store import Job, Store, StoreRefused


def enqueue(store: Store, jobs: Sequence[Job]) -> tuple[int, list[int]]:
    """Add the jobs; return how many were new, and the places (in ``jobs``) of those that the store refuses.

    Raises
    ------
    StoreUnavailable, OutputError
        As ``Store.enqueue``, but never for what one job holds.
    """
    if not jobs:
        return 0, []
    try:
        return store.enqueue(jobs), []
    except StoreRefused:
        pass
    new = 0
    refused: list[int] = []
    for i, job in enumerate(jobs):
        try:
            new += store.enqueue([job])
        except StoreRefused:
            refused.append(i)
    return new, refused

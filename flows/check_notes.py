"""A flow over a folder of notes: batches of row ids in, counts out; no note leaves its file and the store.

Prefect only drives: it sees the names of the folder and the store, ids and counts. What a document does wrong
is noted in the store by the batch itself, so that no exception carries anything of it here.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable
from pathlib import Path

from flows.environment import prepare

prepare()

from prefect import flow, task  # noqa: E402  (its settings are read at import)
from prefect.artifacts import create_table_artifact  # noqa: E402
from prefect.cache_policies import NO_CACHE  # noqa: E402
from tqdm import tqdm  # noqa: E402

from flows.guarded import guarded  # noqa: E402
from pipeline.intake import folder as intake  # noqa: E402
from pipeline.store import Store, new_owner  # noqa: E402
from pipeline.work import batch  # noqa: E402
from pipeline.work.versions import own_digests  # noqa: E402

#: Called after each document; the flow puts its progress bar here, since a bar is no parameter of a task.
_tick: list[Callable[[], object]] = []


@task(name="find-notes", persist_result=False, log_prints=False, cache_policy=NO_CACHE)
def find_notes(folder: str, store: str, policy: str, on: str | None) -> list[int]:
    """Queue the folder's cases that the store does not know; return the row ids of all of them."""

    def work() -> list[int]:
        planned = intake.plan(Path(folder), policy, dt.date.fromisoformat(on) if on else None)
        with Store(Path(store)) as opened:
            ids, _new = intake.enqueue(opened, planned)
        return ids

    return guarded(folder, work)


@task(name="check-batch", persist_result=False, log_prints=False, cache_policy=NO_CACHE)
def check_batch(store: str, ids: list[int]) -> dict[str, int]:
    """Assess the rows; return counts of what became of them."""

    def work() -> dict[str, int]:
        with Store(Path(store)) as opened:
            c = batch.run_batch(
                opened, new_owner(), len(ids), ids=ids, on_document=_tick[-1] if _tick else None
            )
        return {"done": c.done, "dead": c.dead, "retry": c.retry, "lost": c.lost}

    return guarded(store, work)


@flow(name="check-notes", persist_result=False, log_prints=False, validate_parameters=False)
def check_notes(
    folder: str,
    store: str,
    policy: str = "guideline",
    on: str | None = None,
    batch_size: int = 100,
    progress: bool = True,
) -> dict[str, int]:
    """Check every note of a folder that the store has no result for.

    Parameters
    ----------
    folder, store
        Paths of the folder of notes and of the SQLite store.
    policy
        Id of the policy.
    on
        Day of assessment (ISO); by default each case's own.
    batch_size
        Documents a task. A task costs some 30 ms, so that 100 and more are sensible.
    progress
        Whether to draw a bar on stderr.

    Returns
    -------
    dict
        The folder's rows by state, and ``started``: how many rows this run worked on.
    """
    ids = find_notes(folder, store, policy, on)
    with Store(Path(store)) as opened:
        waiting = opened.pending(ids)
        started = len(waiting)
        bar = tqdm(
            total=started, unit="case", file=sys.stderr, disable=not progress or not started,
            mininterval=0.2 if sys.stderr.isatty() else 15.0,
        )  # fmt: skip
        _tick.append(bar.update)
        try:
            # Versions are asked anew each time: where a lexicon changed meanwhile, the rest waits for others.
            while (due := opened.next_due(ids, sorted(own_digests().values()))) is not None:
                for i in range(0, len(waiting), batch_size):
                    check_batch(store, waiting[i : i + batch_size])
                # Rows that met a fault are tried again after a while, up to the store's limit.
                if not waiting:
                    time.sleep(min(due, 5.0) + 0.01)
                waiting = opened.pending(ids)
                bar.total += len(waiting)
        finally:
            _tick.pop()
            bar.close()
        counts = opened.counts(ids)
    create_table_artifact(
        key="notewarrant-counts", table=[{"state": s, "cases": n} for s, n in counts.items()],
        description="Cases of the folder by state",
    )  # fmt: skip
    return {**counts, "started": started}

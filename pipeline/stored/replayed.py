"""A store's cases under another policy."""

from __future__ import annotations

import datetime as dt
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import DocumentError, contained
from rules.assessment import Assessment
from rules.policy import Policy
from rules.replay import Replayed, replay

if TYPE_CHECKING:
    from pipeline.store import Place


class Replays(BaseModel):
    """Every stored case before and after, in the store's order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    policy: str
    cases: tuple[Replayed, ...]
    #: Rows without a result that could be replayed: the sum of those below.
    left_out: int = 0
    #: Rows that wait or are being worked on, were given up, gave way to newer versions, were erased.
    waiting: int = 0
    dead: int = 0
    superseded: int = 0
    erased: int = 0
    #: Row ids of results that today's rules cannot read, or on which they fail; the other cases go on.
    unreadable: tuple[int, ...] = ()


def replay_store(
    where: Path | str | Place,
    policy: Policy,
    old: str | None = None,
    on: dt.date | None = None,
    progress: bool = False,
) -> Replays:
    """Assess every stored case anew under a policy; the store is only read.

    Parameters
    ----------
    where
        The store.
    policy
        The new policy.
    old
        Only results under the policy of this id.
    on
        The day asked; by default that of each stored assessment.
    progress
        Whether a terminal gets a progress bar.

    Raises
    ------
    OutputError
        Where the database cannot be used.
    """
    from pipeline.store import Store

    cases: list[Replayed] = []
    unreadable: list[int] = []
    states: Counter[str] = Counter()
    with Store(where) as store:
        rows = store.results()
        if progress and sys.stderr.isatty():
            from tqdm import tqdm

            rows = iter(tqdm(rows, unit="case", file=sys.stderr, leave=False))
        for row in rows:
            if row.state != "done":
                states[row.state] += 1
                continue
            if row.payload is None:
                unreadable.append(row.id)
                continue
            try:
                stored = Assessment.model_validate_json(row.payload)
            except ValidationError:
                unreadable.append(row.id)
                continue
            if old is not None and stored.policy != old:
                continue
            try:
                with contained(str(row.id)):
                    cases.append(replay(stored, policy, on))
            except DocumentError:
                unreadable.append(row.id)
    return Replays(
        policy=policy.id,
        cases=tuple(cases),
        left_out=states.total() + len(unreadable),
        waiting=states["queued"] + states["leased"],
        dead=states["dead"],
        superseded=states["superseded"],
        erased=states["erased"],
        unreadable=tuple(unreadable),
    )

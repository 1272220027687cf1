"""How far a long run is, as Prefect's page shows it."""

from __future__ import annotations

import contextlib
import time
from typing import Final
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

#: Seconds between updates: each costs the server some 30 ms.
_EVERY: Final = 10.0


class Progress:
    """A bar on Prefect's page; runs that are over sooner show none.

    Parameters
    ----------
    key
        The artifact's key.
    total
        Documents that wait at the beginning.
    """

    def __init__(self, key: str, total: int) -> None:
        self._key, self._total = key, total
        self._done = 0
        self._next = time.monotonic() + _EVERY
        self._id: UUID | None = None

    def __enter__(self) -> Progress:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._id is not None and kind is None:
            with contextlib.suppress(Exception):
                update_progress_artifact(self._id, progress=100.0)

    def advance(self, n: int) -> None:
        """So many documents more are done."""
        self._done += n
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY
        # A server that does not answer must not stop the work.
        with contextlib.suppress(Exception):
            self._show()

    def _show(self) -> None:
        # Documents that came meanwhile, or are tried again, were not counted at the beginning.
        share = 100.0 * min(1.0, self._done / max(self._total, self._done, 1))
        if self._id is None:
            made = create_progress_artifact(progress=share, key=self._key, description="Documents done")
            self._id = made if isinstance(made, UUID) else None
        else:
            update_progress_artifact(self._id, progress=share)

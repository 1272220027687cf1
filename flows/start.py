"""Start the flow from the command line (entry point group ``notewarrant.runners``)."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from flows.environment import prepare
from flows.watchdog import guard
from pipeline.errors import InternalFault, NotewarrantError, UsageError


def run(
    folder: Path, store: Path, policy: str, on: dt.date | None, batch_size: int, progress: bool
) -> dict[str, int]:
    """Run ``check_notes`` in this process, with a server of its own unless the user's settings name one.

    Raises
    ------
    UsageError
        Where the extra [flows] is not installed.
    NotewarrantError
        For an unusable store or folder, and for a fault of Prefect itself (by its class).
    """
    prepare()
    try:
        from flows.check_notes import check_notes
    except ModuleNotFoundError as error:
        raise UsageError(
            "run", f"the package {error.name} is not installed", 'install "notewarrant[nlp,flows]"'
        ) from None
    if not os.environ.get("PREFECT_API_URL"):
        guard()
    fault = ""
    try:
        return check_notes(
            str(folder.resolve()),
            str(store.resolve()),
            policy,
            on.isoformat() if on else None,
            batch_size,
            progress,
        )
    except NotewarrantError:
        raise
    except Exception as error:  # noqa: BLE001  whatever Prefect raises becomes one line
        fault = type(error).__name__
    raise InternalFault(str(folder), f"Prefect failed ({fault})", "run again: what is done stays done")

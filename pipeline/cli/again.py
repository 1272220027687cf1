"""A step again and again (``--watch SECONDS``), through faults that pass, until it is told to stop."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from pipeline.errors import DocumentError, OutputError, UsageError

#: Seconds at most between two tries after a fault.
_PATIENCE = 60.0


def interval(seconds: float | None) -> float | None:
    """The seconds of ``--watch``; UsageError for none that can be waited."""
    if seconds is not None and not 0 < seconds < 1e6:
        raise UsageError("--watch", "is no time above zero", "write e.g. 5")
    return seconds


def again(step: Callable[[], object], seconds: float, stop: Callable[[], bool]) -> None:
    """Run the step every so many seconds; faults of store, disk or service are told and waited for."""
    failures = 0
    while not stop():
        try:
            step()
            failures = 0
        except (OutputError, DocumentError) as error:
            failures += 1
            print(f"notewarrant: {error}", file=sys.stderr)
        until = time.monotonic() + (min(_PATIENCE, seconds * 2**failures) if failures else seconds)
        while not stop() and (left := until - time.monotonic()) > 0:
            time.sleep(min(0.2, left))

"""Places where a test may have the process killed, to show that nothing is lost there.

``NOTEWARRANT_FAILPOINT=finishing:3`` kills the process (SIGKILL) when it comes to that place for the third
time. Without the variable a place costs one comparison.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from typing import Final, Literal

FailPoint = Literal[
    # intake
    "taken", "keeping", "kept", "queueing", "queued",
    # work
    "claimed", "begun", "assessed", "finishing", "finished",
    # results on their way out
    "writing", "sent",
]  # fmt: skip

_ARMED: Final = os.environ.get("NOTEWARRANT_FAILPOINT", "")
_met: Counter[str] = Counter()


def failpoint(name: FailPoint) -> None:
    """Die here where the environment asks for it."""
    if _ARMED:
        wanted, _, times = _ARMED.partition(":")
        _met[name] += 1
        if name == wanted and _met[name] == int(times or 1):
            os.kill(os.getpid(), signal.SIGKILL)

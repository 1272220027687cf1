"""End what a run has started where the run itself is killed (Linux).

Prefect stops its server at the end of a process and on Ctrl-C, but a process that is killed outright leaves
the server behind for good. A small process waits on a pipe for the run's end, however it comes, and then ends
what carries the run's token in its environment: every process that the run started, directly or not.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

TOKEN = "NOTEWARRANT_RUN"
_GRACE_SECONDS = 8.0


def guard(*, everything: bool = False) -> str:
    """Start the watchdog of this process; elsewhere than on Linux do nothing.

    Parameters
    ----------
    everything
        Whether all processes of the run end with it; by default its web servers only. A run inside another
        run is guarded by that one, unless it asks for everything.

    Returns
    -------
    str
        The run's token, which the environment of its processes carries; "" where nothing is guarded.
    """
    if (TOKEN in os.environ and not everything) or not Path("/proc/self/environ").exists():
        return ""
    token = os.environ[TOKEN] = uuid.uuid4().hex
    # Only this process holds the writing end, so that its death, and nothing else, ends the reading.
    reading, _writing = os.pipe()
    subprocess.Popen(
        [sys.executable, "-I", __file__, token, "everything" if everything else "servers"],
        stdin=reading, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        env={k: v for k, v in os.environ.items() if k != TOKEN},
    )  # fmt: skip
    os.close(reading)
    return token


def started(token: str, *, everything: bool) -> list[int]:
    """Processes that carry the run's token, all of them or its web servers; never this process."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if f"{TOKEN}={token}".encode() not in (entry / "environ").read_bytes().split(b"\0"):
                continue
            if everything or b"uvicorn" in (entry / "cmdline").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:  # gone in the meantime, or another user's
            continue
    return found


def end(token: str, *, everything: bool, grace: float = _GRACE_SECONDS) -> None:
    """End what the run has started: gently, and after ``grace`` seconds for sure."""
    until = time.monotonic() + grace
    told: set[int] = set()
    while left := started(token, everything=everything):
        late = time.monotonic() > until
        for pid in left:
            if late or pid not in told:  # a second SIGTERM would interrupt what ends in good order
                told.add(pid)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
        time.sleep(0.25)


if __name__ == "__main__":
    sys.stdin.buffer.read()
    end(sys.argv[1], everything=sys.argv[2] == "everything")

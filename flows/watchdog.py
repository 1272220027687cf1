"""End the run's own Prefect server where the run itself is killed (Linux).

Prefect stops its server at the end of a process and on Ctrl-C, but a process that is killed outright leaves
the server behind for good. A small process waits on a pipe for the run's end, however it comes, and then ends
what carries the run's token in its environment.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

_TOKEN = "NOTEWARRANT_RUN"
_GRACE_SECONDS = 8.0


def guard() -> None:
    """Start the watchdog of this process, once; elsewhere than on Linux do nothing."""
    if _TOKEN in os.environ or not Path("/proc/self/environ").exists():
        return
    token = os.environ[_TOKEN] = uuid.uuid4().hex
    # Only this process holds the writing end, so that its death, and nothing else, ends the reading.
    reading, _writing = os.pipe()
    subprocess.Popen(
        [sys.executable, "-I", __file__, token],
        stdin=reading, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    os.close(reading)


def servers(token: str) -> list[int]:
    """Processes that this run started and that are web servers."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            marked = f"{_TOKEN}={token}".encode() in (entry / "environ").read_bytes().split(b"\0")
            if marked and b"uvicorn" in (entry / "cmdline").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:  # gone in the meantime, or another user's
            continue
    return found


def watch(token: str) -> None:
    """Wait for the run's end, then end its servers: gently, and after a while for sure."""
    sys.stdin.buffer.read()
    until = time.monotonic() + _GRACE_SECONDS
    how = signal.SIGTERM
    while left := servers(token):
        for pid in left:
            try:
                os.kill(pid, how)
            except ProcessLookupError:
                continue
        time.sleep(0.5)
        if time.monotonic() > until:
            how = signal.SIGKILL


if __name__ == "__main__":
    watch(sys.argv[1])

"""Names of workers, and whether one of this machine still runs."""

from __future__ import annotations

import functools
import hashlib
import os
import socket
import uuid
from pathlib import Path


@functools.cache
def _here() -> str:
    """Name the place where process numbers mean something: machine, its last start, container."""
    parts = [socket.gethostname()]
    try:
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    except OSError:  # no Linux
        parts.append(str(uuid.getnode()))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _state(pid: int) -> tuple[str, str]:
    """State of the process (a letter), and when it was started: a number used again is told apart by that."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return fields[0], fields[19]  # clock ticks since boot
    except (OSError, IndexError):
        return "", ""


def new_owner() -> str:
    """A name for one worker or batch: machine, process, its start, and a part that is never given twice."""
    return f"{_here()}:{os.getpid()}:{_state(os.getpid())[1]}:{uuid.uuid4().hex}"


def owner_is_gone(owner: str) -> bool:
    """Whether the owner is a process of this machine that runs no more."""
    place, _, rest = owner.partition(":")
    pid, _, rest = rest.partition(":")
    started, _, _ = rest.partition(":")
    if place != _here() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    state, now = _state(int(pid))
    # A dead process whose parent has not asked after it yet still has its number.
    return state in ("Z", "X") or (bool(started and now) and now != started)

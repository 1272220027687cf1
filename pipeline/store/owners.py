"""Names of workers, and whether one of this machine still runs."""

from __future__ import annotations

import functools
import hashlib
import os
import socket
import uuid
from pathlib import Path
from typing import Final

#: Of a machine itself, after every start; a container's is another one, and says little about the machine.
_FIRST_PIDS: Final = "pid:[4026531836]"
_PROC: Final = Path("/proc")
_MACHINE_ID: Final = Path("/etc/machine-id")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _pids() -> str:
    try:
        return str((_PROC / "self/ns/pid").readlink())
    except OSError:  # no Linux
        return ""


@functools.cache
def _here() -> str:
    """Name the place where process numbers mean something: ``<machine>.<its last start>``.

    The start is left empty, and is a part of the machine's name instead, where no later start could say with
    certainty that it is the same machine: in a container, or where the machine has no id.
    """
    start, pids, machine = _read(_PROC / "sys/kernel/random/boot_id"), _pids(), _read(_MACHINE_ID)
    if start and pids == _FIRST_PIDS and len(machine) == 32:
        return f"{_digest(socket.gethostname(), machine)}.{_digest(start)}"
    return f"{_digest(socket.gethostname(), start, pids, '' if start else str(uuid.getnode()))}."


def _digest(*parts: str) -> str:
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


def _split(owner: str) -> tuple[str, str, str, str]:
    """Machine, its start, process, start of the process."""
    place, _, rest = owner.partition(":")
    pid, _, rest = rest.partition(":")
    machine, _, start = place.partition(".")
    return machine, start, pid, rest.partition(":")[0]


def owner_is_here(owner: str) -> bool:
    """Whether the owner is, or was, a process of this machine since its last start."""
    return _split(owner)[:2] == _split(_here())[:2]


def owner_is_gone(owner: str) -> bool:
    """Whether the owner is a process of this machine that runs no more, be it since an earlier start."""
    machine, start, pid, started = _split(owner)
    if machine != _split(_here())[0] or not pid.isdigit():
        return False
    if start != _split(_here())[1]:
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        pass
    state, now = _state(int(pid))
    # A dead process whose parent has not asked after it yet still has its number.
    return state in ("Z", "X") or (bool(started and now) and now != started)

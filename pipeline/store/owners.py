"""Names of workers, and whether one of this machine still runs."""

from __future__ import annotations

import os
import socket
import uuid


def new_owner() -> str:
    """A name for one worker or batch: host, process, and a part that is never given twice."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex}"


def owner_is_gone(owner: str) -> bool:
    """Whether the owner is a process of this machine that runs no more."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False

"""Many may share a folder, one may have it alone: who wants it alone is let in before those who come later.

Two locks of the file system: ``.gate`` is passed by everybody, ``.lock`` is held. Who shares passes the gate
and lets go of it; who wants the folder alone keeps it shut, so that those inside leave and nobody follows.
Nobody waits for ever: a process that was stopped may hold a lock as long as it likes.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

#: Seconds that one waits for the folder. Who shares it waits longer: the other one may give up before.
ALONE_SECONDS: Final = 60.0
SHARED_SECONDS: Final = 150.0
_LOOK_AGAIN: Final = 0.01
_LOOK_LATER: Final = 0.2


@contextmanager
def shared(folder: Path) -> Iterator[None]:
    """Have the folder together with others.

    Raises
    ------
    TimeoutError
        Where somebody has it alone, or wants to, for too long.
    OSError
        Where the lock cannot be made.
    """
    until = time.monotonic() + SHARED_SECONDS
    handle = -1
    try:
        with _held(folder / ".gate", fcntl.LOCK_SH, until):
            handle = _open(folder / ".lock")
            _take(handle, fcntl.LOCK_SH, until)
        yield
    finally:
        if handle >= 0:
            os.close(handle)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Have the folder alone.

    Raises
    ------
    TimeoutError
        Where another process does not let go of it for too long.
    OSError
        Where the lock cannot be made.
    """
    until = time.monotonic() + ALONE_SECONDS
    with _held(folder / ".gate", fcntl.LOCK_EX, until), _held(folder / ".lock", fcntl.LOCK_EX, until):
        yield


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextmanager
def _held(path: Path, how: int, until: float) -> Iterator[None]:
    handle = _open(path)
    try:
        _take(handle, how, until)
        yield
    finally:
        os.close(handle)


def _take(handle: int, how: int, until: float) -> None:
    wait = _LOOK_AGAIN
    while True:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise TimeoutError(errno.ETIMEDOUT, "another process holds it") from None
            time.sleep(wait)
            wait = min(_LOOK_LATER, wait * 1.5)
        else:
            return

"""The folder ``.serve`` of a site: lock, the server's password, Prefect's files; for their owner only."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path
from typing import Final

from pipeline.errors import OutputError, UsageError

NAME: Final = ".serve"


class ServeFolder:
    """What a running site keeps for itself.

    Parameters
    ----------
    base
        The folder of the site's settings.

    Raises
    ------
    OutputError
        Where the folder cannot be made.
    """

    def __init__(self, base: Path) -> None:
        self.path = base / NAME
        self._lock: int | None = None
        try:
            self.path.mkdir(mode=0o700, exist_ok=True)
            self.path.chmod(0o700)
            self.home.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise OutputError(
                str(self.path), f"cannot be made ({error.strerror})", "make the site's folder writable"
            ) from None

    @property
    def home(self) -> Path:
        """Prefect's home: its database and settings."""
        return self.path / "prefect"

    @property
    def server_log(self) -> Path:
        """What the server says, since its last start."""
        return self.path / "server.log"

    def lock(self) -> None:
        """Hold the site; the kernel lets go when this process ends, however it ends.

        Raises
        ------
        UsageError
            Where another process holds it.
        """
        self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            self._lock = None
            raise UsageError(
                str(self.path.parent), "is being served already", "stop that one first"
            ) from None

    def unlock(self) -> None:
        """Let go of the site."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def password(self) -> str:
        """``admin:<random>``, made once: other users of the machine reach the port, but not the server."""
        file = self.path / "password"
        try:
            with file.open(encoding="ascii") as stream:
                if kept := stream.read().strip():
                    return kept
        except FileNotFoundError:
            pass
        made = f"admin:{secrets.token_urlsafe(24)}"
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            stream.write(made + "\n")
        return made

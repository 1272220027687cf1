"""A folder of results: one file a job, named by its key, there whole or not at all."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipeline.outgoing.message import OutgoingResult
from pipeline.outgoing.target import TargetUnavailable
from pipeline.private_files import make_folder
from pipeline.store import new_owner
from pipeline.store.failpoints import failpoint
from pipeline.store.owners import owner_is_gone, owner_is_here

#: Hidden, so that no receiver takes it for a result.
_PART: Final = ".part-"
#: Nobody writes one result for so long.
_HOUR: Final = 3600.0


def clear_parts(folder: Path, older_than: float = _HOUR) -> int:
    """Remove what dead processes were writing: it quotes a note as any result does.

    Parameters
    ----------
    folder
        An outgoing folder.
    older_than
        Seconds after which what a process of another machine was writing is removed, too. Should that one
        live after all, it finds its file gone and sends the result again.

    Returns
    -------
    int
        How many were removed.

    Raises
    ------
    OSError
        Where one cannot be.
    """
    removed = 0
    for path in folder.glob(f"{_PART}*"):
        owner = path.name.removeprefix(_PART)
        with suppress(FileNotFoundError):
            if owner_is_gone(owner) or (
                not owner_is_here(owner) and time.time() - path.stat().st_mtime >= older_than
            ):
                path.unlink()
                removed += 1
    return removed


class FolderTarget:
    """Writes ``<key>.json`` with mode 0600 into a folder that it makes, for its owner only.

    Parameters
    ----------
    folder
        The folder.
    name
        Its name in the store.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        self._part = folder / f"{_PART}{new_owner()}"

    def send(self, results: Sequence[OutgoingResult]) -> None:
        """Write the results so that they outlast a power failure.

        Raises
        ------
        TargetUnavailable
            Where the folder cannot be written or is full; no file is there by halves.
        """
        try:
            self._prepare()
            for result in results:
                self._write(result)
            self._sync()
        except OSError as error:
            with suppress(OSError):
                self._part.unlink(missing_ok=True)
            raise TargetUnavailable(
                str(self.folder), f"cannot be written ({error.strerror})", "make room or mend permissions"
            ) from None

    def withdraw(self, keys: Iterable[str]) -> None:
        """Remove results whose case was erased while they were written."""
        try:
            for key in keys:
                (self.folder / f"{key}.json").unlink(missing_ok=True)
            self._sync()
        except OSError as error:
            raise TargetUnavailable(
                str(self.folder), f"cannot be written ({error.strerror})", "mend permissions"
            ) from None

    def close(self) -> None:
        """Nothing is held."""

    def _prepare(self) -> None:
        make_folder(self.folder)
        if self.folder.stat().st_mode & 0o077:
            self.folder.chmod(0o700)
        clear_parts(self.folder)

    def _write(self, result: OutgoingResult) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(self._part, flags, 0o600), "wb") as stream:
            stream.write(result.encoded())
            stream.write(b"\n")
            stream.flush()
            failpoint("writing")
            os.fsync(stream.fileno())
        self._part.replace(self.folder / f"{result.key}.json")

    def _sync(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

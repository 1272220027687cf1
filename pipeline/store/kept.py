"""Documents that a queue handed over: private files named by their hash, until their case is erased."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

from pipeline.errors import OutputError
from pipeline.store.failpoints import failpoint
from pipeline.store.place import Place

_PREFIX: Final = "document:"


def is_kept(path: str) -> bool:
    """Whether a job's path stands for a document of the folder."""
    return path.startswith(_PREFIX)


def beside(place: Place, named: Path | None = None) -> Path | None:
    """The document folder of a store: the one named, else beside an SQLite file, else none."""
    if named is not None:
        return named
    return place.path.with_name(f"{place.path.name}.documents") if place.path else None


class KeptDocuments:
    """A folder of documents named by their SHA-256; made, for its owner only, with the first document.

    Raises
    ------
    OutputError
        From ``keep``, where the disk is full or the folder cannot be written; nothing half written stays.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, reference: str) -> Path:
        """The file that ``document:<sha256>`` stands for; any other text is a path by itself."""
        if not is_kept(reference):
            return Path(reference)
        sha = reference.removeprefix(_PREFIX)
        if len(sha) != 64 or not set(sha) <= set("0123456789abcdef"):
            raise ValueError("no reference to a kept document")
        return self.folder / sha[:2] / sha

    def keep(self, data: bytes) -> str:
        """Write a document so that it outlasts a power failure; return its reference."""
        reference = _PREFIX + hashlib.sha256(data).hexdigest()
        target = self.path(reference)
        try:
            if target.is_file() and target.stat().st_size == len(data):
                return reference
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.chmod(0o700)
            target.parent.mkdir(mode=0o700, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".part-")  # mode 0600
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(data)
                    stream.flush()
                    os.fsync(stream.fileno())
                Path(temporary).replace(target)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            for folder in (target.parent, self.folder):
                _sync(folder)
        except OSError as error:
            raise OutputError(
                str(self.folder),
                f"cannot keep a document ({error.strerror})",
                "make room or mend permissions",
            ) from None
        failpoint("kept")
        return reference

    def erase(self, sha256: str) -> bool:
        """Remove a document; False where it is not there. The caller knows that no other case needs it."""
        target = self.path(_PREFIX + sha256)
        try:
            target.unlink()
        except FileNotFoundError:
            return False
        _sync(target.parent)
        return True


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

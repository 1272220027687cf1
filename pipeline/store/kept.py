"""Documents that a queue handed over: private files named by their hash, until their case is erased."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Final

from pipeline.errors import OutputError
from pipeline.private_files import make_folder
from pipeline.store import gate
from pipeline.store.failpoints import failpoint
from pipeline.store.owners import new_owner, owner_is_gone
from pipeline.store.place import Place

_PREFIX: Final = "document:"
#: A folder of what a process is writing.
_PART: Final = ".part-"
#: The disk writes many at once in the time of one.
_AT_ONCE: Final = 16
_FEW: Final = 4


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

    def away(self) -> bool:
        """Whether nothing is there: a disk or share that is not mounted, rather than erased documents."""
        try:
            with os.scandir(self.folder) as entries:
                return all(entry.name.startswith(".") for entry in entries)
        except OSError:
            return True

    def keep(self, data: bytes) -> str:
        """Write a document so that it outlasts a power failure; return its reference."""
        with self.together() as keep:
            return keep(data)

    @contextmanager
    def together(self) -> Iterator[Callable[[bytes], str]]:
        """Keep many documents with little more waiting for the disk than one takes.

        Yields
        ------
        Callable
            Takes a document, gives its reference. Only when the block has ended are the documents there and
            outlast a power failure; where it ends with an error, none of the new ones is kept.
        """
        part = self.folder / f"{_PART}{new_owner()}"
        new: dict[str, Path] = {}
        known: set[Path] = set()

        def keep(data: bytes) -> str:
            reference = _PREFIX + hashlib.sha256(data).hexdigest()
            target = self.path(reference)
            if reference in new:
                return reference
            with self._plainly():
                if target.is_file() and target.stat().st_size == len(data):
                    known.add(target.parent)
                    return reference
                if not part.is_dir():
                    self._prepare(part)
                handle = os.open(part / target.name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                with os.fdopen(handle, "wb") as stream:
                    stream.write(data)
            failpoint("keeping")
            new[reference] = target
            return reference

        try:
            yield keep
            with self._plainly():
                for target in new.values():
                    target.parent.mkdir(mode=0o700, exist_ok=True)
                _sync(part / t.name for t in new.values())
                for target in new.values():
                    (part / target.name).replace(target)
                folders = {t.parent for t in new.values()} | known
                _sync([*sorted(folders), *([self.folder] if folders else [])])
        finally:
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
        for _ in new:
            failpoint("kept")

    @contextmanager
    def taking_in(self) -> Iterator[None]:
        """Hold erasures back from keeping a document until its job is committed.

        A document that is there already is not written again: without this an erasure could remove it just
        before the job that counts on it is known.
        """
        with self._locked(gate.shared):
            yield

    @contextmanager
    def clearing(self) -> Iterator[None]:
        """Wait until nobody is taking in, and keep others from it; entered before any transaction.

        Those who come to take in meanwhile wait behind, so that many of them never hold an erasure up.

        Raises
        ------
        OutputError
            Where somebody takes in, or is stopped at it, for a minute; nothing is changed.
        """
        with self._locked(gate.alone):
            yield

    @contextmanager
    def _locked(self, how: Callable[[Path], AbstractContextManager[None]]) -> Iterator[None]:
        with ExitStack() as held:
            try:
                with self._plainly():
                    make_folder(self.folder)
                    held.enter_context(how(self.folder))
            except OutputError as error:
                if not isinstance(error.__context__, TimeoutError):
                    raise
                raise OutputError(
                    str(self.folder),
                    "is held by another process that does not go on",
                    "end that process (one that was stopped, or hangs) and run again",
                ) from None
            yield

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise OutputError(
                str(self.folder),
                f"cannot keep a document ({error.strerror})",
                "make room or mend permissions",
            ) from None

    def _prepare(self, part: Path) -> None:
        """Make the folder, and one in it for what is being written; clear away what the dead were writing."""
        make_folder(self.folder)
        if self.folder.stat().st_mode & 0o077:
            self.folder.chmod(0o700)
        for left in self.folder.glob(f"{_PART}*"):
            if owner_is_gone(left.name.removeprefix(_PART)):
                shutil.rmtree(left, ignore_errors=True)
        part.mkdir(mode=0o700)


def _sync(paths: Iterable[Path]) -> None:
    """Wait until files or folders are on the disk; several at once, so that they share its waiting."""
    wanted = list(paths)
    if len(wanted) < _FEW:
        for path in wanted:
            _sync_one(path)
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(_sync_one, wanted):
            pass


def _sync_one(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

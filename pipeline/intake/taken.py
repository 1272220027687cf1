"""Files in the hands of one process: each moved by one rename, which only one of many can win.

    inbox/.taken/<owner>/files/<place>           taken, not yet in the store
    inbox/.taken/<owner>/refused-<id>/<place>    to be a dead letter
    inbox/.taken/<owner>.done/...                in the store for good: to be cleared away
    inbox/.refused/<id>/<place>                  a dead letter's file

What a dead process left there is taken over whole, again by one rename. The step from ``<owner>`` to
``<owner>.done`` comes after the commit: before it everything is done again (and known by its key), after it
nothing is.
"""

from __future__ import annotations

import os
import shutil
import stat
import uuid
from collections.abc import Sequence, Set
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipeline.errors import DocumentError, NotewarrantError, OutputError
from pipeline.intake.guard import folder_inside
from pipeline.intake.moving import move_to_free
from pipeline.intake.set_apart import WHY, keep_reason
from pipeline.intake.sighting import Sight, sight
from pipeline.store import new_owner
from pipeline.store.owners import owner_is_gone

TAKEN: Final = ".taken"
REFUSED: Final = ".refused"
_DONE: Final = ".done"
#: Left by a process that lives on: anybody may have it.
_FREE: Final = "free-"


class Stuck(OutputError):
    """A file cannot be moved; the others go on."""

    code = "STUCK"


class TakenOver(Exception):
    """Another process has the files: this one gave no sign of life for too long. No fault."""


def private_folder(folder: Path) -> Path:
    """Make a folder for its owner only, or make sure that it is one.

    Raises
    ------
    OutputError
        For a link, another user's folder, or one that cannot be made.
    """
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise OutputError(str(folder), "is not a folder of this user", "remove it")
        if found.st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise OutputError(
            str(folder), f"cannot be made ({error.strerror})", "make room or mend permissions"
        ) from None
    return folder


def _step(base: Path, way: Sequence[str]) -> Path:
    """A folder below ``base``, made for its owner only; FileNotFoundError where ``base`` is gone."""
    here = base
    for name in way:
        here /= name
        with suppress(FileExistsError):
            here.mkdir(mode=0o700)
    return here


class Batch:
    """Files taken together, one folder of ``.taken``; ``TakenOver`` from every method where it is gone."""

    def __init__(self, inbox: Path, owner: str) -> None:
        self.inbox = inbox
        self.owner = owner
        self.id = owner.rpartition(":")[2]
        self.folder = inbox / TAKEN / owner

    @property
    def files(self) -> Path:
        """Where the taken files are, each under its place."""
        return self.folder / "files"

    def alive(self) -> None:
        """A sign of life, so that nobody takes the batch over."""
        try:
            os.utime(self.folder)
        except FileNotFoundError:
            raise TakenOver from None

    def take(self, place: str, expected: Sight | None) -> bool:
        """Move a file or folder here; False where it is gone or no longer looks as expected."""
        *way, name = place.split("/")
        try:
            target = _step(self.files, way)
            with folder_inside(self.inbox, way) as parent:
                if expected and sight(os.stat(name, dir_fd=parent, follow_symlinks=False)) != expected:
                    return False
                os.rename(name, target / name, src_dir_fd=parent)
        except FileNotFoundError:
            self.alive()
            return False
        except DocumentError:  # the way there is gone, or was exchanged for a link
            return False
        except OSError as error:
            raise Stuck(
                str(self.inbox / place),
                f"cannot be moved ({error.strerror})",
                "mend permissions of the inbox",
            ) from None
        return True

    def put_back(self, place: str) -> bool:
        """Move a file back to its place; False where something else is there by now."""
        *way, name = place.split("/")
        source = self.files / place
        try:
            with folder_inside(self.inbox, way, make=True) as parent:
                return move_to_free(source, name, parent)
        except DocumentError:
            return False
        except FileNotFoundError:
            self.alive()
            return True
        except OSError as error:
            raise Stuck(
                str(self.inbox / place),
                f"cannot be put back ({error.strerror})",
                "mend permissions of the inbox",
            ) from None

    def refuse(self, place: str) -> None:
        """Set a file apart: it is kept, under ``refused``, when the batch is done."""
        *way, name = place.split("/")
        try:
            target = _step(self.folder, (f"refused-{self.id}", *way)) / name
            (self.files / place).rename(target)
        except FileNotFoundError:
            self.alive()
        except OSError as error:
            raise Stuck(
                str(self.inbox / place), f"cannot be set apart ({error.strerror})", "make room"
            ) from None

    def explain(self, place: str, error: NotewarrantError) -> None:
        """Keep beside a file that was set apart why it was."""
        keep_reason(self.folder / f"refused-{self.id}", place, error)

    def refused(self, place: str) -> str:
        """Where a refused file will be, as a job names it; never a path that a worker would open."""
        return f"refused:{self.id}/{place.encode('utf-8', 'backslashreplace').decode()}"

    def places(self) -> set[str]:
        """Places of all files that are here."""
        return {
            p.relative_to(self.files).as_posix()
            for p in self.files.rglob("*")
            if p.is_symlink() or not p.is_dir()
        }

    def finish(self, used: Set[str]) -> None:
        """After the commit: clear away the files that were taken in, and keep what was refused.

        What a sender wrote into a folder that was already taken is left for the next pass.
        """
        done = self.folder.with_name(f"{self.owner}{_DONE}")
        try:
            late = self.places() - used
            if late:
                spare = begin(self.inbox)
                for place in sorted(late):
                    *way, name = place.split("/")
                    (self.files / place).rename(_step(spare.files, way) / name)
                spare.release()
            self.folder.rename(done)
        except FileNotFoundError:
            raise TakenOver from None
        except OSError as error:
            raise Stuck(str(done), f"cannot be moved ({error.strerror})", "mend permissions") from None
        clear(self.inbox, done)

    def release(self) -> None:
        """Leave everything as it is for whoever comes next."""
        with suppress(OSError):
            self.folder.rename(self.folder.with_name(f"{_FREE}{uuid.uuid4().hex}"))


def clear(inbox: Path, done: Path) -> None:
    """Clear away a batch that is in the store."""
    try:
        for entry in done.iterdir():
            if entry.name.startswith("refused-"):
                kept = private_folder(inbox / REFUSED) / entry.name.removeprefix("refused-")
                entry.rename(kept)
        shutil.rmtree(done)
    except FileNotFoundError:
        return
    except OSError as error:
        raise Stuck(str(done), f"cannot be cleared ({error.strerror})", "remove it") from None


def begin(inbox: Path) -> Batch:
    """A new, empty batch."""
    batch = Batch(inbox, new_owner())
    private_folder(inbox / TAKEN)
    private_folder(batch.folder)
    private_folder(batch.files)
    return batch


def take_over(inbox: Path, silent_for: float) -> tuple[list[Batch], Stuck | None]:
    """Batches that dead processes left, now this one's; those that were done are cleared away.

    The second of what is returned is the first that could not be: it holds up no other.

    Parameters
    ----------
    inbox
        The inbox.
    silent_for
        A process of another machine, or one that was stopped, is given up after so many seconds without a
        sign of life, by the file system's own time.
    """
    folder = private_folder(inbox / TAKEN)
    try:
        names = sorted(e.name for e in os.scandir(folder) if e.is_dir(follow_symlinks=False))
    except OSError as error:
        raise OutputError(str(folder), f"cannot be read ({error.strerror})", "mend permissions") from None
    out: list[Batch] = []
    stuck: Stuck | None = None
    now: float | None = None
    for name in names:
        owner = name.removesuffix(_DONE)
        if not owner.startswith(_FREE) and not owner_is_gone(owner):
            if now is None:
                now = time_of(folder)
            with suppress(FileNotFoundError):
                if now - (folder / name).stat().st_mtime <= silent_for:
                    continue
        mine = Batch(inbox, new_owner())
        target = mine.folder.with_name(mine.owner + (_DONE if name.endswith(_DONE) else ""))
        try:
            (folder / name).rename(target)
            os.utime(target)
        except FileNotFoundError:  # another process was faster
            continue
        except OSError as error:
            stuck = stuck or Stuck(str(target), f"cannot be moved ({error.strerror})", "mend permissions")
            continue
        try:
            if name.endswith(_DONE):
                clear(inbox, target)
            else:
                _unrefuse(mine)
                _undouble(mine)
                out.append(mine)
        except (Stuck, OSError) as error:
            stuck = stuck or Stuck(str(target), f"cannot be used ({type(error).__name__})", "look into it")
    return out, stuck


def _undouble(batch: Batch) -> None:
    """Forget files that the dead process had put back but not yet let go of."""
    for place in batch.places():
        mine = batch.files / place
        with suppress(FileNotFoundError):
            if mine.lstat().st_nlink > 1 and os.path.samestat(mine.lstat(), (batch.inbox / place).lstat()):
                mine.unlink()


def _unrefuse(batch: Batch) -> None:
    """What the dead process was about to refuse is judged again, under this batch's name."""
    for entry in list(batch.folder.iterdir()):
        if entry.name.startswith("refused-"):
            shutil.rmtree(entry / WHY, ignore_errors=True)
            for path in [p for p in entry.rglob("*") if p.is_symlink() or not p.is_dir()]:
                *way, name = path.relative_to(entry).parts
                path.rename(_step(batch.files, way) / name)
            shutil.rmtree(entry)


def time_of(folder: Path) -> float:
    """The time as the folder's file system has it, in seconds since the epoch.

    Raises
    ------
    OutputError
        Where nothing can be made there.
    """
    probe = folder / f"probe-{uuid.uuid4().hex}"
    try:
        probe.mkdir(mode=0o700)
        try:
            return probe.stat().st_mtime
        finally:
            probe.rmdir()
    except OSError as error:
        raise OutputError(
            str(folder), f"cannot be written ({error.strerror})", "make room or mend permissions"
        ) from None

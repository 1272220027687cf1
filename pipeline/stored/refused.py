"""Files that an inbox refused: gone with their job, and those that no job names with their age.

What is refused twice under one key is one dead letter, which names the first file; the second lies beside it.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Collection, Iterator, Set
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipeline.intake.set_apart import WHY, forget_reason
from pipeline.site import Site

PREFIX: Final = "refused:"
_FOLDER: Final = ".refused"


def _files(site: Site) -> Iterator[tuple[Path, str, Path]]:
    """Folder of what was refused together, place in it as a job names it, and file; a folder is one file."""
    if site.inbox is None:
        return
    top = site.at(site.inbox.folder) / _FOLDER
    for batch in sorted(p for p in top.glob("*") if p.is_dir() and not p.is_symlink()):
        for path in sorted(batch.rglob("*")):
            place = path.relative_to(batch).as_posix().encode("utf-8", "backslashreplace").decode()
            if place.partition("/")[0] != WHY:
                yield batch, place, path


def _remove(batch: Path, place: str, path: Path, unlink: Callable[[Path], bool]) -> bool:
    forget_reason(batch, place)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        removed = not path.exists()
    else:
        removed = unlink(path)
    for folder in (*path.parents[: len(path.relative_to(batch).parts) - 1], batch):
        with suppress(OSError):
            folder.rmdir()
    return removed


def remove_named(site: Site, gone: Collection[str], needed: Set[str], unlink: Callable[[Path], bool]) -> int:
    """Remove the files of erased dead letters, and those that were refused again at the same places.

    Parameters
    ----------
    site
        The installation.
    gone
        Paths of the erased jobs.
    needed
        Paths of the jobs that are left.
    unlink
        Removes a file; False where it is not there.
    """
    places = {p.removeprefix(PREFIX).partition("/")[2] for p in gone if p.startswith(PREFIX)}
    if not places:
        return 0
    return sum(
        _remove(batch, place, path, unlink)
        for batch, place, path in _files(site)
        if place in places and f"{PREFIX}{batch.name}/{place}" not in needed
    )


def sweep_refused(site: Site, needed: Set[str], seconds: float, unlink: Callable[[Path], bool]) -> int:
    """Remove what no job names and what was set apart more than so many seconds ago; parameters as above."""
    until = time.time() - seconds
    removed = 0
    for batch, place, path in _files(site):
        with suppress(FileNotFoundError):
            # The time of its last move: what the sender wrote as its time says nothing.
            if (path.is_symlink() or not path.is_dir()) and path.lstat().st_ctime < until:
                if f"{PREFIX}{batch.name}/{place}" not in needed:
                    removed += _remove(batch, place, path, unlink)
    return removed

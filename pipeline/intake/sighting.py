"""What lies in an inbox: cases, what cannot be one, and whether their senders are done with them.

No calendar is asked whether a file is new: it is ready when it has looked the same twice, some seconds apart
by a clock that only runs forward. So neither a clock that is set nor a time stamp in the future matters.
"""

from __future__ import annotations

import math
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from pipeline.documents import SUFFIXES
from pipeline.errors import BinaryDocument, CaseFileError, DocumentError
from pipeline.intake.guard import DeviceDocument, LinkedDocument, OutsideDocument
from pipeline.packet import CASE_FILE, OWN_CASE_FILE, SIDE_FILES, beside

#: Names that senders give to what they are still writing.
_PARTIAL: Final = (".part", ".partial", ".tmp", ".crdownload", ".filepart", "~")
#: What desktops leave in every folder; never looked at.
_LITTER: Final = (".DS_Store", "Thumbs.db", "desktop.ini")
#: Seconds, and times ``settle_seconds``, after which a folder that never rests is not waited for.
_PATIENCE: Final = 60.0
_MANY_LOOKS: Final = 20


@dataclass(frozen=True)
class Sight:
    """What a file looks like from outside; any change shows as another one."""

    inode: int
    size: int
    changed: int
    kind: int
    #: When it was put there or last touched, by the file system; tells its age, and no change.
    put: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class Unit:
    """What is taken at once: a note with its case file, a folder with a case file, or what cannot be used.

    ``place`` is where it lies below the inbox; ``sights`` are its files, by their place.
    """

    kind: Literal["note", "folder", "refused"]
    place: str
    sights: dict[str, Sight]
    #: The case file of a note's name.
    case_file: str | None = None
    #: Why it cannot be used, where its outside shows that.
    error: type[DocumentError] | None = None
    #: Whether a part of it is still being written, by its name.
    partial: bool = False


@dataclass
class Sighting:
    """One look at a folder. ``waits`` are files that make no case yet, by their place."""

    units: list[Unit] = field(default_factory=list)
    waits: dict[str, Sight] = field(default_factory=dict)
    #: The first folder that could not be opened.
    closed: OSError | None = None


def is_partial(name: str) -> bool:
    """Whether the name is one of what is still being written, or hidden."""
    return name.startswith(".") or name.lower().endswith(_PARTIAL)


def is_note(name: str) -> bool:
    """Whether the name is a text note's."""
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def sight(found: os.stat_result) -> Sight:
    """The outside of a file."""
    return Sight(found.st_ino, found.st_size, found.st_mtime_ns, stat.S_IFMT(found.st_mode), found.st_ctime)


def _entries(folder: Path, seen: Sighting) -> dict[str, tuple[Sight, bool]]:
    """Files and folders by name: outside, and whether it is a folder. What vanishes meanwhile is left out."""
    out = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    found = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if entry.name not in _LITTER:
                    out[entry.name] = (sight(found), stat.S_ISDIR(found.st_mode))
    except FileNotFoundError:
        return {}
    except OSError as error:
        seen.closed = seen.closed or error
    return dict(sorted(out.items()))


def _below(folder: Path, place: str, seen: Sighting) -> dict[str, Sight]:
    """All files below a folder, by their place below the inbox; links are files."""
    out = {}
    left = [place]
    while left:
        here = left.pop()
        for name, (found, is_folder) in _entries(folder / here, seen).items():
            if is_folder:
                left.append(f"{here}/{name}")
            else:
                out[f"{here}/{name}"] = found
    return dict(sorted(out.items()))


def _error(place: str, found: Sight) -> type[DocumentError] | None:
    """Why the outside of a file shows that it can be no note, or None."""
    name = PurePosixPath(place).name
    if stat.S_ISLNK(found.kind):
        return LinkedDocument
    if not stat.S_ISREG(found.kind):
        return DeviceDocument
    if not _utf8(place):
        return OutsideDocument
    if name == CASE_FILE:  # the inbox's own would speak for everybody's notes
        return CaseFileError
    return None if is_note(name) else BinaryDocument


def _utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def look(folder: Path) -> Sighting:
    """The units of a folder, in the order of their places."""
    seen = Sighting()
    left = [""]
    while left:
        here = left.pop()
        entries = _entries(folder / here, seen)
        above = f"{here}/" if here else ""
        if here and CASE_FILE in entries:
            seen.units.append(_folder(folder, here, seen))
            continue
        files: dict[str, Sight] = {}
        for name, (found, is_folder) in entries.items():
            if is_partial(name):
                # The inbox's own folders are hidden, too.
                if not name.startswith("."):
                    seen.waits[above + name] = found
            elif is_folder:
                left.append(above + name)
            else:
                files[name] = found
        seen.units += _units(above, files, seen)
    seen.units.sort(key=lambda u: u.place)
    return seen


def _folder(folder: Path, place: str, seen: Sighting) -> Unit:
    """A folder with a case file is taken as a whole."""
    files = _below(folder, place, seen)
    partial = any(is_partial(PurePosixPath(p).name) for p in files)
    return Unit(
        "folder", place, files, partial=partial, error=None if all(map(_utf8, files)) else OutsideDocument
    )


def _units(above: str, files: dict[str, Sight], seen: Sighting) -> list[Unit]:
    """Notes and what cannot be used; notes that share a case file of their name go together."""
    units: list[Unit] = []
    together: dict[str, dict[str, Sight]] = {}
    for name, found in files.items():
        own = beside(name)
        if is_note(name) and own in files:
            together.setdefault(own, {})[above + name] = found
        elif name.endswith(OWN_CASE_FILE):
            together.setdefault(name, {})
        elif name == CASE_FILE or PurePosixPath(name).suffix.lower() not in SIDE_FILES or _odd(found):
            error = _error(above + name, found)
            kind: Literal["note", "refused"] = "refused" if error else "note"
            units.append(Unit(kind, above + name, {above + name: found}, error=error))
    for own, notes in together.items():
        if not notes:  # a case file without its note yet
            seen.waits[above + own] = files[own]
            continue
        errors = [e for place, found in notes.items() if (e := _error(place, found))]
        units.append(
            Unit(
                "refused" if errors else "note", min(notes), {**notes, above + own: files[own]},
                case_file=above + own, error=errors[0] if errors else None,
            )
        )  # fmt: skip
    return units


def _odd(found: Sight) -> bool:
    return not stat.S_ISREG(found.kind)


class Looks:
    """Remembers when each file was first seen as it is."""

    def __init__(self, settle_seconds: float) -> None:
        self.settle = settle_seconds
        self._first: dict[str, tuple[Sight, float]] = {}

    def settled(self, seen: Sighting, now: float, clock: float) -> tuple[list[Unit], list[Unit]]:
        """Units that have looked the same for long enough, and the others.

        What lies in a folder of the inbox waits until nothing in that folder is new: the folder's case file
        may be on its way. In a folder that is filled without pause, each waits a minute or more.

        Parameters
        ----------
        seen
            The look; what is not in it is forgotten.
        now
            Seconds on a clock that never goes back.
        clock
            Seconds on the file system's own clock.
        """
        before, self._first = self._first, {}
        newest: dict[str, float] = {}
        for places in (seen.waits, *(u.sights for u in seen.units)):
            for place, found in places.items():
                known = before.get(place)
                self._first[place] = known if known and known[0] == found else (found, now)
                top, inside, _ = place.partition("/")
                if inside:
                    newest[top] = max(newest.get(top, -math.inf), self._first[place][1])
        patience = max(_PATIENCE, _MANY_LOOKS * self.settle)
        ready: list[Unit] = []
        waiting: list[Unit] = []
        for unit in seen.units:
            own = max((self._first[p][1] for p in unit.sights), default=now)
            since = max(own, newest.get(unit.place.partition("/")[0], own))
            if clock - max((s.put for s in unit.sights.values()), default=clock) >= patience:
                since = own
            (ready if now - since >= self.settle and not unit.partial else waiting).append(unit)
        return ready, waiting

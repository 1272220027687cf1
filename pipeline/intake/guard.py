"""Reading a file that somebody else put there: nothing outside its folder, no links, no devices, no giants.

Every step on the way is opened relative to the one before without following links, and the bytes come through
the very handle that was looked at: nothing can be exchanged between the check and the reading.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from typing import Final

from pipeline.errors import DocumentError, MissingDocument

#: O_NONBLOCK: opening a pipe that was put in place of a file must not wait for its other end.
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_FOLDER: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC
_BLOCK: Final = 1 << 20


class OutsideDocument(DocumentError):
    """The name leads out of its folder, or is none that a report or store could hold."""

    code = "OUTSIDE"


class LinkedDocument(DocumentError):
    """A link, or a way that leads over one: whoever made it need not be allowed to read what it means.

    A second hard link counts as well: it may be a file of somebody else, under a name of the sender's.
    """

    code = "LINK"


class DeviceDocument(DocumentError):
    """A device, pipe, socket or folder where a file should be."""

    code = "DEVICE"


class TooLargeDocument(DocumentError):
    """Larger than the settings allow; it was not read."""

    code = "TOO_LARGE"


class UnsettledDocument(DocumentError):
    """The file grew or shrank while it was read: its sender is not ready."""

    code = "CHANGED"


def parts_inside(relative: str | PurePath) -> tuple[str, ...]:
    """The steps of a path that stays below its folder.

    Raises
    ------
    OutsideDocument
        For an absolute or empty path, ``..``, and names that are not UTF-8.
    """
    text = str(relative)
    shown = text.encode("utf-8", "backslashreplace").decode()
    path = PurePath(text)
    if shown != text or "\0" in text:
        raise OutsideDocument(shown.replace("\0", "\\0"), "has a name that is not UTF-8", "rename the file")
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise OutsideDocument(shown, "leads out of its folder", "name a file below the folder")
    return path.parts


def _refused(name: str, parent: int, shown: str, error: OSError) -> DocumentError:
    """What is wrong with a step that cannot be opened."""
    try:
        kind = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
    except OSError:
        kind = 0
    if stat.S_ISLNK(kind):
        return LinkedDocument(shown, "is reached over a link", "put the file itself there")
    if kind and not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        return DeviceDocument(shown, "is no regular file", "put a text file there")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return MissingDocument(shown, "does not exist", "check the path")
    return MissingDocument(shown, f"cannot be read ({error.strerror})", "check the path and its permissions")


@contextmanager
def folder_inside(folder: Path, parts: Sequence[str], *, make: bool = False) -> Iterator[int]:
    """A handle of a folder some steps below ``folder``, reached over no link.

    Parameters
    ----------
    folder
        Chosen by the settings, so that links on the way to it are trusted.
    parts
        Steps as ``parts_inside`` gives them; none stands for ``folder`` itself.
    make
        Whether folders that are not there are made, for their owner only.

    Raises
    ------
    DocumentError
        LINK, DEVICE or MISSING, by its code.
    """
    shown = "/".join(parts)
    try:
        handle = os.open(folder, _FOLDER & ~os.O_NOFOLLOW)
    except OSError as error:
        raise MissingDocument(
            str(folder), f"cannot be opened ({error.strerror})", "check the folder"
        ) from None
    try:
        for name in parts:
            try:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(name, 0o700, dir_fd=handle)
                below = os.open(name, _FOLDER, dir_fd=handle)
            except OSError as error:
                raise _refused(name, handle, shown, error) from None
            os.close(handle)
            handle = below
        yield handle
    finally:
        os.close(handle)


@contextmanager
def opened_inside(folder: Path, relative: str | PurePath) -> Iterator[tuple[int, os.stat_result]]:
    """A handle of a regular file below the folder, and what it is.

    Parameters
    ----------
    folder
        Chosen by the settings, so that links on the way to it are trusted.
    relative
        Chosen by somebody else.

    Raises
    ------
    DocumentError
        OUTSIDE, LINK, DEVICE or MISSING, by its code.
    """
    *way, name = parts_inside(relative)
    shown = "/".join((*way, name))
    with folder_inside(folder, way) as parent:
        try:
            # Opening a device may already do something (a tape rewinds), so look first.
            _regular(os.stat(name, dir_fd=parent, follow_symlinks=False), shown)
            handle = os.open(name, _FILE, dir_fd=parent)
        except OSError as error:
            raise _refused(name, parent, shown, error) from None
    try:
        found = os.fstat(handle)
        _regular(found, shown)
        yield handle, found
    finally:
        os.close(handle)


def _regular(found: os.stat_result, shown: str) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise LinkedDocument(shown, "is a link", "put the file itself there")
    if not stat.S_ISREG(found.st_mode):
        raise DeviceDocument(shown, "is no regular file", "put a text file there")
    if found.st_nlink > 1:
        raise LinkedDocument(shown, "has a second name (a hard link)", "put a copy there")


def read_inside(folder: Path, relative: str | PurePath, max_bytes: int) -> bytes:
    """The bytes of a regular file below the folder.

    Parameters
    ----------
    folder, relative
        As in ``opened_inside``.
    max_bytes
        A larger file is refused unread.

    Raises
    ------
    DocumentError
        OUTSIDE, LINK, DEVICE, MISSING, TOO_LARGE, or CHANGED where the file changed during the reading.
    """
    with opened_inside(folder, relative) as (handle, before):
        shown = str(PurePath(relative))
        too_large = TooLargeDocument(
            shown, f"is larger than {max_bytes} bytes", "split it, or raise max_bytes in the settings"
        )
        if before.st_size > max_bytes:
            raise too_large
        found = bytearray()
        try:
            while block := os.read(handle, min(_BLOCK, max_bytes + 1 - len(found))):
                found += block
                if len(found) > max_bytes:
                    raise too_large
        except OSError as error:
            raise MissingDocument(shown, f"cannot be read ({error.strerror})", "check the disk") from None
        after = os.fstat(handle)
        if len(found) != before.st_size or after.st_mtime_ns != before.st_mtime_ns:
            raise UnsettledDocument(shown, "changed while it was read", "write it elsewhere, then move it in")
    return bytes(found)

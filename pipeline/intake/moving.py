"""A file gets a name that must be free, in one step: nobody ever sees it under two names, or overwritten."""

from __future__ import annotations

import ctypes
import errno
import os
from functools import cache
from pathlib import Path
from typing import Any, Final

#: Of ``renameat2``, with the folder that relative names start from.
_NO_REPLACE: Final = 1
_HERE: Final = -100
_NO_HARD_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS)
#: The file system, or the system, has no such call.
_NOT_HERE: Final = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP)


@cache
def _renameat2() -> Any:
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):  # no Linux, or an old C library
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return call


def move_to_free(source: Path, name: str, parent: int) -> bool:
    """Move a file, or a link, to a name where nothing is.

    Parameters
    ----------
    source
        The file.
    name, parent
        Its new name, in the folder of that handle.

    Returns
    -------
    bool
        False where something else has the name.

    Raises
    ------
    OSError
        Where it cannot be moved.
    """
    if call := _renameat2():
        if call(_HERE, os.fsencode(source), parent, os.fsencode(name), _NO_REPLACE) == 0:
            return True
        code = ctypes.get_errno()
        if code == errno.EEXIST:
            return _same(source, name, parent)
        if code not in _NOT_HERE:
            raise OSError(code, os.strerror(code), str(source))
    return _by_link(source, name, parent)


def _same(source: Path, name: str, parent: int) -> bool:
    """Whether the file has both names, so that the first can go."""
    try:
        there = os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return False
    if not os.path.samestat(there, source.lstat()):
        return False
    source.unlink()
    return True


def _by_link(source: Path, name: str, parent: int) -> bool:
    # A rename would overwrite what a sender put there meanwhile; a link does not, but takes two steps.
    try:
        os.link(source, name, dst_dir_fd=parent, follow_symlinks=False)
    except FileExistsError:
        return _same(source, name, parent)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        try:
            os.stat(name, dir_fd=parent, follow_symlinks=False)
        except FileNotFoundError:
            os.rename(source, name, dst_dir_fd=parent)
            return True
        return _same(source, name, parent)
    source.unlink()
    return True

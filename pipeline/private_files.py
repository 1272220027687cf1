"""Files for their owner only: written whole or not at all."""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import OutputError


def no_core_dumps() -> None:
    """Have this process, and those it starts, leave no image of its memory behind when it crashes.

    It would hold the notes, readable for whoever reads crash reports, long after the store has erased them.
    """
    # One byte is less than any image has, and, other than none, also keeps Linux from handing the image to a
    # program (core_pattern).
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    limit = 1 if most == resource.RLIM_INFINITY else min(most, 1)
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for its owner only; OSError where it cannot be.

    ``mkdir`` gives the mode to the last folder only: those above it follow the umask, and whoever may write
    to one of them may put another in the place of what is below it.
    """
    for missing in reversed([folder, *folder.parents]):
        if not missing.is_dir():
            missing.mkdir(mode=0o700, exist_ok=True)


def write_text(output: Path, text: str) -> None:
    """Write a file whole or not at all; see ``write_pieces``."""
    write_pieces(output, (text,))


def write_pieces(output: Path, pieces: Iterable[str]) -> None:
    """Write a file whole or not at all: into a private temporary file beside it, then renamed.

    Raises
    ------
    OutputError
        Naming the path and the cause.
    """
    try:
        output = output.resolve()  # a link stays a link
        if output.exists() and not output.is_file():
            with output.open("w", encoding="utf-8", newline="") as stream:  # a device or a pipe is written to
                stream.writelines(pieces)
            return
        handle, temporary = tempfile.mkstemp(dir=output.parent, prefix=".notewarrant-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
                stream.writelines(pieces)
            Path(temporary).chmod(0o600)
            Path(temporary).replace(output)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            str(output), f"cannot be written ({error.strerror})", "choose another place"
        ) from None

"""Where a user's own lexicon folder is: told by the environment, so that worker processes find it too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pipeline.errors import UsageError

#: Name of the variable.
VARIABLE: Final = "NOTEWARRANT_LEXICONS"


def folder() -> Path | None:
    """The user's lexicon folder, None where there is none."""
    given = os.environ.get(VARIABLE, "").strip()
    return Path(given) if given else None


@contextmanager
def lexicons_from(given: Path | None) -> Iterator[None]:
    """Use the folder inside (also in processes that start there); None changes nothing."""
    if given is None:
        yield
        return
    if not given.is_dir():
        raise UsageError("--lexicons", f"{given} is no folder", "name a folder with <family>.yaml files")
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(given.resolve())
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before

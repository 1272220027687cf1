"""Where a user's own policy files are: told by the environment, so that worker processes find them too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

#: Name of the variable: paths of policy files, separated as in PATH.
VARIABLE: Final = "NOTEWARRANT_POLICIES"


def is_path(name: str) -> bool:
    """Whether a policy is named by its file: ``payer.yaml``, ``policies/payer.yml``."""
    return name.endswith((".yaml", ".yml")) or os.sep in name


@contextmanager
def policy_files_from(names: str | None) -> Iterator[str | None]:
    """Make the files among comma-separated names known inside; give back the names with ids in their place.

    Raises
    ------
    UsageError
        Where a file cannot be read or is faulty.
    """
    wanted = [n.strip() for n in (names or "").split(",")]
    if not any(is_path(n) for n in wanted):
        yield names
        return
    from pipeline.policies import policy_file  # pydantic and the rules, for those who need them

    ids = [policy_file(Path(n)).id if is_path(n) else n for n in wanted]
    files = [str(Path(n).resolve()) for n in wanted if is_path(n)]
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = os.pathsep.join([*files, *([before] if before else [])])
    try:
        yield ",".join(ids)
    finally:
        if before is None:
            os.environ.pop(VARIABLE)
        else:
            os.environ[VARIABLE] = before

"""Policies by name: shipped ones by id, a user's own by the path of its file.

A user's files are told by the environment, so that worker processes find them too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

from pipeline.errors import UsageError
from pipeline.policy_place import VARIABLE, is_path
from rules.policy import Policy, PolicyError
from rules.policy_files import available_policies, load_policy, read_policy

ALL: Final = "all"


@lru_cache(maxsize=64)
def _read(path: Path, _modified: int, _size: int) -> Policy:
    try:
        return read_policy(path)
    except PolicyError as error:
        # The error names its file, which may be another that this one extends.
        told = str(error).removeprefix(path.name).lstrip(",: ")
        raise UsageError(f"policy {path}", told, "see docs/tutorial-policy.md") from None


def policy_file(path: Path) -> Policy:
    """Read a policy file, again only where it changed."""
    try:
        state = path.stat()
    except OSError as error:
        raise UsageError(f"policy {path}", f"{error.strerror}", "name a policy file or an id") from None
    return _read(path, state.st_mtime_ns, state.st_size)


def _own() -> dict[str, Policy]:
    given = [p for p in os.environ.get(VARIABLE, "").split(os.pathsep) if p.strip()]
    return {policy.id: policy for policy in (policy_file(Path(p)) for p in given)}


def known_policies() -> tuple[str, ...]:
    """Ids of the shipped policies and of the user's own, in alphabetical order."""
    return tuple(sorted({*available_policies(), *_own()}))


def policy_named(name: str) -> Policy:
    """The policy of that id, or of that file.

    Raises
    ------
    UsageError
        Where there is none (the message lists those that exist) or its file is faulty.
    """
    if is_path(name):
        return policy_file(Path(name))
    if name in available_policies():
        return load_policy(name)
    own = _own()
    if name in own:
        return own[name]
    raise UsageError("--policy", f"no policy named {name!r}", f"choose from {', '.join(known_policies())}")


def policies_named(names: str) -> tuple[Policy, ...]:
    """The policies of a comma-separated list of ids and files; ``all`` means every one that is known.

    Raises
    ------
    UsageError
        As for one.
    """
    wanted: Sequence[str] = [n.strip() for n in names.split(",") if n.strip()]
    if not wanted:
        raise UsageError("--policy", "names no policy", f"choose from {', '.join(known_policies())}")
    ids = [i for n in wanted for i in (known_policies() if n == ALL else (n,))]
    return tuple({p.id: p for p in (policy_named(i) for i in ids)}.values())


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

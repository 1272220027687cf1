"""Addresses that may hold a password: named in the settings, read from where secrets live, never printed."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final

from pipeline.addresses import holds_secret
from pipeline.errors import UsageError

_MEND: Final = "write env:NAME and set that variable"
#: Ways to read a secret, by the word before the colon. An orchestrator may add its own (a Prefect block).
RESOLVERS: Final[dict[str, Callable[[str], str | None]]] = {"env": os.environ.get}


def is_reference(value: str) -> bool:
    """Whether the value names a secret (``env:NAME``) and is none itself."""
    return value.partition(":")[0] in (*RESOLVERS, "block") and "://" not in value


def secret(value: str, key: str) -> str:
    """The address that the settings mean.

    Parameters
    ----------
    value
        ``env:NAME``, ``block:NAME`` where an orchestrator can read it, or an address that holds no
        password.
    key
        The settings' key, for the error.

    Raises
    ------
    UsageError
        For an unset variable, and for what may be a password in plain sight; neither repeats the value.
    """
    if is_reference(value):
        kind, _, name = value.partition(":")
        if (read := RESOLVERS.get(kind)) is None:
            raise UsageError(key, f"{kind}:{name} can be read inside a Prefect flow only", _MEND)
        if not (found := read(name)):
            raise UsageError(key, f"{kind}:{name} is not set", "set it, or write another name")
        return found
    if holds_secret(value):
        raise UsageError(key, "a password stands in plain sight, or may stand there", _MEND)
    return value

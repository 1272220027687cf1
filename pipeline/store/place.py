"""Where a store is: a file of this machine (SQLite), or a URL of a PostgreSQL database.

A URL with a password comes from the environment only, so that it shows in no list of processes, no shell
history and no orchestrator: ``env:NOTEWARRANT_STORE`` names the variable.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from pipeline.addresses import holds_secret, shown
from pipeline.errors import UsageError

#: The variable that is read where no place is named.
VARIABLE: Final = "NOTEWARRANT_STORE"
#: A URL with a slash too few, which would be shown like a file.
_MISTYPED: Final = re.compile(r"[^/.][^/]*:.*@|postgres(ql)?(\+psycopg)?:")
_MEND = "write a file name, postgresql://user@host/database, or env:NAME of a variable that holds either"


@dataclass(frozen=True)
class Place:
    """A store's address; ``str`` of it shows host, port and database only."""

    url: URL
    path: Path | None

    def __str__(self) -> str:
        if self.path:
            return str(self.path)
        host = self.url.host or ""
        host = f"[{host}]" if ":" in host else host
        port = f":{self.url.port}" if self.url.port else ""
        return shown(f"postgresql://{host}{port}/{self.url.database or ''}")

    def __repr__(self) -> str:
        return f"Place({self})"


def _file(path: Path) -> Place:
    return Place(URL.create("sqlite", database=str(path)), path)


def place(named: str | Path, *, secret: bool = False) -> Place:
    """The place that a path, a URL or ``env:NAME`` stands for.

    Parameters
    ----------
    named
        As an option or a settings file has it.
    secret
        Whether ``named`` comes from where a password may stand (the environment, a Prefect block).

    Raises
    ------
    UsageError
        For an unset variable, a database that is not known here, or a password in plain sight.
    """
    if isinstance(named, Path):
        return _file(named)
    if named.startswith("env:"):
        name = named.removeprefix("env:")
        value = os.environ.get(name)
        if not value:
            raise UsageError("store", f"the variable {name} is not set", _MEND)
        return place(value, secret=True) if not value.startswith("env:") else place(Path(value))
    if "://" not in named:
        if _MISTYPED.match(named):
            raise UsageError("store", "is no file name and no URL that can be read", _MEND)
        return _file(Path(named))
    try:
        url = make_url(named)
    except (ArgumentError, ValueError):
        raise UsageError("store", "is no URL that can be read", _MEND) from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        url = url.set(drivername="postgresql+psycopg")
    else:
        raise UsageError("store", f"{url.drivername} is not known", _MEND)
    if not secret and (url.password or holds_secret(named)):
        raise UsageError(
            "store",
            "a password stands in plain sight, or may stand there",
            f"put the URL into {VARIABLE} and write env:{VARIABLE}",
        )
    return Place(url, None)


def default_place(named: str | None, otherwise: str) -> str:
    """The option's place, else the environment's, else ``otherwise``."""
    return named or (f"env:{VARIABLE}" if os.environ.get(VARIABLE) else otherwise)

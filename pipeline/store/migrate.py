"""The tables' versions: new stores are made, older ones upgraded by command, newer ones refused."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from pipeline.errors import OutputError
from pipeline.store.connection import Database

#: The revision that this release works with: the newest of ``migrations/versions``.
HEAD: Final = "0002"
_FIRST: Final = "0001"
#: Any number: one migration at a time on a PostgreSQL server's database.
_LOCK: Final = 6463564636


def revision(c: Connection) -> str | None:
    """The store's revision; None for an empty database."""
    tables = set(inspect(c).get_table_names())
    if "alembic_version" in tables:
        found = c.execute(text("select version_num from alembic_version")).scalar()
        if found:
            return str(found)
    return _FIRST if {"meta", "result"} <= tables else None


def _upgrade(c: Connection, found: str | None) -> None:
    # Loaded here only: a store of the right revision never needs it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = c
    if found == _FIRST:
        command.stamp(config, _FIRST)
    command.upgrade(config, "head")


def _locked(database: Database, c: Connection) -> None:
    if not database.sqlite:
        c.execute(text("select pg_advisory_xact_lock(:n)"), {"n": _LOCK})


def prepare(database: Database) -> None:
    """Make the tables of an empty database; refuse one of another release.

    Raises
    ------
    OutputError
        Where the store was made by an older release (the mend names the command) or a newer one.
    """
    with database.transaction(write=False) as c:
        found = revision(c)
    if found is None:
        with database.transaction(durable=True) as c:
            _locked(database, c)
            found = revision(c)
            if found is None:
                _upgrade(c, None)
                found = HEAD
    if found < HEAD:
        raise OutputError(
            str(database.place),
            f"is a store of an older release (revision {found}, not {HEAD})",
            "bring it up to date with notewarrant store upgrade",
        )
    if found != HEAD:
        raise OutputError(
            str(database.place),
            f"is a store of a newer release (revision {found}, not {HEAD})",
            "use that release, or name another store",
        )


def upgrade(database: Database) -> tuple[str, str]:
    """Bring a store up to date, whole or not at all; return its revisions before and after."""
    with database.transaction(durable=True) as c:
        _locked(database, c)
        found = revision(c)
        if found != HEAD:
            _upgrade(c, found)
    return found or "none", HEAD

"""Connections to the SQLite file: private, in WAL mode, patient with other writers, silent about values."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, select
from sqlalchemy.exc import SQLAlchemyError, StatementError

from pipeline.errors import OutputError
from pipeline.store.schema import SCHEMA_VERSION, meta, metadata

#: How long a writer waits for another one, in milliseconds.
BUSY_TIMEOUT_MS: Final = 30_000


def _prepare(connection: Any, _record: object) -> None:
    # SQLAlchemy begins transactions itself (below), so that every one of them may write from its start.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _cause(error: SQLAlchemyError) -> str:
    """What the driver says (a locked or full database), without statement and values."""
    original = getattr(error, "orig", None)
    return str(original) if original is not None else type(error).__name__


class Database:
    """An SQLite file with the store's tables; made with mode 0600 where it does not exist."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._make_private()
        # hide_parameters: an error must never quote what was to be written.
        self.engine: Engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)
        event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", _begin)
        try:
            with self.transaction() as c:
                metadata.create_all(c)
                found = c.execute(select(meta.c.value).where(meta.c.name == "schema")).scalar()
                if found is None:
                    c.execute(meta.insert().values(name="schema", value=str(SCHEMA_VERSION)))
            if found not in (None, str(SCHEMA_VERSION)):
                raise OutputError(
                    str(path),
                    f"is a store of version {found}, not {SCHEMA_VERSION}",
                    "name another file with --store",
                )
        except OutputError:
            self.close()
            raise

    def _make_private(self) -> None:
        # An existing database is never opened here: closing a file drops all locks that this process holds on
        # it (POSIX), also those of other connections, and another process would then clear away their log.
        try:
            if not self.path.exists():
                with suppress(FileExistsError):
                    os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            # SQLite gives its -wal and -shm files the mode of the database.
            if self.path.stat().st_mode & 0o077:
                self.path.chmod(0o600)
        except OSError as error:
            raise OutputError(
                str(self.path), f"cannot be written ({error.strerror})", "choose another place with --store"
            ) from None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that may write; committed at the end, rolled back on any error.

        Raises
        ------
        OutputError
            Where the database is locked, full, read-only, or no database; it never quotes values.
        """
        failure = None
        try:
            with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            failure = _cause(error)
            if isinstance(error, StatementError):  # it stays reachable as the context of what is raised
                error.params = None
        if failure is not None:
            raise OutputError(
                str(self.path),
                f"cannot be used as a store ({failure})",
                "mend that and run again: what is done stays",
            )

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

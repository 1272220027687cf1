"""Connections to the store's database: private, patient with other writers, silent about values."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
    StatementError,
)

from pipeline.errors import OutputError, UsageError
from pipeline.store.place import Place

#: How long a writer waits for another one, in milliseconds.
BUSY_TIMEOUT_MS: Final = 30_000
_CONNECT_SECONDS: Final = 10
_SILENCE_MS: Final = 30_000
#: Classes of SQLSTATE that pass: connection, conflict with another transaction, resources, operator, system.
_PASSING: Final = ("08", "40", "53", "57", "58")
_LOCKED: Final = "55P03"
#: Those that values are to blame for: data, constraints, limits of the server.
_VALUES: Final = ("22", "23", "54")


class StoreUnavailable(OutputError):
    """The database does not answer, is locked or full: the same may go well later; nothing is half done."""

    code = "STORE"


class StoreRefused(OutputError):
    """The database refuses these values, now and later; nothing of the transaction is done."""

    code = "STORE_REFUSED"


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # SQLAlchemy begins transactions itself (below), so that those that write hold the lock from their start.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        # What is erased is overwritten, not only unlinked.
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # What has been taken in must outlast a power failure, since its sender lets go of it; a result that is
    # lost with the power is made again.
    options = connection.get_execution_options()
    if not options.get("write", True):  # sees one state of the file and is in nobody's way
        connection.exec_driver_sql("PRAGMA query_only=ON")
        connection.exec_driver_sql("BEGIN")
        return
    connection.exec_driver_sql("PRAGMA query_only=OFF")
    connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if options.get('durable') else 'NORMAL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("write", True):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    elif options.get("durable", False):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = on")


def _own_options(place: Place) -> tuple[str, ...]:
    """The address's own server options, which those given to the driver would otherwise replace."""
    found = place.url.query.get("options", ())
    return (found,) if isinstance(found, str) else tuple(found)


def _cause(error: SQLAlchemyError) -> str:
    """What the driver says (a locked or full database), without statement and values."""
    original = getattr(error, "orig", None)
    if original is None:
        return type(error).__name__
    state = getattr(original, "sqlstate", None)
    if state is not None:  # PostgreSQL's messages may quote values in their details
        return f"{type(original).__name__}, SQLSTATE {state}"
    return (str(original).splitlines() or [type(original).__name__])[0].rstrip(": ")


def _transient(error: SQLAlchemyError) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    if state is not None:
        return str(state)[:2] in _PASSING or state == _LOCKED
    # sqlite3.OperationalError also stands for an unknown table: then another release made the file.
    if isinstance(error, OperationalError):
        return "no such" not in str(error.orig) and "not a database" not in str(error.orig)
    return isinstance(error, InterfaceError)


def _unfit(error: SQLAlchemyError) -> bool:
    """Whether the values are to blame: they are refused again whenever they come."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    if state is not None:
        return str(state)[:2] in _VALUES
    return isinstance(error, DataError | IntegrityError)


class Database:
    """An SQLite file (made with mode 0600 where it does not exist) or a PostgreSQL database.

    Parameters
    ----------
    place
        Its address.
    now
        A clock, seconds since the epoch. By default the machine's for a file, the server's for PostgreSQL, so
        that machines whose clocks differ agree about leases.
    """

    def __init__(self, place: Place, now: Callable[[], float] | None = None) -> None:
        self.place = place
        self._now = now
        self.sqlite = place.path is not None
        try:
            if place.path is not None:
                self._make_private(place.path)
                # hide_parameters: an error must never quote what was to be written.
                self.engine: Engine = create_engine(place.url, hide_parameters=True)
                event.listen(self.engine, "connect", _prepare_sqlite)
                event.listen(self.engine, "begin", _begin_sqlite)
            else:
                self.engine = create_engine(
                    place.url, hide_parameters=True, pool_pre_ping=True, pool_size=2,
                    connect_args={
                        "connect_timeout": _CONNECT_SECONDS, "application_name": "notewarrant",
                        # A server whose machine went silent is given up, not waited for.
                        "tcp_user_timeout": _SILENCE_MS, "keepalives_idle": _CONNECT_SECONDS,
                        # As for SQLite below: a result that is lost with the power is made again.
                        "options": " ".join(("-c synchronous_commit=off", *_own_options(place))),
                    },
                )  # fmt: skip
                event.listen(self.engine, "begin", _begin_postgresql)
        except ModuleNotFoundError as error:
            raise UsageError(
                str(place), f"the package {error.name} is not installed", 'install "notewarrant[postgresql]"'
            ) from None

    def _make_private(self, path: Path) -> None:
        # An existing database is never opened here: closing a file drops all locks that this process holds on
        # it (POSIX), also those of other connections, and another process would then clear away their log.
        try:
            if not path.exists():
                with suppress(FileExistsError):
                    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            # SQLite gives its -wal and -shm files the mode of the database.
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)
        except OSError as error:
            raise OutputError(
                str(path), f"cannot be written ({error.strerror})", "choose another place with --store"
            ) from None

    def now(self, c: Connection) -> float:
        """The time, in seconds since the epoch, for leases and time stamps only, never for a result."""
        if self._now is not None:
            return self._now()
        if self.sqlite:
            return time.time()
        return float(c.execute(select(func.extract("epoch", func.clock_timestamp()))).scalar_one())

    @contextmanager
    def transaction(self, *, durable: bool = False, write: bool = True) -> Iterator[Connection]:
        """A transaction that may write; committed at the end, rolled back on any error.

        Parameters
        ----------
        durable
            Whether what is written must outlast a power failure from the moment of return.
        write
            False for one that only looks: it sees one state of the store throughout, waits for no writer and
            makes none wait. A write inside is refused.

        Raises
        ------
        StoreUnavailable
            Where the database is locked, full or does not answer; trying again later makes sense.
        StoreRefused
            Where the values are to blame.
        OutputError
            For any other fault of the database. None of them quotes values.
        """
        failure = ""
        kind = OutputError
        try:
            options = {"durable": durable, "write": write}
            with self.engine.connect().execution_options(**options) as connection, connection.begin():
                yield connection
        except SQLAlchemyError as error:
            failure = _cause(error)
            kind = StoreUnavailable if _transient(error) else StoreRefused if _unfit(error) else OutputError
            if isinstance(error, StatementError):  # it stays reachable as the context of what is raised
                error.params = None
        if failure:
            raise kind(
                str(self.place),
                f"cannot be used as a store ({failure})",
                "mend that and run again: what is done stays",
            )

    def forget(self) -> bool:
        """After an erasure: write an SQLite file anew and empty its log; neither holds what was erased.

        Overwriting what is deleted (``secure_delete``) does not reach copies that older page splits left.

        Returns
        -------
        bool
            False where somebody reads an older state all the while, so that the log could not be emptied: try
            again. True for PostgreSQL, whose own VACUUM sees to it.

        Raises
        ------
        StoreUnavailable
            Where the file stays locked or the disk is full; what was erased is erased.
        """
        if not self.sqlite:
            return True
        try:
            with self.engine.connect() as connection:
                raw = connection.connection.cursor()
                raw.execute("PRAGMA query_only=OFF")
                raw.execute("VACUUM")
                busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise StoreUnavailable(
                str(self.place), f"cannot be written anew ({error})", "free the disk or the file, erase again"
            ) from None
        return not busy

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

"""A fresh store for each test, as an SQLite file and as a PostgreSQL database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.store import Store

from ...services import database_of_its_own  # noqa: TID252
from .support import Clock


@pytest.fixture(scope="session")
def _database() -> Iterator[str]:
    with database_of_its_own() as url:
        yield url


@pytest.fixture
def emptied_postgresql(_database: str) -> str:
    """The session's database without a row: emptying takes less long than making."""
    with Store(_database) as store, store.database.transaction() as c:
        c.execute(text("truncate job, result, audit, delivery, version_set restart identity cascade"))
        c.execute(text("update audit_head set seq = 0, hash = repeat('0', 64)"))
    return _database


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store is."""
    if request.param == "sqlite":
        return str(tmp_path / "store.sqlite")
    url: str = request.getfixturevalue("emptied_postgresql")
    return url


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(place: str, clock: Clock) -> Iterator[Store]:
    """A store whose clock the test sets."""
    with Store(place, clock) as opened:
        yield opened

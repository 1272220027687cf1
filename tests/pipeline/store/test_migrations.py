"""Stores of other releases: the tables are what the code says, upgrades are whole or not at all."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipeline.cli import main
from pipeline.errors import OutputError
from pipeline.store import Job, Store, migrate
from pipeline.store import place as place_of
from pipeline.store.connection import Database
from pipeline.store.schema import metadata

from .support import JOB

ROOT = Path(__file__).parents[3]
FIRST = Path(__file__).with_name("first_store.sql")


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A store of release 0.1."""
    path = tmp_path / "first.sqlite"
    with sqlite3.connect(path) as c:
        c.executescript(FIRST.read_text(encoding="utf-8"))
    return path


def dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as c:
        return list(c.iterdump())


def differences(store: Store) -> list[Any]:
    with store.database.transaction() as c:
        context = MigrationContext.configure(c, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))


def test_a_fresh_store_has_the_tables_of_the_code(store: Store) -> None:
    assert differences(store) == []


def test_the_revision_of_the_code_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "pipeline" / "store" / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.HEAD]


def test_an_older_store_is_refused_with_the_command_that_mends_it(first: Path) -> None:
    before = dump(first)
    with pytest.raises(OutputError, match=r"older release .* notewarrant store upgrade"):
        Store(first)
    assert dump(first) == before


def test_an_older_store_is_upgraded_by_command(first: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "upgrade", "--store", str(first)]) == 0
    assert capsys.readouterr().out == f"{first}: brought from revision 0001 to {migrate.HEAD}\n"
    with Store(first) as store:
        assert differences(store) == []
        assert [(r.case_id, r.state, r.error_code, r.attempts, r.source) for r in store.results()] == [
            ("case-1", "queued", None, 0, "folder"),
            ("case-2", "queued", None, 1, "folder"),
            ("case-3", "done", None, 1, "folder"),
            ("case-4", "dead", "NO_TEXT", 1, "folder"),
            ("case-5", "dead", "INTERNAL", 3, "folder"),
            ("case-6", "superseded", "SUPERSEDED", 0, "folder"),
        ]
        (done,) = store.results(states=("done",))
        assert (done.answer, done.payload) == ("supported", '{"quote":"caf\u00e9"}')
        found = store.integrity()
        assert (found.entries, found.jobs, found.broken) == (6, 6, ())
        assert store.requeue([4]) == 1
        store.enqueue([JOB])
        assert store.ids([JOB.key])[JOB.key] == 7
        assert len(store.claim("me", 10)) == 4
        assert store.integrity().broken == ()
    assert main(["store", "upgrade", "--store", str(first)]) == 0
    assert "is up to date" in capsys.readouterr().out


def test_results_that_were_moved_are_held_against_their_entries(first: Path) -> None:
    main(["store", "upgrade", "--store", str(first)])
    with sqlite3.connect(first) as c:
        c.execute("update result set payload = '{}' where job = 3")
    with Store(first) as store:
        assert store.integrity().broken == ("job 3: has another result than the one that was written",)


def test_an_upgrade_that_fails_leaves_the_old_store_whole(
    first: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(first)

    def broken(*_: object, **__: object) -> None:
        raise KeyError("in the middle")

    with monkeypatch.context() as patched:
        patched.setattr(op, "drop_table", broken)
        with pytest.raises(KeyError):
            migrate.upgrade(Database(place_of(first)))
    assert dump(first) == before
    assert migrate.upgrade(Database(place_of(first))) == ("0001", migrate.HEAD)


def test_an_upgrade_that_is_killed_leaves_the_old_store_whole(first: Path) -> None:
    before = dump(first)
    code = (
        "import os, signal, sys; from alembic import op\n"
        "op.drop_table = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from pipeline.store import migrate, place; from pipeline.store.connection import Database\n"
        "migrate.upgrade(Database(place(sys.argv[1])))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(first)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert dump(first) == before
    assert migrate.upgrade(Database(place_of(first))) == ("0001", migrate.HEAD)


def test_making_a_store_that_fails_leaves_nothing_half_made(
    place: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if place.startswith("postgresql"):
        place = request.getfixturevalue("postgresql_url")

    def broken(*_: object, **__: object) -> None:
        raise KeyError("in the middle")

    with monkeypatch.context() as patched:
        patched.setattr(op, "drop_table", broken)
        with pytest.raises(KeyError):
            Store(place)
    with Store(place) as store:
        assert differences(store) == []
        assert store.enqueue([Job("c", ("d",), ("p",), "guideline", {})]) == 1


def test_upgrading_makes_no_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "upgrade", "--store", str(tmp_path / "none.sqlite")]) == 3
    assert "is no file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []

"""The store: unique keys, leases with fencing, states, privacy of the file and of errors."""

import dataclasses
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

from pipeline.errors import OutputError
from pipeline.store import Store, StoreRefused, StoreUnavailable, new_owner
from pipeline.store.connection import _prepare_sqlite
from pipeline.store.job import MOST_NAME

from .support import JOB, Clock, jobs

MARKER = "planted-marker-9Q7Z"


@pytest.mark.parametrize(
    "change",
    [
        {"case_id": "case-2"}, {"documents": ("b" * 64, "a" * 64)}, {"documents": ("a" * 64,)},
        {"policy": "payer"}, {"as_of": "2026-01-06"}, {"as_of": None}, {"request": {}}, {"llm": "on"},
        {"versions": {"rules": "2", "policy": "guideline 1"}},
    ],
)  # fmt: skip
def test_what_decides_the_result_is_in_its_key(store: Store, change: dict[str, object]) -> None:
    assert store.enqueue([JOB, dataclasses.replace(JOB, **change)]) == 2


@pytest.mark.parametrize("change", [{}, {"paths": ("/elsewhere/1.txt", "/elsewhere/2.txt")}])
def test_the_same_case_again_is_the_same_result(store: Store, change: dict[str, object]) -> None:
    assert store.enqueue([JOB]) == 1
    assert store.enqueue([dataclasses.replace(JOB, **change), JOB]) == 0
    assert store.counts()["queued"] == 1


def test_key_does_not_depend_on_the_order_of_mappings() -> None:
    turned = dict(reversed(list(JOB.versions.items())))
    assert dataclasses.replace(JOB, versions=turned).key == JOB.key


def test_from_queue_to_result(store: Store) -> None:
    store.enqueue([JOB])
    (row,) = store.claim("me", 5)
    assert (row.case_id, row.documents, row.paths, row.request) == (
        JOB.case_id, JOB.documents, JOB.paths, JOB.request,
    )  # fmt: skip
    assert row.versions == JOB.versions
    assert store.claim("other", 5) == []
    assert store.begin(row)
    assert store.finish(row, "supported", '{"x": 1}')
    (stored,) = store.results()
    assert (stored.state, stored.answer, stored.payload, stored.attempts) == (
        "done",
        "supported",
        '{"x": 1}',
        1,
    )
    assert store.pending(store.ids([JOB.key]).values()) == []
    assert store.enqueue([JOB]) == 0, "a redelivery changes nothing"


def test_a_late_write_is_refused(store: Store, clock: Clock) -> None:
    store.enqueue([JOB])
    (row,) = store.claim("slow", 1, lease=60)
    assert store.begin(row, lease=60)
    clock.time += 61
    assert store.reclaim() == 1
    clock.time += 10
    (again,) = store.claim("next", 1)
    assert again.id == row.id
    assert not store.begin(row)
    assert not store.finish(row, "supported", "{}")
    assert not store.fail(row, "INTERNAL", "KeyError", final=True)
    assert store.finish(again, "not_supported", "{}")
    assert [r.answer for r in store.results()] == ["not_supported"]


def test_begin_renews_the_lease_of_the_whole_batch(store: Store, clock: Clock) -> None:
    store.enqueue(jobs(2))
    first, second = store.claim("me", 2, lease=60)
    clock.time += 50
    assert store.begin(first, lease=60)
    clock.time += 50
    assert store.claim("other", 2) == []
    assert store.begin(second, lease=60)


def test_a_fault_is_tried_again_and_then_given_up(store: Store, clock: Clock) -> None:
    store.enqueue(jobs(2))
    for _ in range(store.limits.attempts):
        clock.time += 60
        bad = next(r for r in store.claim("me", 2) if r.case_id == "case-0")
        assert store.begin(bad)
        assert store.fail(bad, "INTERNAL", "KeyError", final=False)
        store.release("me")
    assert store.counts() == {
        "queued": 1, "leased": 0, "done": 0, "dead": 1, "superseded": 0, "erased": 0,
    }  # fmt: skip
    dead = next(r for r in store.results() if r.state == "dead")
    assert (dead.error_code, dead.error_class, dead.attempts, dead.payload) == (
        "INTERNAL",
        "KeyError",
        3,
        None,
    )
    assert [r.attempts for r in store.claim("me", 2)] == [0], "its neighbour is not blamed"


def test_crash_loops_end(store: Store, clock: Clock) -> None:
    store.enqueue([JOB])
    for _ in range(store.limits.attempts):
        (row,) = store.claim("crashes", 1, lease=10)
        assert store.begin(row, lease=10)
        clock.time += 11
        assert store.claim("too soon", 1) == []
        clock.time += 60
    assert store.claim("next", 1) == []
    (stored,) = store.results()
    assert (stored.state, stored.error_code) == ("dead", "CRASH")


def test_a_final_error_is_not_tried_again(store: Store) -> None:
    store.enqueue([JOB, dataclasses.replace(JOB, case_id="x", error=("CASE_FILE", "CaseFileError"))])
    (row,) = store.claim("me", 5)
    store.begin(row)
    store.fail(row, "NO_TEXT", "EmptyDocument", final=True)
    assert store.counts()["dead"] == 2
    assert store.claim("me", 5) == []


def test_rows_of_a_process_that_is_gone_are_free_at_once(store: Store) -> None:
    store.enqueue([JOB])
    done = subprocess.run(
        [sys.executable, "-c", "from pipeline.store import new_owner; print(new_owner())"],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    gone = done.stdout.strip()
    assert len(store.claim(gone, 1)) == 1
    assert len(store.claim(new_owner(), 1)) == 1


def test_rows_of_a_living_process_stay_its_own(store: Store) -> None:
    store.enqueue([JOB])
    assert len(store.claim(new_owner(), 1)) == 1
    assert store.claim(new_owner(), 1) == []


def test_new_versions_supersede_what_waits(store: Store) -> None:
    store.enqueue([JOB])
    newer = dataclasses.replace(JOB, versions={"rules": "2"})
    store.enqueue([newer])
    assert [(r.state, r.error_code) for r in store.results()] == [("superseded", None), ("queued", None)]
    assert store.claim("old", 5, versions=[JOB.versions_digest]) == []
    assert len(store.claim("new", 5, versions=[newer.versions_digest])) == 1


def test_racing_workers_do_each_row_once(place: str) -> None:
    with Store(place) as s:
        s.enqueue(jobs(60))
    done: Counter[int] = Counter()

    def work(me: str) -> None:
        with Store(place) as mine:
            while rows := mine.claim(me, 3):
                for row in rows:
                    assert mine.begin(row)
                    assert mine.finish(row, "supported", "{}")
                    done[row.id] += 1

    threads = [threading.Thread(target=work, args=(new_owner(),)) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(done) == 60
    assert set(done.values()) == {1}
    with Store(place) as s:
        assert s.counts()["done"] == 60


def test_results_come_in_order_and_in_parts(store: Store) -> None:
    many = jobs(1201)
    store.enqueue(many)
    ids = store.ids(j.key for j in many)
    assert [r.case_id for r in store.results()] == [j.case_id for j in many]
    assert [r.id for r in store.results([5, 3, 5], payloads=False)] == [3, 5]
    assert store.counts(ids.values())["queued"] == 1201
    assert store.counts([]) == {"queued": 0, "leased": 0, "done": 0, "dead": 0, "superseded": 0, "erased": 0}


def test_another_process_does_not_clear_away_an_open_stores_log(tmp_path: Path) -> None:
    """Opening a second store in this process must leave the first one's locks on the file alone."""
    path = tmp_path / "store.sqlite"
    first = Store(path)
    first.enqueue(jobs(3))
    with Store(path) as second:
        assert second.counts()["queued"] == 3
    look = f"import sqlite3; c = sqlite3.connect({str(path)!r}); c.execute('select 1 from result'); c.close()"
    subprocess.run([sys.executable, "-c", look], check=True)
    assert (tmp_path / "store.sqlite-wal").exists()
    assert len(first.claim("me", 5)) == 3
    with Store(path) as second:
        assert second.counts()["leased"] == 3


def test_files_are_private(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        store = Store(tmp_path / "store.sqlite")
        store.enqueue([JOB])
    finally:
        os.umask(old)
    files = list(tmp_path.iterdir())
    assert len(files) == 3, "the write-ahead log and its index lie beside the store"
    assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}


def test_errors_never_quote_what_was_to_be_written(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = Store(path)
    store.enqueue([JOB])
    (row,) = store.claim("me", 1)
    with sqlite3.connect(path) as c:
        c.execute("drop table result")
    with pytest.raises(OutputError) as caught:
        store.finish(row, "supported", f'{{"quote": "{MARKER}"}}')
    seen: BaseException | None = caught.value
    while seen is not None:
        assert MARKER not in str(seen)
        assert MARKER not in repr(getattr(seen, "params", ""))
        seen = seen.__cause__ or seen.__context__
    assert str(path) in str(caught.value)


def test_what_is_taken_in_outlasts_a_power_failure_and_results_need_not(store: Store) -> None:
    found: list[str] = []

    def committing(connection: Connection) -> None:
        setting = "PRAGMA synchronous" if store.database.sqlite else "SHOW synchronous_commit"
        found.append(str(connection.exec_driver_sql(setting).scalar()))

    event.listen(store.database.engine, "commit", committing)
    on, off = ("2", "1") if store.database.sqlite else ("on", "off")
    store.enqueue([JOB])
    assert found == [on]
    (row,) = store.claim("me", 1)
    store.fail(row, "NO_TEXT", "EmptyDocument", final=True)
    assert found == [on, off, off]
    store.requeue([row.id])
    assert found == [on, off, off, on]


def test_the_addresss_own_server_options_stand(postgresql_url: str) -> None:
    own = f"{postgresql_url}?options=-c%20statement_timeout%3D54321"
    with Store(own) as store, store.database.transaction() as c:
        assert c.exec_driver_sql("show statement_timeout").scalar() == "54321ms"
        assert c.exec_driver_sql("show synchronous_commit").scalar() == "off"


def test_values_that_are_refused_are_no_passing_fault(store: Store) -> None:
    bad = [dataclasses.replace(JOB, source=None)]  # type: ignore[arg-type]
    if not store.database.sqlite:
        long = dataclasses.replace(JOB, case_id="long")
        object.__setattr__(long, "patient", "".join(Random(n).choice("abcdefgh") for n in range(9000)))
        bad.append(long)
    for job in bad:
        with pytest.raises(StoreRefused) as caught:
            store.enqueue([dataclasses.replace(JOB, case_id="good"), job])
        assert JOB.case_id not in str(caught.value)
    assert store.counts()["queued"] == 0
    assert store.enqueue([dataclasses.replace(JOB, case_id="\U0001f642" * MOST_NAME)]) == 1


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (None, StoreUnavailable), ("08006", StoreUnavailable), ("40P01", StoreUnavailable),
        ("53100", StoreUnavailable), ("55P03", StoreUnavailable), ("57P01", StoreUnavailable),
        ("54000", StoreRefused), ("22001", StoreRefused), ("23502", StoreRefused),
        ("42501", OutputError), ("55000", OutputError), ("28P01", OutputError),
    ],
)  # fmt: skip
def test_only_what_passes_is_tried_again(tmp_path: Path, state: str | None, kind: type[OutputError]) -> None:
    class Fault(Exception):
        sqlstate = state

    with (
        Store(tmp_path / "store.sqlite") as store,
        pytest.raises(OutputError) as caught,
        store.database.transaction(),
    ):
        raise OperationalError("statement", {}, Fault("told"))
    assert type(caught.value) is kind


def test_a_file_that_is_no_store_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Pain for six weeks. " * 40)
    with pytest.raises(OutputError, match="not a database"):
        Store(path)
    assert path.read_text().startswith("Pain for six weeks.")


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    Store(path).close()
    with sqlite3.connect(path) as c:
        c.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(OutputError, match="newer release"):
        Store(path)


def test_an_unwritable_place_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        Store(tmp_path / "nowhere" / "store.sqlite")


def test_forgetting_reaches_the_copies_that_overwriting_leaves(tmp_path: Path) -> None:
    """SQLite's secure_delete clears what is deleted, not the copies that splits of pages left behind."""
    path = tmp_path / "store.sqlite"
    random = Random(4)
    with Store(path) as store:
        with sqlite3.connect(path) as c:
            c.execute("pragma secure_delete=on")
            c.execute("create table charts (id integer primary key, name text, said text)")
            c.execute("create index names on charts (name)")
            for n in range(3000):
                name = f"{random.choice([MARKER, 'somebody else'])} {random.random()}"
                c.execute(
                    "insert into charts (name, said) values (?, ?)", (name, name * random.randint(1, 8))
                )
                c.execute("update charts set said = said || name where id = ?", (random.randint(1, n + 1),))
            c.commit()
            c.execute("update charts set name = '', said = '' where name like ?", (f"{MARKER}%",))
            c.commit()
            c.execute("pragma wal_checkpoint(truncate)")
        assert MARKER.encode() in path.read_bytes()
        assert store.database.forget()
        assert not any(MARKER.encode() in f.read_bytes() for f in tmp_path.iterdir())


def test_forgetting_says_where_a_reader_still_sees_an_older_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.store.connection.BUSY_TIMEOUT_MS", 100)
    with Store(tmp_path / "store.sqlite") as store:
        store.enqueue(jobs(3))
        with store.database.transaction(write=False) as c:
            c.exec_driver_sql("select * from job").all()
            assert not store.database.forget()
        assert store.database.forget()


def test_what_is_deleted_is_overwritten_though_nobody_comes_to_forget(tmp_path: Path) -> None:
    """An erasure may be cut off between its commit and the writing anew."""
    path = tmp_path / "store.sqlite"
    with Store(path) as store:
        with store.database.transaction() as c:
            c.exec_driver_sql("create table charts (said text)")
            c.exec_driver_sql("insert into charts values (?)", (f"{MARKER} " * 400,))
        with store.database.transaction() as c:
            c.exec_driver_sql("delete from charts")
        with sqlite3.connect(path) as other:
            other.execute("pragma wal_checkpoint(truncate)")
        assert MARKER.encode() not in path.read_bytes()
    with sqlite3.connect(path) as raw:  # some builds of SQLite overwrite by themselves, others do not
        raw.execute("pragma secure_delete=off")
        _prepare_sqlite(raw, None)
        assert raw.execute("pragma secure_delete").fetchone() == (1,)

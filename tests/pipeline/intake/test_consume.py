"""Committed, then acknowledged: whatever breaks where, each message is one job or one dead letter."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.intake.consume import Consumed, commit, consume
from pipeline.store import Store
from pipeline.watch import log

from .rooms import Room, light_taker, note

MARKER = "ZQXMARKERZQ"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.intake.consume.WAIT", 0.3)


@pytest.fixture(params=["rabbitmq", "redis"])
def room(request: pytest.FixtureRequest) -> Room:
    url = request.getfixturevalue(f"{request.param}_url")
    name = request.getfixturevalue({"rabbitmq": "rabbitmq_queue", "redis": "redis_stream"}[request.param])
    return Room(request.param, url, name)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite") as opened:
        yield opened


def drained(room: Room, store: Store, folder: Path, url: str | None = None) -> Consumed:
    """Take in what is there."""
    return consume(
        room.source(url), light_taker(folder, room.kind), lambda: store, stop=threading.Event(), once=True
    )


class Running:
    """A consumer in a thread, until the block ends."""

    def __init__(
        self, room: Room, open_store: Callable[[], Store], folder: Path, url: str | None = None
    ) -> None:
        self._stop = threading.Event()
        self._made = (room.source(url), light_taker(folder, room.kind), open_store)
        self._thread = threading.Thread(target=self._run)
        self.total = Consumed()

    def _run(self) -> None:
        self.total = consume(*self._made, stop=self._stop)

    def __enter__(self) -> "Running":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()


def test_delivered_three_times_is_one_row(room: Room, store: Store, tmp_path: Path) -> None:
    room.send(*[note(i) for _ in range(3) for i in range(5)])
    done = drained(room, store, tmp_path)
    assert (done.received, done.new, done.known, done.refused) == (15, 5, 10, {})
    assert store.counts()["queued"] == 5
    assert {s.source for s in store.results()} == {room.kind}
    assert room.left() == 0
    room.send(note(3))
    assert drained(room, store, tmp_path).counts() == {
        "received": 1, "new": 0, "known": 1, "erased": 0, "refused": 0, "errors": 0,
    }  # fmt: skip


def test_two_consumers_racing_take_each_message_once(
    room: Room, tmp_path: Path, until: Callable[..., None]
) -> None:
    room.prefetch = 7
    stores = [Store(tmp_path / "store.sqlite") for _ in range(2)]
    room.send(*[note(i) for i in range(150)])
    with (
        Running(room, lambda: stores[0], tmp_path) as one,
        Running(room, lambda: stores[1], tmp_path) as two,
    ):
        until(lambda: stores[0].counts()["queued"] == 150)
    assert one.total.new + two.total.new == one.total.received + two.total.received == 150
    assert room.left() == 0
    assert room.dead() == []


def test_what_cannot_be_used_is_a_dead_letter_as_it_came(
    room: Room,
    store: Store,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad = {
        "JSON": f'{{"{MARKER}'.encode(),
        "VERSION": note(1, schema="notewarrant.intake/9", case_id=MARKER),
        "SCHEMA": note(2, unknown=MARKER),
        "POLICY": note(3, policy=MARKER),
        "OUTSIDE": note(4, documents=[{"name": MARKER, "path": MARKER, "sha256": "a" * 64}]),
    }
    room.send(note(0), *bad.values(), note(5))
    log.configure()
    try:
        with caplog.at_level("DEBUG"):
            done = drained(room, store, tmp_path)
    finally:
        log.off()
    assert (done.new, done.refused) == (2, dict.fromkeys(bad, 1))
    assert sorted(room.dead()) == sorted(bad.items())
    assert room.left() == 0
    told = "".join(capfd.readouterr()) + caplog.text
    assert '"event": "messages_refused"' in told
    assert MARKER not in told
    assert MARKER not in json.dumps([s.__dict__ for s in store.results()])


def test_text_is_in_its_kept_document_and_nowhere_else(
    room: Room,
    store: Store,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    room.send(note(1, documents=[{"name": "note.txt", "text": f"HPI: {MARKER}"}]))
    log.configure()
    try:
        with caplog.at_level("DEBUG"):
            assert drained(room, store, tmp_path).new == 1
    finally:
        log.off()
    assert MARKER not in "".join(capfd.readouterr()) + caplog.text
    holding = [p for p in tmp_path.rglob("*") if p.is_file() and MARKER.encode() in p.read_bytes()]
    assert [p.parent.parent for p in holding] == [tmp_path / "kept"]


def test_a_fault_of_ours_at_one_message_leaves_its_neighbours_alone(
    room: Room, store: Store, tmp_path: Path
) -> None:
    taker = light_taker(tmp_path, room.kind)

    def versions(_policy: str) -> dict[str, str]:
        raise ZeroDivisionError(MARKER)

    room.send(note(1))
    broken = type(taker)(taker.kept, "guideline", taker.source, versions=versions)
    done = consume(room.source(), broken, lambda: store, stop=threading.Event(), once=True)
    assert done.refused == {"INTERNAL": 1}
    assert room.dead() == [("INTERNAL", note(1))]


CHILD = """
import sys, threading
from pathlib import Path
sys.path.insert(0, {here!r})
import rooms
from pipeline.intake.consume import consume
from pipeline.store import Store
room = rooms.Room({kind!r}, {url!r}, {name!r}, prefetch=20)
taker = rooms.light_taker(Path({folder!r}), {kind!r})
with Store(Path({folder!r}) / "store.sqlite") as store:
    consume(room.source(), taker, lambda: store, stop=threading.Event(), once=True)
"""


@pytest.mark.parametrize(
    ("failpoint", "committed"),
    [("taken:3", 0), ("kept:2", 0), ("queueing", 0), ("queued", 20), ("queued:2", 40)],
)
def test_killed_anywhere_nothing_is_lost_and_nothing_doubled(
    room: Room, tmp_path: Path, until: Callable[..., None], failpoint: str, committed: int
) -> None:
    """``queueing``: before the commit. ``queued``: between commit and acknowledgement."""
    room.send(*[note(i) for i in range(50)], b"no json")
    program = CHILD.format(
        here=str(Path(__file__).parent), kind=room.kind, url=room.url, name=room.name, folder=str(tmp_path)
    )
    killed = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "NOTEWARRANT_FAILPOINT": failpoint}, check=False,
        cwd=Path(__file__).resolve().parents[3], capture_output=True,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with Store(tmp_path / "store.sqlite") as store:
        if room.kind == "rabbitmq":  # Redis is read in batches that grow
            assert store.counts()["queued"] == committed
        before, done = store.counts()["queued"], Consumed()

        def all_there() -> bool:  # the broker may need a moment to see that its client is gone
            done.add(drained(room, store, tmp_path))
            return store.counts()["queued"] == 50 and bool(done.refused)

        until(all_there)
        assert done.new == 50 - before
        assert room.left() == 0
        assert [code for code, _ in room.dead()] == ["JSON"]


def test_the_database_goes_away_in_the_middle(
    room: Room,
    postgresql_url: str,
    proxy_to: Callable[[str], Any],
    tmp_path: Path,
    until: Callable[..., None],
) -> None:
    Store(postgresql_url).close()
    proxy = proxy_to(postgresql_url)
    with Store(proxy.url) as through, Store(postgresql_url) as direct:
        room.send(*[note(i) for i in range(30)])
        with Running(room, lambda: through, tmp_path):
            until(lambda: direct.counts()["queued"] == 30)
            proxy.cut()
            room.send(*[note(i) for i in range(30, 60)])
            time.sleep(1.0)
            assert direct.counts()["queued"] == 30
            proxy.mend()
            until(lambda: direct.counts()["queued"] == 60)
    assert room.left() == 0
    assert room.dead() == []


def test_nothing_is_acknowledged_while_the_ledger_is_away(
    room: Room, postgresql_url: str, proxy_to: Callable[[str], Any], tmp_path: Path
) -> None:
    proxy = proxy_to(postgresql_url)
    with Store(proxy.url) as store:
        room.send(note(1))
        proxy.cut()
        (error,) = drained(room, store, tmp_path).errors
        assert error.code == "STORE"
        room.send(note(2))
        proxy.mend()
        assert drained(room, store, tmp_path).new == 2


def test_a_commit_that_is_lost_after_the_messages_were_received(
    room: Room,
    postgresql_url: str,
    proxy_to: Callable[[str], Any],
    tmp_path: Path,
    until: Callable[..., None],
) -> None:
    proxy = proxy_to(postgresql_url)
    with Store(proxy.url) as store:
        source = room.source()
        room.send(note(1), b"bad")
        source.open()
        got: list[Any] = []
        until(lambda: got.extend(source.receive(0.5)) or len(got) == 2)
        proxy.cut()
        with pytest.raises(Exception, match="cannot be used as a store"):
            commit(source, got, light_taker(tmp_path, room.kind), store)
        source.close()
        assert room.dead() == [], "a batch is settled as a whole, after the commit"
        proxy.mend()
        until(lambda: drained(room, store, tmp_path).received or store.counts()["queued"] == 1)
        assert store.counts()["queued"] == 1
        assert [code for code, _ in room.dead()] == ["JSON"]


def test_the_disk_is_full(room: Room, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room.send(note(1))
    (tmp_path / "kept").write_text("a file where the folder of documents should be")
    (error,) = drained(room, store, tmp_path).errors
    assert error.code == "OUTPUT"
    (tmp_path / "kept").unlink()
    done = drained(room, store, tmp_path)
    assert (done.new, done.refused, room.left()) == (1, {}, 0)


def test_the_connection_to_the_broker_is_cut_again_and_again(
    room: Room, store: Store, proxy_to: Callable[[str], Any], tmp_path: Path, until: Callable[..., None]
) -> None:
    proxy = proxy_to(room.url)
    room.prefetch = 10
    with Running(room, lambda: store, tmp_path, proxy.url):
        for i in range(3):
            room.send(*[note(n) for n in range(40 * i, 40 * i + 40)])
            until(lambda i=i: store.counts()["queued"] > 40 * i)
            proxy.cut()
            time.sleep(0.3)
            proxy.mend()
        until(lambda: store.counts()["queued"] == 120)
        until(lambda: room.left() == 0)
    assert room.dead() == []
    assert proxy.accepted > 3


def test_an_error_never_shows_the_password(room: Room, store: Store, tmp_path: Path) -> None:
    address = room.url.rpartition("@")[2].removeprefix("redis://")
    scheme = "amqp" if room.kind == "rabbitmq" else "redis"
    secret = f"{scheme}://somebody:{MARKER}@{address}"
    (error,) = drained(room, store, tmp_path, secret).errors
    assert error.code == "BROKER"
    assert "somebody" not in str(error)
    assert f"{scheme}://" in str(error)
    assert MARKER not in "".join(traceback.format_exception(error))
    assert error.__suppress_context__

"""What is Redis' own: consumers that died, entries that were trimmed, a server that is killed."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import redis

from pipeline.intake.consume import consume
from pipeline.intake.redis_streams import RedisSource
from pipeline.intake.take import Taker
from pipeline.store import Store, new_owner

from .rooms import VERSIONS, Room, light_taker, note


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.intake.consume.WAIT", 0.2)


@pytest.fixture
def room(redis_url: str, redis_stream: str) -> Room:
    return Room("redis", redis_url, redis_stream)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite") as opened:
        yield opened


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url, protocol=2) as opened:
        yield opened


def once(room: Room, store: Store, taker: Taker) -> Any:
    return consume(room.source(), taker, lambda: store, stop=threading.Event(), once=True)


def hand_to(client: redis.Redis, room: Room, consumer: str) -> None:
    """Let a consumer receive everything, and say no more."""
    client.xgroup_create(room.name, "notewarrant", id="0", mkstream=True)
    client.xreadgroup("notewarrant", consumer, {room.name: ">"}, count=1000)


def consumers(client: redis.Redis, room: Room) -> list[Any]:
    return [c["name"] for c in client.xinfo_consumers(room.name, "notewarrant")]


def test_what_a_dead_process_of_this_machine_held_is_taken_over_at_once(
    room: Room, store: Store, tmp_path: Path, client: redis.Redis
) -> None:
    room.send(*[note(i) for i in range(30)])
    host, _, started, rest = new_owner().split(":")
    hand_to(client, room, f"{host}:4194304:{started}:{rest}")  # no process has so large a number
    assert once(room, store, light_taker(tmp_path, "redis")).new == 30
    assert (room.left(), consumers(client, room)) == (0, [])


def test_what_another_machine_left_is_taken_over_after_a_while_and_not_before(
    room: Room, store: Store, tmp_path: Path, client: redis.Redis
) -> None:
    room.idle_seconds = 1.0
    room.send(*[note(i) for i in range(5)])
    hand_to(client, room, "elsewhere")
    assert once(room, store, light_taker(tmp_path, "redis")).received == 0
    time.sleep(1.1)
    assert once(room, store, light_taker(tmp_path, "redis")).new == 5
    assert room.left() == 0


def test_consumers_that_ended_leave_no_trace(
    room: Room, store: Store, tmp_path: Path, client: redis.Redis
) -> None:
    for i in range(5):
        room.send(note(i))
        once(room, store, light_taker(tmp_path, "redis"))
    assert consumers(client, room) == []


def test_what_is_in_hand_is_not_taken_over_while_it_is_worked_on(
    room: Room, store: Store, tmp_path: Path
) -> None:
    room.idle_seconds = 1.0
    room.send(*[note(i) for i in range(8)], b"bad")

    def slowly(_policy: str) -> Mapping[str, str]:
        time.sleep(0.3)
        return VERSIONS

    slow = Taker(light_taker(tmp_path, "redis").kept, "guideline", "redis", versions=slowly)
    done: list[Any] = []
    thread = threading.Thread(target=lambda: done.append(once(room, store, slow)))
    thread.start()
    time.sleep(0.3)
    with Store(tmp_path / "store.sqlite") as other:
        while thread.is_alive():
            done.append(once(room, other, light_taker(tmp_path, "redis")))
    thread.join()
    assert sum(d.received for d in done) == 9
    assert sum(d.new for d in done) == 8
    assert [code for code, _ in room.dead()] == ["JSON"]


def test_an_entry_without_a_message_and_one_that_was_trimmed(
    room: Room, store: Store, tmp_path: Path, client: redis.Redis
) -> None:
    client.xadd(room.name, {"text": "no message"})
    trimmed = client.xadd(room.name, {"message": note(1)})
    source = room.source()
    source.open()
    assert len(source.receive(0.2)) == 2
    client.xdel(room.name, trimmed)
    source.open()  # as after a broken connection: its own come again
    got = source.receive(0.2)
    assert [d.code for d in got] == ["SCHEMA", "GONE"]
    source.settle([], [(d, d.code or "") for d in got])
    source.close()
    assert room.dead() == [("SCHEMA", b'{"text": "no message"}'), ("GONE", b"")]
    assert once(room, store, light_taker(tmp_path, "redis")).received == 0


@pytest.mark.parametrize("remove", [False, True])
def test_entries_stay_for_other_groups_unless_removal_is_asked_for(
    room: Room, store: Store, tmp_path: Path, client: redis.Redis, remove: bool
) -> None:
    room.send(*[note(i) for i in range(3)])
    source = RedisSource(room.url, room.name, "notewarrant", 10, "here", remove=remove)
    stop = threading.Event()
    assert consume(source, light_taker(tmp_path, "redis"), lambda: store, stop=stop, once=True).new == 3
    assert client.xlen(room.name) == (0 if remove else 3)


def test_reads_fit_what_entries_weigh(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.intake.redis_streams.BUDGET", 100_000)
    room.prefetch = 40
    room.send(*[b"x" for _ in range(100)], *[b"x" * 50_000 for _ in range(60)])
    source = room.source()
    source.open()
    sizes = []
    while got := source.receive(0.2):
        sizes.append(len(got))
        source.settle(got, [])
    source.close()
    assert sum(sizes) == 160
    assert sizes[:4] == [8, 16, 32, 40]
    assert sizes[-3:] == [1, 1, 1]


def test_a_server_that_is_killed_and_started_again(
    own_redis: Any, store: Store, tmp_path: Path, until: Callable[..., None]
) -> None:
    room = Room("redis", own_redis.url, "notewarrant.in")
    room.send(*[note(i) for i in range(100)])
    stop = threading.Event()

    def slowly(_policy: str) -> Mapping[str, str]:
        time.sleep(0.01)
        return VERSIONS

    slow = Taker(light_taker(tmp_path, "redis").kept, "guideline", "redis", versions=slowly)
    thread = threading.Thread(
        target=consume, args=(room.source(), slow, lambda: store), kwargs={"stop": stop}
    )
    thread.start()
    try:
        until(lambda: 0 < store.counts()["queued"] < 100)
        own_redis.kill()
        time.sleep(0.5)
        own_redis.start()
        room.send(*[note(i) for i in range(100, 120)])
        until(lambda: store.counts()["queued"] == 120)
        until(lambda: room.left() == 0)
    finally:
        stop.set()
        thread.join(20)
    assert room.dead() == []


def test_a_dead_process_that_still_holds_something_is_not_forgotten(
    room: Room, store: Store, tmp_path: Path, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis forgets, with a consumer, what it holds: nobody would ever be given it again."""
    room.send(*[note(i) for i in range(12)])
    host, _, started, rest = new_owner().split(":")
    dead = [f"{host}:{number}:{started}:{rest}" for number in (4194304, 4194305)]
    client.xgroup_create(room.name, "notewarrant", id="0", mkstream=True)
    for name in dead:
        client.xreadgroup("notewarrant", name, {room.name: ">"}, count=6)
    # Seen by two at once, what they hold looks fresh to the second: it cannot be taken over yet.
    monkeypatch.setattr("pipeline.intake.redis_streams._STALE_MS", 60_000)
    source = room.source()
    source.open()
    assert source.receive(0.1) == []
    assert set(dead) <= {c.decode() for c in consumers(client, room)}
    assert client.xpending(room.name, "notewarrant")["pending"] == 12
    assert not source.empty()
    source.close()
    monkeypatch.undo()
    monkeypatch.setattr("pipeline.intake.consume.WAIT", 0.2)
    time.sleep(0.2)
    assert once(room, store, light_taker(tmp_path, "redis")).new == 12
    assert (room.left(), consumers(client, room)) == (0, [])

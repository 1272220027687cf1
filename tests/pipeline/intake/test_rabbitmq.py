"""What is RabbitMQ's own: queues as they stand, confirms, heartbeats, a queue that goes away."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pika
import pytest

from pipeline.brokers import BrokerAway
from pipeline.intake.consume import commit, consume
from pipeline.intake.take import Taker
from pipeline.store import Store

from .rooms import VERSIONS, Room, light_taker, note


@pytest.fixture
def room(rabbitmq_url: str, rabbitmq_queue: str) -> Room:
    return Room("rabbitmq", rabbitmq_url, rabbitmq_queue)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite") as opened:
        yield opened


@pytest.fixture
def channel(rabbitmq_url: str) -> Iterator[Any]:
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq_url))
    yield connection.channel()
    connection.close()


def once(room: Room, store: Store, taker: Taker, url: str | None = None) -> Any:
    return consume(room.source(url), taker, lambda: store, stop=threading.Event(), once=True)


@pytest.mark.parametrize(
    "arguments", [{"x-queue-type": "quorum"}, {"x-max-length": 1000}], ids=["quorum", "bounded"]
)
def test_a_queue_that_is_there_is_used_as_it_is(
    room: Room, store: Store, tmp_path: Path, channel: Any, arguments: dict[str, Any]
) -> None:
    channel.queue_declare(room.name, durable=True, arguments=arguments)
    channel.basic_publish("", room.name, note(1))
    assert once(room, store, light_taker(tmp_path, "rabbitmq")).new == 1


def test_queues_and_dead_letters_outlive_the_broker(
    room: Room, store: Store, tmp_path: Path, channel: Any
) -> None:
    room.send(b"bad")
    assert once(room, store, light_taker(tmp_path, "rabbitmq")).refused == {"JSON": 1}
    # Declaring them again with the same arguments succeeds only where they are durable.
    channel.queue_declare(room.name, durable=True)
    channel.queue_declare(f"{room.name}.dead", durable=True)
    channel.exchange_declare(f"{room.name}.dead", "fanout", durable=True)
    _, properties, body = channel.basic_get(f"{room.name}.dead", auto_ack=True)
    assert (body, properties.delivery_mode) == (b"bad", 2)
    assert properties.headers == {"x-notewarrant-code": "JSON"}


def test_headers_of_the_sender_do_not_travel_on(
    room: Room, store: Store, tmp_path: Path, channel: Any
) -> None:
    channel.queue_declare(room.name, durable=True)
    said = pika.BasicProperties(headers={"patient": "ZQXMARKERZQ"}, message_id="ZQXMARKERZQ")
    channel.basic_publish("", room.name, b"bad", said)
    once(room, store, light_taker(tmp_path, "rabbitmq"))
    _, properties, _ = channel.basic_get(f"{room.name}.dead", auto_ack=True)
    assert "ZQXMARKERZQ" not in repr(vars(properties))


def test_a_dead_letter_that_nobody_would_keep_is_not_acknowledged(
    room: Room, store: Store, tmp_path: Path, channel: Any, until: Callable[..., None]
) -> None:
    room.send(note(1), b"bad")
    source = room.source()
    source.open()
    channel.queue_unbind(f"{room.name}.dead", f"{room.name}.dead", f"{room.name}.dead")
    got: list[Any] = []
    until(lambda: got.extend(source.receive(0.5)) or len(got) == 2)
    with pytest.raises(BrokerAway, match="UnroutableError"):
        commit(source, got, light_taker(tmp_path, "rabbitmq"), store)
    source.close()
    assert store.counts()["queued"] == 1, "the ledger has what could be used"
    done = once(room, store, light_taker(tmp_path, "rabbitmq"))  # opening binds the queue again
    assert (done.known, done.refused) == (1, {"JSON": 1})


def test_a_queue_that_is_deleted_is_made_again(
    room: Room, store: Store, tmp_path: Path, channel: Any, until: Callable[..., None]
) -> None:
    stop = threading.Event()
    arguments = (room.source(), light_taker(tmp_path, "rabbitmq"), lambda: store)
    thread = threading.Thread(target=consume, args=arguments, kwargs={"stop": stop})
    room.send(note(1))
    thread.start()
    try:
        until(lambda: store.counts()["queued"] == 1)
        channel.queue_delete(room.name)
        time.sleep(0.2)
        room.send(note(2))
        until(lambda: store.counts()["queued"] == 2)
    finally:
        stop.set()
        thread.join(20)


def test_heartbeats_are_answered_during_long_work(
    room: Room, store: Store, tmp_path: Path, proxy_to: Callable[[str], Any]
) -> None:
    """With a heartbeat of one second the broker drops a client that is silent for some three."""
    room.send(*[note(i) for i in range(16)])

    def slowly(_policy: str) -> Mapping[str, str]:
        time.sleep(0.35)
        return VERSIONS

    proxy = proxy_to(room.url)
    taker = Taker(light_taker(tmp_path, "rabbitmq").kept, "guideline", "rabbitmq", versions=slowly)
    began = time.monotonic()
    done = once(room, store, taker, f"{proxy.url}?heartbeat=1")
    assert time.monotonic() - began > 5
    assert (done.received, done.new, done.errors) == (16, 16, [])
    assert proxy.accepted == 1


def test_memory_is_bounded_by_bytes_as_well(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.intake.rabbitmq.BUDGET", 3_000_000)
    room.send(*[b"x" * 1_000_000 for _ in range(8)])
    source = room.source()
    source.open()
    sizes = []
    while got := source.receive(1.0):
        sizes.append(len(got))
        source.settle(got, [])
    source.close()
    assert sum(sizes) == 8
    assert max(sizes) < 8


@pytest.mark.slow
def test_a_node_that_is_killed_and_started_again(
    own_rabbitmq: Any, store: Store, tmp_path: Path, until: Callable[..., None]
) -> None:
    room = Room("rabbitmq", own_rabbitmq.url, "notewarrant.in", prefetch=10)
    room.send(*[note(i) for i in range(100)], b"no json")

    def slowly(_policy: str) -> Mapping[str, str]:
        time.sleep(0.02)
        return VERSIONS

    taker = Taker(light_taker(tmp_path, "rabbitmq").kept, "guideline", "rabbitmq", versions=slowly)
    stop = threading.Event()
    arguments = (room.source(), taker, lambda: store)
    thread = threading.Thread(target=consume, args=arguments, kwargs={"stop": stop})
    thread.start()
    try:
        until(lambda: store.counts()["queued"] > 0)
        own_rabbitmq.kill()
        before = store.counts()["queued"]
        own_rabbitmq.start()
        room.send(*[note(i) for i in range(100, 110)])
        until(lambda: store.counts()["queued"] == 110, 40)
    finally:
        stop.set()
        thread.join(40)
    assert before < 100, "killed in the middle"
    assert room.left() == 0
    assert {code for code, _ in room.dead()} == {"JSON"}

"""The database stops in the middle, or is locked: nothing is half done, and the work goes on unaided."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.store import Store, new_owner
from pipeline.store.schema import job

from .cluster import Cluster, cluster
from .held import Where, notes, sound
from .processes import Zygote


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A PostgreSQL server that may be stopped."""
    with cluster() as made:
        yield made


def done(where: Where) -> int:
    with Store(where.store) as store:
        return store.counts()["done"]


@pytest.mark.slow
def test_postgresql_stops_in_the_middle_of_batches(
    zygote: Zygote, server: Cluster, tmp_path: Path, until: Callable[..., None]
) -> None:
    where = Where(server.url, str(tmp_path / "documents"))
    many = 24
    zygote.value("enqueue", notes=notes(many), **where.arguments)
    worker = zygote.start("work", pause=0.1, waits=True, **where.arguments)
    for target in (3, 11):
        until(lambda target=target: done(where) >= target, 30, f"{target} results")
        server.stop()
        late = zygote.start("enqueue", notes=notes(1, start=100), **where.arguments)
        assert late.error()["code"] == "STORE"
        time.sleep(0.5)
        server.start()
        assert sum(sound(where).values()) == many, "what was taken in is there, with the crash behind it"
    worker.value()
    # What the crash forgot of the last results is done again by whoever comes next.
    zygote.value("work", **where.arguments)
    assert sound(where)["done"] == many
    assert zygote.value("enqueue", notes=notes(many + 1), **where.arguments) == 1, "the refused one is new"


def test_a_claim_that_a_dying_server_forgot_writes_nothing(zygote: Zygote, place: Where) -> None:
    """Its commit was lost; the next claim has the same number, and is another's."""
    zygote.value("enqueue", notes=notes(1), **place.arguments)
    with Store(place.store) as store:
        (first,) = store.claim(new_owner(), 1)
        with store.database.transaction() as c:  # as the recovered database has it
            c.execute(update(job).values(state="queued", owner=None, lease_until=None, token=first.token - 1))
        (second,) = store.claim(new_owner(), 1)
        assert second.token == first.token
        assert not store.begin(first)
        assert not store.fail(first, "INTERNAL", "ValueError", final=True)
        assert not store.finish(first, "supported", "{}")
        assert store.counts()["leased"] == 1
        assert store.release(second.owner) == 1
    zygote.value("work", **place.arguments)
    assert sound(place)["done"] == 1


def test_a_locked_file_is_waited_for(
    zygote: Zygote, sqlite_place: Where, tmp_path: Path, until: Callable[..., None]
) -> None:
    """Another process holds the file longer than a writer waits, again and again."""
    zygote.value("enqueue", notes=notes(8), **sqlite_place.arguments)
    worker = zygote.start("work", pause=0.1, busy_ms=50, waits=True, **sqlite_place.arguments)
    for n in range(3):
        held = tmp_path / f"held-{n}"
        holder = zygote.start("hold", seconds=0.5, touch=str(held), **sqlite_place.arguments)
        until(held.exists, 20, "the lock")
        late = zygote.start("enqueue", notes=notes(1, start=90), busy_ms=50, **sqlite_place.arguments)
        assert late.error()["class"] == "StoreUnavailable"
        holder.value()
    assert worker.value() == {"done": 8, "dead": 0, "retry": 0, "lost": 0}
    assert sound(sqlite_place)["done"] == 8

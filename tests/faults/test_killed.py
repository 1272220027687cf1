"""kill -9 at every failpoint of the work: nothing lost, nothing twice, nothing half, little done again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.store import Store

from .held import Where, notes, payloads, sound
from .processes import Zygote
from .steps import BATCH

MANY = 10


@pytest.fixture(scope="module")
def undisturbed(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The results where nothing happens, by case id."""
    folder = tmp_path_factory.mktemp("undisturbed")
    where = Where(str(folder / "store.sqlite"), str(folder / "documents"))
    zygote.value("enqueue", notes=notes(MANY), **where.arguments)
    zygote.value("work", **where.arguments)
    return payloads(where)


@pytest.mark.parametrize("point", ["claimed", "begun", "assessed", "finishing", "finished"])
def test_killed_at_each_stage_of_the_work(
    zygote: Zygote, place: Where, point: str, undisturbed: dict[str, str]
) -> None:
    """One process after the other dies there, each a hit later than the last; another ends the work."""
    assert zygote.value("enqueue", notes=notes(MANY), **place.arguments) == MANY
    for hit in (1, 2, 3):
        assert zygote.start("work", failpoint=f"{point}:{hit}", **place.arguments).killed
        counts = sound(place)
        assert sum(counts.values()) == MANY
        assert counts["leased"] <= BATCH, "no more than one batch is in a dead process's hands"
    zygote.value("work", limits={"attempts": 9}, **place.arguments)
    assert sound(place)["done"] == MANY
    assert payloads(place) == undisturbed
    with Store(place.store) as store:
        attempts = sum(r.attempts for r in store.results(payloads=False))
    assert attempts <= MANY + 3, "a kill costs one document's work"


def test_the_batch_mates_of_a_dead_worker_are_not_to_blame(zygote: Zygote, place: Where) -> None:
    """Claimed and never begun: free at once, without an attempt; the one in hand counts one and waits."""
    zygote.value("enqueue", notes=notes(BATCH), **place.arguments)
    assert zygote.start("work", failpoint="begun", **place.arguments).killed
    with Store(place.store) as store:
        assert store.reclaim() == BATCH
        rows = list(store.results(payloads=False))
    assert sorted(r.attempts for r in rows) == [0] * (BATCH - 1) + [1]
    assert [r.not_before > r.updated for r in sorted(rows, key=lambda r: r.attempts)] == [False] * (
        BATCH - 1
    ) + [True]


def test_a_dead_process_that_nobody_has_asked_after_holds_nothing(
    zygote: Zygote, place: Where, until: Callable[..., None]
) -> None:
    """A container's first process may never reap: its dead still have their numbers."""
    zygote.value("enqueue", notes=notes(2), **place.arguments)
    dead = zygote.start("work", failpoint="begun", **place.arguments)
    stat = Path(f"/proc/{dead.pid}/stat")
    until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "Z", 20, "the worker's death")
    assert zygote.value("work", **place.arguments)["done"] == 2
    assert sound(place)["done"] == 2
    assert dead.killed

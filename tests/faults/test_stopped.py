"""A worker that is stopped past its lease and wakes up: what it writes late is refused."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.store import Store

from .held import Where, notes, sound
from .processes import Zygote

LEASE = {"lease": 1.0}


def test_a_late_write_is_refused(
    zygote: Zygote, place: Where, tmp_path: Path, until: Callable[..., None]
) -> None:
    zygote.value("enqueue", notes=notes(2), **place.arguments)
    begun = tmp_path / "begun"
    sleeper = zygote.start("work", limits=LEASE, pause=0.3, touch=str(begun), **place.arguments)
    until(begun.exists, 20, "the first document's work")
    sleeper.send(signal.SIGSTOP)
    time.sleep(1.2)  # past the lease; the process lives, so that nothing else tells that it is gone
    other = zygote.value("work", limits=LEASE, **place.arguments)
    assert other["done"] == 2
    sleeper.send(signal.SIGCONT)
    woken = sleeper.value()
    assert woken["done"] == 0
    assert woken["lost"] == 2, "the one in hand, and the one that was only claimed"
    assert sound(place)["done"] == 2
    with Store(place.store) as store:
        assert sorted(r.attempts for r in store.results(payloads=False)) == [1, 2]


def test_a_slow_worker_keeps_its_lease_while_it_gives_signs_of_life(zygote: Zygote, place: Where) -> None:
    """Four documents of 0.4 s under a lease of 1 s: each beginning renews the others' lease."""
    zygote.value("enqueue", notes=notes(4), **place.arguments)
    slow = zygote.start("work", limits=LEASE, pause=0.4, **place.arguments)
    time.sleep(0.5)
    other = zygote.start("work", limits=LEASE, **place.arguments)
    assert slow.value()["done"] == 4
    assert other.value()["done"] == 0
    assert sound(place)["done"] == 4

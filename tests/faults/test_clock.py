"""Clocks that jump, daylight saving, a leap day: leases follow the seconds, results no clock at all."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from pipeline.store import Job, Limits, Store

from .held import Where, notes, payloads, sound
from .processes import Zygote

JOB = Job(
    case_id="case-1", documents=("a" * 64,), paths=("document:" + "a" * 64,), policy="guideline",
    versions={"rules": "1"},
)  # fmt: skip
LIMITS = Limits(lease=900.0, backoff=2.0)
NEW_YORK = ZoneInfo("America/New_York")


class Clock:
    """The machine's clock, set at will."""

    def __init__(self, moment: dt.datetime) -> None:
        self.time = moment.timestamp()

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock(dt.datetime(2026, 3, 8, 1, 55, tzinfo=NEW_YORK))


@pytest.fixture
def store(place: Where, clock: Clock) -> Store:
    return Store(place.store, clock, LIMITS)


@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime(2026, 3, 8, 1, 55, tzinfo=NEW_YORK),  # five minutes later it is 03:00
        dt.datetime(2026, 11, 1, 1, 55, tzinfo=NEW_YORK),  # five minutes later it is 01:00 again
        dt.datetime(2028, 2, 28, 23, 55, tzinfo=dt.UTC),  # the 29th follows
        dt.datetime(2026, 12, 31, 23, 55, tzinfo=dt.UTC),
    ],
)
def test_a_lease_lasts_its_seconds_across_the_change(store: Store, clock: Clock, moment: dt.datetime) -> None:
    clock.time = moment.timestamp()
    store.enqueue([JOB])
    (row,) = store.claim("one", 1)
    assert store.begin(row)
    clock.time += 899
    assert store.claim("two", 1) == []
    clock.time += 2
    assert store.claim("two", 1) == [], "what was begun waits for its back-off"
    clock.time += 3
    assert [r.id for r in store.claim("two", 1)] == [row.id]


def test_a_clock_that_jumps_ahead_frees_what_is_in_hand_and_fences_it(store: Store, clock: Clock) -> None:
    """The worst is that a document is assessed twice; it is stored once."""
    store.enqueue([JOB])
    (slow,) = store.claim("slow", 1)
    clock.time += 86_400
    (other,) = store.claim("other", 1)
    assert not store.finish(slow, "supported", "{}")
    assert store.finish(other, "supported", "{}")


def test_a_clock_that_is_set_back_holds_nothing_for_ever(store: Store, clock: Clock) -> None:
    """Back by a week: a lease or a back-off that the clock of before gave is no reason to wait for it."""
    store.enqueue([JOB])
    (row,) = store.claim("machine-elsewhere:1:1:x", 1)
    assert store.begin(row)
    clock.time -= 7 * 86_400
    assert store.reclaim() == 1
    clock.time += 3  # the back-off of what was begun
    (again,) = store.claim("two", 1)
    assert not store.finish(row, "supported", "{}")
    assert store.begin(again)
    assert store.fail(again, "INTERNAL", "ValueError", final=False)
    assert store.claim("three", 1) == []
    clock.time -= 7 * 86_400
    assert [r.id for r in store.claim("three", 1)] == [row.id]


def test_the_trail_tells_the_order_whatever_the_clock_said(place: Where, store: Store, clock: Clock) -> None:
    for i, shift in enumerate((0, 3600, -7200, 86_400)):
        clock.time += shift
        store.enqueue([Job(f"case-{i}", ("a" * 64,), ("x",), "guideline", {"rules": "1"})])
    assert sound(place)["queued"] == 4


def test_results_are_the_same_on_any_day_and_in_any_zone(
    zygote: Zygote, sqlite_place: Where, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    other = Where(str(elsewhere / "store.sqlite"), str(elsewhere / "documents"))
    for where, zone in ((sqlite_place, "Pacific/Kiritimati"), (other, "Pacific/Pago_Pago")):
        zygote.value("enqueue", notes=notes(3), **where.arguments)
        zygote.start("work", environment={"TZ": zone}, **where.arguments).value()
    assert payloads(sqlite_place) == payloads(other)


def test_the_same_window_twice_finds_nothing_the_second_time(zygote: Zygote, place: Where) -> None:
    """A scheduler that fires twice, one after the other and both at once."""
    zygote.value("enqueue", notes=notes(6), **place.arguments)
    twice = [zygote.start("work", **place.arguments) for _ in range(2)]
    assert sum(p.value()["done"] for p in twice) == 6
    assert zygote.value("work", **place.arguments) == {"done": 0, "dead": 0, "retry": 0, "lost": 0}
    assert sound(place)["done"] == 6

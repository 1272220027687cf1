"""Delivered again and again, by many at once: one result each."""

from __future__ import annotations

from pipeline.store import Store

from .held import Where, notes, sound
from .processes import Zygote


def test_delivered_three_times_before_during_and_after_the_work(zygote: Zygote, place: Where) -> None:
    assert zygote.value("enqueue", notes=notes(6), times=3, **place.arguments) == 6
    zygote.value("work", batches=1, **place.arguments)
    assert zygote.value("enqueue", notes=notes(6), times=3, **place.arguments) == 0
    zygote.value("work", **place.arguments)
    assert zygote.value("enqueue", notes=notes(6), times=3, **place.arguments) == 0
    assert zygote.value("work", **place.arguments) == {"done": 0, "dead": 0, "retry": 0, "lost": 0}
    assert sound(place)["done"] == 6


def test_one_text_of_two_patients_is_two_results(zygote: Zygote, place: Where) -> None:
    (_, text) = notes(1)[0]
    assert zygote.value("enqueue", notes=[("patient-a", text), ("patient-b", text)], **place.arguments) == 2
    zygote.value("work", **place.arguments)
    assert sound(place)["done"] == 2


def test_takers_race_for_the_same_documents(zygote: Zygote, place: Where) -> None:
    Store(place.store).close()
    racing = [zygote.start("enqueue", notes=notes(40), times=5, **place.arguments) for _ in range(3)]
    assert sum(p.value() for p in racing) == 40
    assert sound(place)["queued"] == 40


def test_workers_and_takers_race(zygote: Zygote, place: Where) -> None:
    zygote.value("enqueue", notes=notes(20), **place.arguments)
    workers = [zygote.start("work", **place.arguments) for _ in range(3)]
    late = zygote.start("enqueue", notes=notes(30), times=3, **place.arguments)
    assert late.value() == 10
    done = [w.value() for w in workers]
    rest = zygote.value("work", **place.arguments)
    assert sum(d["done"] for d in [*done, rest]) == 30
    assert all(d["lost"] == d["retry"] == d["dead"] == 0 for d in [*done, rest])
    assert sound(place)["done"] == 30

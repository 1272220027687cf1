"""Documents that kill, hang or confuse their worker: so many tries, then a dead letter; neighbours finish."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.store import Store

from .held import Where, notes, sound
from .processes import Zygote

MARKER = "Zyx-planted-7741"


def work_on(zygote: Zygote, place: Where) -> int:
    """Start workers until one ends in peace; return how many died."""
    for died in range(20):
        process = zygote.start("work", limits={"attempts": 3}, **place.arguments)
        if process.wait() == 0:
            process.value()
            assert MARKER not in process.err.read_text()
            return died
        assert MARKER not in process.err.read_text()
    pytest.fail("the workers die for ever")


@pytest.mark.parametrize(
    ("fault", "code", "kind", "deaths"),
    [("kill", "CRASH", None, 3), ("raise", "INTERNAL", "ValueError", 0)],
)
def test_three_tries_then_dead(
    zygote: Zygote, place: Where, fault: str, code: str, kind: str | None, deaths: int
) -> None:
    poison = ("poison", f"{MARKER} FAULT {fault}")
    zygote.value("enqueue", notes=[*notes(3), poison, *notes(3, start=3)], **place.arguments)
    assert work_on(zygote, place) == deaths
    counts = sound(place)
    assert (counts["done"], counts["dead"]) == (6, 1)
    with Store(place.store) as store:
        (dead,) = store.results(states=["dead"])
        innocent = list(store.results(states=["done"], payloads=False))
        assert (dead.case_id, dead.error_code, dead.error_class) == ("poison", code, kind)
        assert dead.attempts == 3
        assert {r.attempts for r in innocent} == {1}, "the neighbours are not blamed"
        # Replayed, it has its id, and meets the same end; delivered again, it is known.
        assert zygote.value("enqueue", notes=[poison], **place.arguments) == 0
        assert store.counts()["dead"] == 1
        assert store.requeue([dead.id]) == 1
    work_on(zygote, place)
    with Store(place.store) as store:
        (again,) = store.results(states=["dead"])
    assert (again.id, again.key, again.attempts) == (dead.id, dead.key, 3)
    sound(place)


@pytest.mark.slow
def test_a_document_that_hangs_ends_its_worker_at_the_deadline(zygote: Zygote, sqlite_place: Where) -> None:
    """Even inside an expression that holds the interpreter; twice, then a dead letter."""
    poison = ("poison", f"{MARKER} FAULT hang")
    zygote.value("enqueue", notes=[poison, *notes(3)], **sqlite_place.arguments)
    limits = {"attempts": 2}
    # Long enough that no innocent document takes it on a busy machine.
    for _ in range(2):
        worker = zygote.start("work", limits=limits, document_seconds=6.0, **sqlite_place.arguments)
        assert worker.wait() != 0
        assert MARKER not in worker.err.read_text()
    zygote.value("work", limits=limits, **sqlite_place.arguments)
    counts = sound(sqlite_place)
    assert (counts["done"], counts["dead"]) == (3, 1)
    with Store(sqlite_place.store) as store:
        (dead,) = store.results(states=["dead"])
    assert (dead.case_id, dead.error_code, dead.attempts) == ("poison", "CRASH", 2)


@pytest.mark.parametrize(
    ("data", "code"),
    [("", "NO_TEXT"), (" \n\t\r\n ", "NO_TEXT"), ("%PDF-1.7 x", "NOT_TEXT"), ("a\0b", "NOT_TEXT")],
)
def test_what_is_no_text_is_dead_at_once_and_never_an_answer(
    zygote: Zygote, place: Where, data: str, code: str
) -> None:
    zygote.value("enqueue", notes=[("odd", data), *notes(1)], **place.arguments)
    assert zygote.value("work", **place.arguments) == {"done": 1, "dead": 1, "retry": 0, "lost": 0}
    with Store(place.store) as store:
        (dead,) = store.results(states=["dead"])
    assert (dead.error_code, dead.attempts, dead.answer, dead.payload) == (code, 1, None, None)
    sound(place)


def test_a_mended_fault_is_replayed_to_a_result(zygote: Zygote, place: Where) -> None:
    """The document's file is gone, then it is there again: the same row becomes a result."""
    zygote.value("enqueue", notes=notes(1), **place.arguments)
    (kept,) = (p for p in Path(place.documents).rglob("*") if p.is_file())
    text = kept.read_bytes()
    kept.unlink()
    zygote.value("work", **place.arguments)
    with Store(place.store) as store:
        (dead,) = store.results(states=["dead"])
        assert dead.error_code == "MISSING"
        kept.write_bytes(text)
        store.requeue([dead.id])
    zygote.value("work", **place.arguments)
    with Store(place.store) as store:
        (done,) = store.results(states=["done"])
    assert (done.id, done.key) == (dead.id, dead.key)
    assert json.loads(done.payload or "")["case_id"] == "case-000"
    sound(place)

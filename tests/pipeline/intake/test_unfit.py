"""One case that a store cannot hold is set apart alone; its neighbours are taken in."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import OutputError
from pipeline.intake import folder as folders
from pipeline.intake.consume import commit
from pipeline.intake.source import Delivery
from pipeline.intake.take import Taker
from pipeline.intake.units import Units
from pipeline.store import Job, Store
from pipeline.store.job import MOST_NAME
from pipeline.store.taking_in import TakenIn

from .conftest import InboxSite
from .rooms import light_taker, note


def unfit(job: Job) -> Job:
    """What the database's own rules refuse: no case id."""
    return dataclasses.replace(job, case_id=None)  # type: ignore[arg-type]


class Quiet:
    """A source that tells what it was told."""

    kind = "redis"

    def tend(self) -> None:
        pass

    def settle(self, accepted: Sequence[Delivery], refused: Sequence[tuple[Delivery, str]]) -> None:
        self.accepted = [d.tag for d in accepted]
        self.refused = [(d.tag, code) for d, code in refused]


def test_a_message_that_the_store_refuses_is_a_dead_letter_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Taker.job

    def job(self: Taker, data: bytes, keep: Any = None) -> Job:
        made = real(self, data, keep)
        return unfit(made) if made.case_id == "case-1" else made

    monkeypatch.setattr(Taker, "job", job)
    source: Any = Quiet()
    with Store(tmp_path / "store.sqlite") as store:
        got = [Delivery(note(i), b"%d" % i) for i in range(3)]
        done = commit(source, got, light_taker(tmp_path, "redis"), store)
        assert (done.received, done.new, done.known, done.refused) == (3, 2, 0, {"INTERNAL": 1})
        assert (source.accepted, source.refused) == ([b"0", b"2"], [(b"1", "INTERNAL")])
        assert store.counts()["queued"] == 2


def test_a_case_that_the_store_refuses_is_a_dead_letter_alone(
    here: InboxSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Units._job

    def job(self: Units, batch: Any, places: list[str], *more: Any) -> Job:
        made = real(self, batch, places, *more)
        return unfit(made) if places == ["bad.txt"] else made

    monkeypatch.setattr(Units, "_job", job)
    for name in ("a.txt", "bad.txt", "c.txt"):
        here.put(name, f"Low back pain, {name}.")
    counts = here.ingest()
    assert (counts.taken, counts.new, counts.known, counts.refused) == (3, 3, 0, 1)
    rows = here.rows()
    assert {r.case_id: (r.state, r.error_code) for r in rows.values()} == {
        "a": ("queued", None), "c": ("queued", None), "bad.txt": ("dead", "STORE_REFUSED"),
    }  # fmt: skip
    assert here.refused() == {"bad.txt"}
    assert here.left() == set()


@pytest.mark.parametrize("key", ["case_id", "patient"])
def test_a_name_too_long_in_a_case_file_is_a_dead_letter_alone(here: InboxSite, key: str) -> None:
    for name, length in (("bad", MOST_NAME + 1), ("good", MOST_NAME)):
        here.put(f"{name}.txt")
        here.put(f"{name}.case.json", json.dumps({key: "x" * length}))
    counts = here.ingest()
    assert (counts.taken, counts.refused) == (2, 1)
    assert {r.error_code for r in here.rows().values()} == {None, "CASE_FILE"}


def test_a_place_too_long_for_an_id_is_a_dead_letter_alone(here: InboxSite) -> None:
    deep = "/".join("x" * 200 for _ in range(3))
    here.put(f"{deep}/visit-1.txt")
    here.put(f"{deep}/visit-2.txt")
    here.put("good.txt")
    counts = here.ingest()
    assert (counts.taken, counts.new, counts.refused) == (3, 3, 2)
    assert sorted(r.error_code or "" for r in here.rows().values()) == ["", "CASE_ID", "CASE_ID"]
    assert here.refused() == {f"{deep}/visit-1.txt", f"{deep}/visit-2.txt"}


def test_a_run_of_a_folder_names_it_by_its_code(
    here: InboxSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "run_versions", lambda _: {"rules": "test"})
    top = tmp_path / "notes"
    long = top.joinpath(*["x" * 200] * 3) / "visit.txt"
    for path in (long, top / "good.txt"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Low back pain.")
    planned = folders.plan(top, "guideline")
    assert folders.enqueue(here.store, planned)[1] == 2
    assert sorted(r.error_code or "" for r in here.rows().values()) == ["", "CASE_ID"]
    more = [dataclasses.replace(planned.jobs[0], case_id=f"n{i}") for i in range(3)]
    ids, new = folders.enqueue(here.store, folders.Plan((more[0], unfit(more[1]), more[2])))
    assert (len(ids), new) == (3, 3)
    assert here.store.counts(ids)["dead"] == 1


def test_what_an_earlier_pass_left_holds_nothing_new_up(
    here: InboxSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Store.take_in

    def take_in(self: Store, jobs: list[Job]) -> TakenIn:
        if any(j.case_id == "bad" for j in jobs):
            raise OutputError("store", "cannot be used", "mend that")
        return real(self, jobs)

    here.put("bad.txt")
    with monkeypatch.context() as patched:
        patched.setattr(Store, "take_in", take_in)
        with pytest.raises(OutputError, match="cannot be used"):
            here.ingest()
        here.put("good.txt")
        with pytest.raises(OutputError, match="cannot be used"):
            here.ingest()
        assert set(here.rows()) == {"good"}
    here.ingest()
    assert set(here.rows()) == {"good", "bad"}
    assert here.left() == set()

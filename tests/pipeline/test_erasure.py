"""Erasing: nothing of a patient is left in any file, the others stay, and it does not come back."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.errors import OutputError
from pipeline.site import Site, init_site, load_site
from pipeline.store import Job, Store, new_owner
from pipeline.store.taking_in import TakenIn
from pipeline.stored.erasure import erase, retain, sweep

MARKER = "zqx-planted-9Q7Z"
SHARED = b"The same letter in two charts."


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    file = init_site(tmp_path / "site")
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("store: store.sqlite", f"store: {url}"), encoding="utf-8")
    return load_site(file)


def job(site: Site, patient: str, n: int, *more: bytes) -> Job:
    """A case of a patient: a note of its own, and documents that others may have, too."""
    documents = (f"{MARKER} note {n} of {patient}".encode(), *more)
    return Job(
        case_id=f"{patient}-case-{n}", documents=tuple(hashlib.sha256(d).hexdigest() for d in documents),
        paths=tuple(site.kept().keep(d) for d in documents), policy="guideline",
        versions={"rules": "1"}, patient=patient, request={"case_file": {"note": f"{patient}"}},
        source="inbox",
    )  # fmt: skip


def do(site: Site, store: Store, jobs: list[Job]) -> None:
    """Take the jobs in, do them, and send them to the outgoing folder."""
    store.enqueue(jobs)
    me = new_owner()
    for row in store.claim(me, 100):
        assert store.begin(row)
        payload = json.dumps({"case_id": row.case_id, "quote": f"{MARKER} of {row.case_id} " * 200})
        assert store.finish(row, "supported", payload)
        (site.base / "results" / f"{row.key}.json").write_text(payload, encoding="utf-8")


def said(site: Site) -> str:
    """Every byte of the site's files, the store's among them."""
    return b"\n".join(p.read_bytes() for p in sorted(site.base.rglob("*")) if p.is_file()).decode("latin-1")


def rows(store: Store) -> str:
    with store.database.transaction(write=False) as c:
        tables = ("job", "result", "audit", "delivery", "version_set")
        return "".join(str(c.exec_driver_sql(f"select * from {t}").all()) for t in tables)


def states(store: Store) -> list[str]:
    return [r.state for r in store.results()]


def test_nothing_of_the_patient_is_left_anywhere(site: Site) -> None:
    with site.open_store() as store:
        others = [job(site, f"other{n}", 1, SHARED) for n in range(40)]
        mine = [job(site, "smith", n, SHARED) for n in range(60)]
        mixed = [j for pair in zip(mine, [*others, *others[:20]], strict=True) for j in pair]
        do(site, store, mixed)
        store.enqueue([job(site, "smith", 100)])
        report = {"flips": [{"case_id": "smith-case-3", "before": "a", "after": "b"}]}
        for name, text in (("recheck-1.json", json.dumps(report)), ("recheck-1.html", "smith-case-3")):
            (site.base / "reports" / name).write_text(text, encoding="utf-8")
        (site.base / "reports" / "recheck-2.json").write_text('{"case_id": "other0-case-1"}')
        assert "smith" in said(site)
        done = erase(site, store, patient="smith")
        assert (done.jobs, done.documents, done.results, done.reports) == (61, 61, 60, 2)
        assert done.log_emptied
        assert "smith" not in rows(store)
        assert "smith" not in said(site), "nor in what is free in the store's file, nor in its log"
        assert "other0" in said(site)
        assert store.counts() == {
            "queued": 0, "leased": 0, "done": 40, "dead": 0, "superseded": 0, "erased": 61,
        }  # fmt: skip
        assert site.kept().path(f"document:{hashlib.sha256(SHARED).hexdigest()}").is_file()
        assert store.integrity().broken == ()
        assert {e.detail["by"] for e in store.trail() if e.event == "erased"} == {"patient"}


def test_what_was_erased_does_not_come_back_under_any_versions(site: Site) -> None:
    with site.open_store() as store:
        mine = job(site, "smith", 1)
        do(site, store, [mine])
        erase(site, store, case_id="smith-case-1")
        newer = dataclasses.replace(job(site, "smith", 1), versions={"rules": "2"})
        assert store.enqueue([mine, newer]) == 0
        assert not store.record(dataclasses.replace(newer, source="recheck"), "supported", "{}", origin=1)
        assert states(store) == ["erased"]
        assert sweep(site, store, older_than=-5) == 1, "the document that came with it again"
        assert MARKER not in said(site)


def test_what_its_age_erased_may_be_asked_anew(site: Site) -> None:
    times = [time.time() - 400 * 86_400.0]
    with Store(site.store_place(), now=lambda: times[0]) as store:
        old, dead = job(site, "smith", 1), job(site, "smith", 2)
        do(site, store, [old])
        store.enqueue([dead])
        (late,) = store.claim(new_owner(), 1)
        store.fail(late, "NO_TEXT", "EmptyDocument", final=True)
        times[0] += 40 * 86_400.0
        assert retain(site, store, 30).jobs == 2
        assert states(store) == ["erased", "erased"]
        times[0] += 300 * 86_400.0
        again = [job(site, "smith", n) for n in (1, 2)]
        assert store.take_in([*again, *again]) == TakenIn(new=2, erased=0)
        assert store.take_in(again) == TakenIn(new=0, erased=0)
        assert [(r.id, r.case_id, r.patient, r.attempts, r.paths) for r in store.results()] == [
            (1, "smith-case-1", "smith", 0, old.paths), (2, "smith-case-2", "smith", 0, dead.paths),
        ]  # fmt: skip
        assert not store.finish(late, "supported", "{}"), "fenced, as ever"
        assert [r.case_id for r in store.claim(new_owner(), 5)] == ["smith-case-1", "smith-case-2"]
        assert store.integrity().broken == ()
        assert erase(site, store, patient="smith").jobs == 2
        assert store.take_in([*again, *again]) == TakenIn(new=0, erased=4)
        assert states(store) == ["erased", "erased"]


def test_newer_versions_that_its_age_erased_are_asked_again_for(site: Site) -> None:
    """A release went back, took a case in again, and came forward: its waiting job is not lost."""
    times = [time.time() - 400 * 86_400.0]
    with Store(site.store_place(), now=lambda: times[0]) as store:
        newer = dataclasses.replace(job(site, "smith", 1), versions={"rules": "2"})
        do(site, store, [newer])
        first = next(store.results())
        times[0] += 40 * 86_400.0
        retain(site, store, 30)
        older = job(site, "smith", 1)
        assert store.enqueue([older]) == 1
        times[0] += 86_400.0
        assert store.adopt({"guideline": newer.versions_digest}) == 1
        assert states(store) == ["queued", "superseded"]
        (row,) = store.claim(new_owner(), 5)
        assert (row.id, row.case_id, row.documents) == (first.id, "smith-case-1", newer.documents)
        assert store.integrity().broken == ()


def test_a_stored_case_is_checked_again_under_versions_that_its_age_erased(site: Site) -> None:
    times = [time.time() - 400 * 86_400.0]
    with Store(site.store_place(), now=lambda: times[0]) as store:
        newer = dataclasses.replace(job(site, "smith", 1), versions={"rules": "2"}, source="recheck")
        assert store.record(newer, "supported", "{}")
        times[0] += 40 * 86_400.0
        retain(site, store, 30)
        do(site, store, [job(site, "smith", 1)])
        assert store.record(newer, "not_supported", "{}", origin=2)
        assert not store.record(newer, "supported", "{}", origin=2)
        assert next((r.state, r.answer) for r in store.results()) == ("done", "not_supported")
        assert store.integrity().broken == ()


def test_a_worker_that_has_it_in_hand_cannot_write_any_more(site: Site) -> None:
    with site.open_store() as store:
        store.enqueue([job(site, "smith", 1), job(site, "jones", 1)])
        smith, jones = store.claim(new_owner(), 2)
        assert store.begin(smith)
        assert erase(site, store, number=smith.id).jobs == 1
        assert not store.finish(smith, "supported", json.dumps({"quote": MARKER}))
        assert not store.fail(smith, "INTERNAL", "KeyError", final=True)
        assert store.begin(jones)
        assert store.finish(jones, "supported", "{}")
        assert states(store) == ["erased", "done"]
        assert store.integrity().broken == ()


def test_an_erasure_that_was_cut_off_is_finished_by_the_same_call(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site.open_store() as store:
        do(site, store, [job(site, "smith", 1), job(site, "jones", 1)])

        def full(*_: object) -> int:
            raise OutputError("reports", "cannot be written", "mend")

        with monkeypatch.context() as patched:
            patched.setattr("pipeline.stored.erasure._remove_reports", full)
            with pytest.raises(OutputError):
                erase(site, store, patient="smith")
        assert states(store) == ["done", "done"]
        assert erase(site, store, patient="smith").jobs == 1
        assert "smith" not in said(site)


def test_retention_erases_what_ended_long_ago_whatever_its_state(site: Site) -> None:
    times = [time.time() - 40 * 86_400.0]
    with Store(site.store_place(), now=lambda: times[0]) as store:
        do(site, store, [job(site, "old", 1)])
        dead = job(site, "old", 2)
        store.enqueue([dead])
        (row,) = store.claim(new_owner(), 1)
        store.fail(row, "NO_TEXT", "EmptyDocument", final=True)
        waits = job(site, "old", 3)
        store.enqueue([waits])
        store.enqueue([dataclasses.replace(waits, versions={"rules": "2"})])
        times[0] += 35 * 86_400.0
        again = dataclasses.replace(job(site, "old", 1), versions={"rules": "2"}, source="recheck")
        first = next(store.results())
        assert store.record(again, "supported", "{}", origin=first.id, since=first.updated)
        do(site, store, [job(site, "new", 1)])
        times[0] += 5 * 86_400.0
        assert states(store) == ["done", "dead", "superseded", "done", "done", "done"]
        done = retain(site, store, 30)
        assert done.jobs == 4, "the stored case that was checked again is as old as what it was made from"
        assert states(store) == ["erased", "erased", "erased", "done", "erased", "done"]
        # The superseded job's document is another job's, too, which ended later.
        assert done.documents == 2
        assert "old-case-1" not in said(site) + rows(store)
        assert "old-case-3" in rows(store)
        assert retain(site, store, 30).jobs == 0
        assert store.integrity().broken == ()


def test_strays_go_and_what_is_needed_or_fresh_stays(site: Site) -> None:
    with site.open_store() as store:
        store.enqueue([job(site, "smith", 1)])
        stray, fresh = (site.kept().path(site.kept().keep(d)) for d in (b"stray", b"fresh"))
        half = site.kept().folder / ".part-abc"
        half.mkdir()
        old = time.time() - 2 * 86_400
        (half / "x").write_bytes(b"half")
        for p in (stray, half, site.kept().path(next(store.results()).paths[0])):
            os.utime(p, (old, old))
        assert sweep(site, store) == 1
        assert (stray.exists(), half.exists(), fresh.exists()) == (False, False, True)
        assert site.kept().path(next(store.results()).paths[0]).is_file()


def test_a_document_that_comes_again_while_it_is_erased_is_not_lost(site: Site) -> None:
    """Another case with the same text: kept, the file being there; erased; committed."""
    with site.open_store() as store:
        do(site, store, [job(site, "smith", 1, SHARED)])
        erasing = threading.Thread(target=lambda: erase(site, store, patient="smith"))
        with site.kept().taking_in():
            again = job(site, "jones", 1, SHARED)
            erasing.start()
            time.sleep(0.3)
            store.enqueue([again])
        erasing.join()
        assert states(store) == ["erased", "queued"]
        assert [site.kept().path(p).is_file() for p in again.paths] == [True, True]


def test_a_document_folder_that_is_away_is_no_empty_one(site: Site) -> None:
    with site.open_store() as store:
        do(site, store, [job(site, "smith", 1)])
        away = site.base / "unmounted"
        site.kept().folder.rename(away)
        with pytest.raises(OutputError, match="mount it"):
            erase(site, store, patient="smith")
        assert states(store) == ["done"]
        shutil.rmtree(site.kept().folder)
        away.rename(site.kept().folder)
        assert erase(site, store, patient="smith").documents == 1


def test_a_refused_file_goes_with_its_dead_letter(site: Site) -> None:
    top = site.base / "inbox" / ".refused"
    for name in ("b1/sub/a.pdf", "b1/keep.pdf", "outside.pdf"):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(MARKER)
    with site.open_store() as store:
        for n, place in enumerate(("refused:b1/sub/a.pdf", "refused:../../x", "refused:b1/../outside.pdf")):
            store.enqueue(
                [
                    Job(
                        case_id=f"c{n}", documents=("",), paths=(place,), policy="guideline",
                        versions={"rules": "1"}, error=("NOT_TEXT", "BinaryDocument"), source="inbox",
                    )
                ]
            )  # fmt: skip
            erase(site, store, case_id=f"c{n}")
    assert sorted(p.name for p in top.rglob("*.pdf")) == ["keep.pdf", "outside.pdf"]


def test_commands(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    with site.open_store() as store:
        do(site, store, [job(site, "smith", n) for n in range(3)])
        store.enqueue([job(site, "jones", 1)])
        (row,) = store.claim(new_owner(), 1)
        store.begin(row)
        store.fail(row, "CRASH", "OSError", final=True)
    where = str(site.file)

    def run(*args: str, code: int = 0) -> str:
        assert main([*args]) == code
        told = capsys.readouterr()
        assert MARKER not in told.out + told.err
        return told.out + told.err

    assert "add --yes" in run("store", "erase", where, "--patient", "smith", code=2)
    head = json.loads(run("store", "verify", where, "--format", "json"))["head"]
    (dead,) = run("queue", "dead", where, "--format", "json").splitlines()
    letter = json.loads(dead)
    assert (letter["id"], letter["code"], letter["class"], letter["attempts"]) == (4, "CRASH", "OSError", 1)
    assert "4  CRASH" in run("queue", "dead", where)
    assert "dead letters: 0" in run("queue", "dead", where, "--code", "NO_TEXT")
    assert "7 is no dead letter" in run("queue", "requeue", where, "--id", "7", code=2)
    assert "1 jobs wait again" in run("queue", "requeue", where, "--id", "4")
    told = run("store", "erase", where, "--patient", "smith", "--yes")
    assert "erased: 3 jobs, 3 documents, 3 files of results, 0 reports" in told
    assert ("VACUUM" in told) == (site.store_place().path is None)
    assert "sound" in run("store", "verify", where, "--head", head)
    assert "not in the trail" in run("store", "verify", where, "--head", "f" * 64, code=1)
    events = [
        json.loads(e)["event"]
        for e in run("store", "audit", where, "--job", "4", "--format", "json").split("\n")
        if e
    ]
    assert events == ["taken_in", "dead", "requeued"]
    assert "job 1  erased  by=patient" in run("store", "audit", where)
    assert run("store", "audit", where, "--case", "jones-case-1").count("\n") == 3
    assert "would erase 0 jobs" in run("store", "retain", where, "--days", "1", "--dry-run")
    assert "neither given" in run("store", "retain", where, code=2)
    with site.open_store() as store, store.database.transaction() as c:
        c.exec_driver_sql("update job set state = 'superseded' where id = 4")
    assert "job 4: is superseded, its entries say queued" in run("store", "verify", where, code=1)


def test_what_another_machine_was_writing_of_a_result_goes_at_once(site: Site) -> None:
    with site.open_store() as store:
        do(site, store, [job(site, "smith", 1)])
        part, own = (site.base / "results" / f".part-{o}" for o in ("far.away:1:1:x", new_owner()))
        for path in (part, own):
            path.write_text(f"{MARKER}", encoding="utf-8")
        erase(site, store, patient="smith")
        assert (part.exists(), own.exists()) == (False, True)

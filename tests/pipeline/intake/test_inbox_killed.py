"""An inbox whose takers are killed, race, sleep too long or find no room: each case one job, none lost."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import OutputError
from pipeline.intake import inbox as module
from pipeline.intake import moving, taken
from pipeline.intake.inbox import ingest_inbox
from pipeline.store import Store
from pipeline.store.owners import owner_is_gone
from pipeline.store.schema import audit

from .conftest import VERSIONS, InboxSite

MARKER = "Zz9Marker"
#: Notes, notes with case files, packets, and what cannot be used.
PLAIN, BESIDE, PACKETS, BAD = 9, 6, 3, 4


def drop(here: InboxSite) -> None:
    for n in range(PLAIN):
        here.put(f"plain-{n}.txt", f"{MARKER} plain {n}")
    for n in range(BESIDE):
        here.put(f"sub/beside-{n}.case.json", json.dumps({"cpt": ["64635"], "patient": f"MRN-{n}"}))
        here.put(f"sub/beside-{n}.txt", f"{MARKER} beside {n}")
    for n in range(PACKETS):
        here.put(f"packet-{n}/case.json", json.dumps({"documents": ["a.txt", "b.txt"]}))
        here.put(f"packet-{n}/a.txt", f"{MARKER} a {n}")
        here.put(f"packet-{n}/b.txt", f"{MARKER} b {n}")
    here.put("bad-0.pdf", f"%PDF {MARKER}")
    (here.inbox / "bad-1.txt").symlink_to("/etc/passwd")
    here.put("bad-2.txt", "x" * 100_001)
    here.put("bad-3.txt", MARKER)
    here.put("bad-3.case.json", '{"descriptions": "' + MARKER)


def sound(here: InboxSite) -> None:
    """Each case once, as it was dropped; nothing left, nothing kept twice; the audit trail holds together."""
    rows = here.rows()
    assert len(rows) == PLAIN + BESIDE + PACKETS + BAD
    assert sum(here.store.counts().values()) == len(rows)
    for case_id, row in rows.items():
        bad = case_id.startswith("bad")
        assert row.state == ("dead" if bad else "queued"), case_id
        assert len(row.documents) == (2 if case_id.startswith("packet") or case_id == "bad-3.txt" else 1)
        for path in () if bad else row.paths:
            assert MARKER in here.site.kept().path(path).read_text(encoding="utf-8")
    assert {c: r.patient for c, r in rows.items() if c.startswith("sub")} == {
        f"sub/beside-{n}": f"MRN-{n}" for n in range(BESIDE)
    }
    asked = {r.case_id: r.request for r in here.store.claim("looking", 99)}
    assert {c: r["case_file"] for c, r in asked.items() if c.startswith("sub")} == {
        f"sub/beside-{n}": {"cpt": ["64635"]} for n in range(BESIDE)
    }
    here.store.release("looking")
    assert here.left() == set()
    assert here.refused() == {"bad-0.pdf", "bad-1.txt", "bad-2.txt", "bad-3.txt", "bad-3.case.json"}
    assert not list((here.inbox / ".taken").iterdir())
    assert not here.store.integrity().broken
    with here.store.database.transaction(write=False) as c:
        entries = c.execute(audit.select()).all()
    assert MARKER not in json.dumps([list(e) for e in entries]), "the audit trail holds no text"
    assert MARKER not in json.dumps([vars(r) for r in here.store.results()], default=str)


def ingest(here: InboxSite) -> Callable[[], None]:
    """A step that takes the inbox in, with connections of its own."""

    def step() -> None:
        with here.site.open_store() as store:
            ingest_inbox(here.site, store, VERSIONS)

    return step


@pytest.fixture
def closed(here: InboxSite) -> InboxSite:
    """The site, its parent's connections closed, as a forked process needs it."""
    here.store.close()
    return here


POINTS = [
    *(f"taken:{n}" for n in (1, 2, 10, 14, 20)),
    "keeping:5", *(f"kept:{n}" for n in (1, 8, 20)),
    "queueing:1", "queued:1",
]  # fmt: skip


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_each_case_is_one_job(closed: InboxSite, forked: Any, point: str) -> None:
    drop(closed)
    assert forked.killed_at(point, ingest(closed))
    ingest(closed)()
    sound(closed)


def test_killed_again_and_again(closed: InboxSite, forked: Any) -> None:
    drop(closed)
    for point in ("taken:12", "kept:4", "queueing:1", "kept:9", "queued:1"):
        assert forked.killed_at(point, ingest(closed)), point
    ingest(closed)()
    sound(closed)


def test_killed_between_a_note_and_its_case_file_the_two_stay_together(
    closed: InboxSite, forked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(closed)
    real = taken.Batch.take

    def die_first(self: taken.Batch, place: str, expected: Any) -> bool:
        if place.endswith("beside-3.case.json"):
            os.kill(os.getpid(), 9)
        return real(self, place, expected)

    def step() -> None:
        taken.Batch.take = die_first  # type: ignore[method-assign]  in the forked process only
        ingest(closed)()

    assert forked.wait(forked.start(step)) == -9
    assert "sub/beside-3.case.json" in closed.left()
    ingest(closed)()
    ingest(closed)()
    sound(closed)


@pytest.mark.parametrize("place", ["clear", "rename"])
def test_killed_while_clearing_up(closed: InboxSite, forked: Any, place: str) -> None:
    drop(closed)

    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), 9)

    def step() -> None:
        if place == "clear":
            taken.clear = die  # type: ignore[assignment]
        else:
            taken.shutil.rmtree = die  # type: ignore[assignment]
        ingest(closed)()

    assert forked.wait(forked.start(step)) == -9
    ingest(closed)()
    sound(closed)


def test_killed_while_a_file_is_put_back(closed: InboxSite, forked: Any) -> None:
    drop(closed)

    def step() -> None:
        real = os.link

        def die(*args: Any, **kwargs: Any) -> None:
            real(*args, **kwargs)
            os.kill(os.getpid(), 9)

        batch = taken.begin(closed.inbox)
        batch.take("plain-1.txt", None)
        moving._renameat2 = lambda: None  # type: ignore[assignment]  # a share that has links only
        os.link = die  # type: ignore[assignment]
        batch.put_back("plain-1.txt")

    assert forked.wait(forked.start(step)) == -9
    ingest(closed)()
    sound(closed)


def test_many_at_once_each_file_once(closed: InboxSite, forked: Any) -> None:
    for n in range(300):
        closed.put(f"{n % 7}/n-{n}.txt", f"{MARKER} {n}")
        if n % 3 == 0:
            closed.put(f"{n % 7}/n-{n}.case.json", json.dumps({"cpt": ["64635"]}))

    def step() -> None:
        with closed.site.open_store() as store:
            counts = ingest_inbox(closed.site, store, VERSIONS)
        assert counts.known == 0
        assert counts.refused == 0

    assert [forked.wait(p) for p in [forked.start(step) for _ in range(4)]] == [0] * 4
    ingest(closed)()
    assert closed.store.counts()["queued"] == 300
    rows = closed.rows()
    assert set(rows) == {f"{n % 7}/n-{n}" for n in range(300)}
    asked = {r.case_id for r in closed.store.claim("w", 400) if "case_file" in r.request}
    assert asked == {f"{n % 7}/n-{n}" for n in range(0, 300, 3)}, "no note lost its case file"
    assert closed.left() == set()


def test_who_slept_too_long_finds_its_files_taken_over(
    here: InboxSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(here)
    real = module.failpoint
    others: list[module.IngestCounts] = []

    def sleep_long(name: Any) -> None:
        if name == "queueing":
            monkeypatch.setattr(module, "failpoint", real)
            # Its last sign of life was long ago when the other one looks.
            [batch] = (here.inbox / ".taken").iterdir()
            os.utime(batch, (0, 0))
            others.append(here.ingest())

    monkeypatch.setattr(module, "failpoint", sleep_long)
    counts = here.ingest()
    assert counts.taken == 0, "it does not speak of what the other one did"
    assert others[0].new == PLAIN + BESIDE + PACKETS + BAD
    sound(here)


def test_a_living_owners_files_are_let_be(here: InboxSite) -> None:
    batch = taken.begin(here.inbox)
    here.put("plain.txt", MARKER)
    assert batch.take("plain.txt", None)
    assert not owner_is_gone(batch.owner)
    assert here.ingest().taken == 0
    assert taken.take_over(here.inbox, 900.0) == ([], None)
    batch.release()
    assert here.ingest().new == 1


def test_what_cannot_be_cleared_away_holds_up_no_other(
    here: InboxSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = taken.shutil.rmtree

    def refuses(path: Path, **arguments: Any) -> None:
        if ".taken" in path.parts:
            raise PermissionError(13, "Permission denied")
        real(path, **arguments)

    monkeypatch.setattr(taken.shutil, "rmtree", refuses)
    for name in ("one", "two"):
        here.put(f"{name}.txt", name)
        with pytest.raises(taken.Stuck, match=r"cannot be (cleared|used)"):
            here.ingest()
        assert name in here.rows()
    monkeypatch.undo()
    for left in (here.inbox / ".taken").iterdir():
        os.utime(left, (0, 0))  # its process lives; a long silence frees them all the same
    assert here.ingest().taken == 0
    assert not list((here.inbox / ".taken").iterdir())


def test_a_newer_file_of_the_same_name_does_not_overwrite_the_older(here: InboxSite) -> None:
    here.put("visit.txt", "older")
    here.put("visit.case.json", "{}")
    batch = taken.begin(here.inbox)
    assert batch.take("visit.txt", None)  # its taker dies before it has the case file, too
    batch.release()
    here.put("visit.txt", "newer")
    here.ingest()
    here.ingest()
    by_state = {r.state: r for r in here.store.results()}
    assert here.site.kept().path(by_state["queued"].paths[0]).read_text(encoding="utf-8") == "newer"
    assert by_state["dead"].error_code == "CHANGED"
    [kept] = (here.inbox / ".refused").rglob("visit.txt")
    assert kept.read_text(encoding="utf-8") == "older"


def test_what_is_written_into_a_taken_folder_is_not_cleared_away(
    here: InboxSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.put("p1/case.json", json.dumps({"documents": ["a.txt"]}))
    here.put("p1/a.txt", "a")
    handle = os.open(here.inbox / "p1", os.O_RDONLY)
    real = here.store.take_in

    def late(jobs: Any) -> Any:
        with os.fdopen(os.open("late.txt", os.O_WRONLY | os.O_CREAT, 0o600, dir_fd=handle), "w") as stream:
            stream.write("late")
        return real(jobs)

    monkeypatch.setattr(here.store, "take_in", late)
    here.ingest()
    monkeypatch.undo()
    here.ingest()
    os.close(handle)
    assert set(here.rows()) == {"p1", "p1/late"}


def test_a_full_disk_keeps_every_file_and_goes_on_with_room(here: InboxSite, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("a full disk is a small tmpfs, and mounting one needs root")
    kept = here.site.kept().folder
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", str(kept)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted here (a container without that right)")
    try:
        for n in range(30):
            here.put(f"n-{n}.txt", f"{MARKER} {n} " + "x" * 5000)
        for _ in range(3):
            with pytest.raises(OutputError, match="No space left") as caught:
                here.ingest()
            assert MARKER not in str(caught.value)
        assert sum(here.store.counts().values()) == 0
        assert not list(kept.rglob(".part-*"))
        subprocess.run(["mount", "-o", "remount,size=4m", str(kept)], check=True)
        assert here.ingest().new == 30
        assert here.left() == set()
        for row in here.store.results():
            assert len(here.site.kept().path(row.paths[0]).read_bytes()) > 5000
    finally:
        subprocess.run(["umount", "-l", str(kept)], check=True)


def test_on_postgresql_a_kill_before_and_after_the_commit(
    closed: InboxSite, forked: Any, postgresql_url: str
) -> None:
    site = closed.site.model_copy(update={"store": postgresql_url})
    site._file = closed.site._file
    there = InboxSite(site, Store(postgresql_url))
    there.store.close()
    drop(there)
    assert forked.killed_at("queueing:1", ingest(there))
    assert forked.killed_at("queued:1", ingest(there))
    ingest(there)()
    sound(there)
    there.store.close()

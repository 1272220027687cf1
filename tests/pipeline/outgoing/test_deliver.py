"""Results go to every target, at least once, under their key; one target's trouble is its own."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipeline.outgoing import OutgoingResult, TargetUnavailable
from pipeline.outgoing import deliver as module
from pipeline.outgoing.deliver import Delivery, deliver, targets
from pipeline.outgoing.folder import FolderTarget
from pipeline.site import init_site, load_site
from pipeline.store import Job, Store, new_owner

VERSIONS = {"rules": "test"}


def job(n: int, error: tuple[str, str] | None = None) -> Job:
    return Job(f"case-{n}", (f"{n:064x}",), ("document:x",), "guideline", VERSIONS, error=error)


def payload(n: int) -> str:
    return json.dumps({"case": n, "filler": "x" * 500}, separators=(",", ":"))


def fill(store: Store, done: int, dead: int = 0) -> None:
    for n in range(done):
        assert store.record(job(n), "supported", payload(n))
    store.enqueue(job(1000 + n, error=("NOT_TEXT", "BinaryDocument")) for n in range(dead))


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "store.sqlite")
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    with Store(place) as opened:
        yield opened


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return tmp_path / "results"


def folder(path: Path) -> FolderTarget:
    return FolderTarget(path, "folder:results")


def send(store: Store, *to: FolderTarget | Memory | Away) -> module.Delivered:
    return Delivery(store, to).once()


class Memory:
    """A target that keeps what it gets."""

    name = "memory"

    def __init__(self) -> None:
        self.got: list[OutgoingResult] = []

    def send(self, results: Sequence[OutgoingResult]) -> None:
        self.got += results

    def close(self) -> None:
        pass


class Away:
    """A target that does not answer until it is told to."""

    name = "away"

    def __init__(self) -> None:
        self.answers = False
        self.asked = 0
        self.got: list[str] = []

    def send(self, results: Sequence[OutgoingResult]) -> None:
        self.asked += 1
        if not self.answers:
            raise TargetUnavailable("away", "does not answer", "wait")
        self.got += [r.key for r in results]

    def close(self) -> None:
        pass


def whole(path: Path, repo_root: Path) -> dict[str, dict[str, object]]:
    """The files of a folder by case; each fits the schema, none is anything else."""
    schema = json.loads((repo_root / "pipeline/outgoing/result.schema.json").read_text(encoding="utf-8"))
    out = {}
    for file in path.iterdir():
        sent = json.loads(file.read_text(encoding="utf-8"))
        jsonschema.validate(sent, schema)
        assert file.name == f"{sent['key']}.json"
        out[sent["case_id"]] = sent
    assert len(out) == len(list(path.iterdir()))
    return out


def test_each_result_is_a_file_and_none_is_sent_twice(store: Store, results: Path, repo_root: Path) -> None:
    fill(store, done=120, dead=3)
    out = send(store, folder(results))
    assert (out.sent, out.dead) == ({"folder:results": 123}, {"folder:results": 3})
    found = whole(results, repo_root)
    assert len(found) == 123
    assert found["case-7"]["assessment"] == json.loads(payload(7))
    assert found["case-7"]["versions"] == VERSIONS
    assert (found["case-1001"]["state"], found["case-1001"]["error_code"]) == ("dead", "NOT_TEXT")
    assert send(store, folder(results)).sent == {"folder:results": 0}


def test_what_waits_or_was_superseded_is_not_sent(store: Store, results: Path) -> None:
    store.enqueue([job(1)])
    store.enqueue([Job("case-1", (f"{1:064x}",), ("x",), "guideline", {"rules": "newer"})])
    assert send(store, folder(results)).sent == {"folder:results": 0}


def test_a_dead_letter_that_is_done_after_all_is_sent_again(
    store: Store, results: Path, repo_root: Path
) -> None:
    store.enqueue([job(1, error=("MISSING", "MissingDocument"))])
    send(store, folder(results))
    assert whole(results, repo_root)["case-1"]["state"] == "dead"
    [row] = store.results()
    assert store.requeue([row.id]) == 1
    assert send(store, folder(results)).sent == {"folder:results": 0}
    [claimed] = store.claim("w", 1)
    store.begin(claimed)
    assert store.finish(claimed, "supported", payload(1))
    assert send(store, folder(results)).sent == {"folder:results": 1}
    assert whole(results, repo_root)["case-1"]["state"] == "done"


def test_files_and_folder_are_the_owners_alone(store: Store, results: Path) -> None:
    fill(store, done=2)
    old = os.umask(0)
    try:
        send(store, folder(results))
    finally:
        os.umask(old)
    assert stat.S_IMODE(results.stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in results.iterdir()} == {0o600}


def test_a_target_that_is_away_holds_up_no_other_and_catches_up(
    store: Store, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    fill(store, done=60)
    away = Away()
    delivery = Delivery(store, [away, folder(results)])
    out = delivery.once()
    assert out.sent == {"away": 0, "folder:results": 60}
    assert set(out.away) == {"away"}
    assert delivery.once().away == {}, "it is let be for a while"
    assert away.asked == 1
    waits = []
    while len(waits) < 12:
        asked, begun = away.asked, now
        while away.asked == asked:
            now += 1.0
            delivery.once()
        waits.append(now - begun)
    assert waits == sorted(waits)
    assert max(waits) <= 301.0
    away.answers = True
    now += 301.0
    assert delivery.once().sent["away"] == 60
    assert len(set(away.got)) == 60


def test_results_of_one_question_by_two_releases_share_its_subject(store: Store) -> None:
    """A message that comes again after an upgrade."""
    memory = Memory()
    for release in ("1", "2"):
        store.enqueue([Job("case-1", ("a" * 64,), ("x",), "guideline", {"rules": release})])
        (row,) = store.claim("me", 1)
        assert store.finish(row, "supported", "{}")
        send(store, memory)
    store.enqueue([Job("case-2", ("a" * 64,), ("x",), "guideline", {"rules": "2"})])
    (row,) = store.claim("me", 1)
    store.fail(row, "NO_TEXT", "EmptyDocument", final=True)
    send(store, memory)
    assert len({r.key for r in memory.got}) == 3
    assert [r.subject for r in memory.got] == [r.subject for r in store.results()]
    assert len({r.subject for r in memory.got}) == 2


def test_a_store_that_is_away_before_the_note_sends_again_under_the_same_key(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, done=3)
    memory = Memory()

    def away(*_: object) -> None:
        raise TargetUnavailable("store", "is away", "wait")

    monkeypatch.setattr(store, "delivered", away)
    send(store, memory)
    monkeypatch.undo()
    send(store, memory)
    assert [r.key for r in memory.got[:3]] == [r.key for r in memory.got[3:]]


@pytest.mark.parametrize("point", ["writing:1", "writing:2", "writing:60", "sent:1", "sent:2"])
def test_killed_on_the_way_nothing_is_half_and_nothing_is_missing(
    place: str, results: Path, repo_root: Path, forked: Any, point: str
) -> None:
    with Store(place) as store:
        fill(store, done=70)

    def step() -> None:
        with Store(place) as own:
            send(own, folder(results))

    assert forked.killed_at(point, step)
    complete = [p for p in results.iterdir() if not p.name.startswith(".")]
    for path in complete:
        json.loads(path.read_text(encoding="utf-8"))
    step()
    assert len(whole(results, repo_root)) == 70
    assert not list(results.glob(".part-*")), "what the dead process was writing is gone"


def test_two_deliverers_at_once_leave_each_file_whole(
    place: str, results: Path, repo_root: Path, forked: Any
) -> None:
    with Store(place) as store:
        fill(store, done=150)

    def step() -> None:
        with Store(place) as own:
            send(own, folder(results))

    assert [forked.wait(p) for p in [forked.start(step) for _ in range(3)]] == [0, 0, 0]
    assert len(whole(results, repo_root)) == 150
    with Store(place) as store:
        assert send(store, folder(results)).sent == {"folder:results": 0}


def test_a_case_that_is_erased_on_the_way_leaves_no_file(
    store: Store, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, done=2)
    target = folder(results)
    real = target.send

    def erase_meanwhile(sent: Sequence[OutgoingResult]) -> None:
        real(sent)
        from pipeline.store.schema import job as table

        with store.database.transaction() as c:
            c.execute(table.update().where(table.c.case_id == "case-1").values(state="erased"))

    monkeypatch.setattr(target, "send", erase_meanwhile)
    send(store, target)
    assert len(list(results.iterdir())) == 1


def test_a_full_disk_leaves_nothing_half_and_goes_on_later(tmp_path: Path, repo_root: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("a full disk is a small tmpfs, and mounting one needs root")
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k,mode=0700", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted here (a container without that right)")
    try:
        with Store(tmp_path / "store.sqlite") as store:
            fill(store, done=120)
            target, memory = folder(disk / "results"), Memory()
            out = send(store, target, memory)
            assert "No space left" in str(out.away["folder:results"])
            assert len(memory.got) == 120, "the other target has all"
            assert 0 < len(whole(disk / "results", repo_root)) < 120
            subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
            send(store, target)
            assert len(whole(disk / "results", repo_root)) == 120
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_the_sites_targets(tmp_path: Path, repo_root: Path) -> None:
    site = load_site(init_site(tmp_path / "site"))
    with site.open_store() as store:
        fill(store, done=1)
        assert deliver(site, store).sent == {"folder:results": 1}
    assert len(whole(tmp_path / "site" / "results", repo_root)) == 1
    assert [t.name for t in targets(site)] == ["folder:results"]


def test_what_another_machine_was_writing_goes_after_an_hour_a_living_ones_stays(
    store: Store, results: Path
) -> None:
    fill(store, done=1)
    results.mkdir(mode=0o700, exist_ok=True)
    old, young, own = (results / f".part-{o}" for o in ("far:1:1:x", "far:2:2:y", new_owner()))
    for path in (old, young, own):
        path.write_text("{", encoding="utf-8")
    for path in (old, own):
        os.utime(path, (1.0, 1.0))
    assert send(store, folder(results)).sent == {"folder:results": 1}
    assert [p.exists() for p in (old, young, own)] == [False, True, True]


def test_a_file_is_on_the_disk_before_it_has_its_name_and_the_name_after_it(
    store: Store, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, done=2)
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(handle: int) -> None:
        found = os.fstat(handle)
        # Only what was handed to the system before may count as on the disk.
        steps.append("folder" if stat.S_ISDIR(found.st_mode) else f"file {found.st_size > 0}")
        fsync(handle)

    def replaced(self: Path, target: Path) -> Path:
        steps.append("name")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    target = folder(results)
    monkeypatch.setattr(store, "delivered", lambda *_a, **_k: steps.append("noted"))
    send(store, target)
    assert steps[:6] == ["file True", "name", "file True", "name", "folder", "noted"]

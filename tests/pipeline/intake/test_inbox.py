"""An inbox: what is a case, under which id, and that every file ends as one job or one dead letter."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
from pathlib import Path

import pytest

from pipeline.errors import MissingDocument, OutputError
from pipeline.intake import inbox as module
from pipeline.store import StoreUnavailable

from .conftest import InboxSite

NOTE = "Low back pain for eight months."


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_note_becomes_a_job_and_leaves_the_inbox(here: InboxSite) -> None:
    here.put("a/visit.txt", NOTE)
    counts = here.ingest()
    assert (counts.taken, counts.new, counts.known, counts.refused, counts.waiting) == (1, 1, 0, 0, 0)
    row = here.rows()["a/visit"]
    assert row.documents == (sha(NOTE),)
    assert row.paths == (f"document:{sha(NOTE)}",)
    assert (row.state, row.source) == ("queued", "inbox")
    assert here.site.kept().path(row.paths[0]).read_text(encoding="utf-8") == NOTE
    assert here.left() == set()
    assert not list((here.inbox / ".taken").iterdir())


def test_the_same_file_again_is_known_another_text_is_new(here: InboxSite) -> None:
    for text, new in ((NOTE, 1), (NOTE, 0), (NOTE + " Worse.", 1)):
        here.put("visit.txt", text)
        assert here.ingest().new == new
    assert here.store.counts()["queued"] == 2


def test_one_text_in_two_places_is_two_jobs(here: InboxSite) -> None:
    here.put("p1/note.txt", NOTE)
    here.put("p2/note.txt", NOTE)
    here.ingest()
    assert set(here.rows()) == {"p1", "p2"}


def test_a_note_takes_its_case_file_along(here: InboxSite) -> None:
    here.put("visit.txt", NOTE)
    here.put("visit.case.json", json.dumps({"cpt": ["64635"], "patient": "MRN-17", "case_id": "c-9"}))
    here.put("other.txt", NOTE)
    here.ingest()
    [claimed] = [r for r in here.store.claim("w", 9) if r.case_id == "c-9"]
    assert claimed.request == {"case_file": {"case_id": "c-9", "cpt": ["64635"]}, "names": ["visit.txt"]}
    assert {r.case_id: r.patient for r in here.store.results()} == {"c-9": "MRN-17", "other": None}
    assert here.left() == set()


def test_the_patient_is_no_part_of_the_key(here: InboxSite) -> None:
    for patient in ("MRN-17", "MRN-18"):
        here.put("visit.txt", NOTE)
        here.put("visit.case.json", json.dumps({"patient": patient}))
        counts = here.ingest()
    assert (counts.new, counts.known) == (0, 1)


def test_a_case_file_waits_for_its_note(here: InboxSite) -> None:
    here.put("visit.case.json", "{}")
    assert here.ingest().waiting == 1
    here.put("visit.txt", NOTE)
    assert here.ingest().new == 1
    assert here.left() == set()


def test_a_folder_with_documents_is_one_case_once_all_are_there(here: InboxSite) -> None:
    here.put("p1/case.json", json.dumps({"documents": ["visit.txt", "sub/mri.txt"], "cpt": ["64635"]}))
    here.put("p1/visit.txt", NOTE)
    assert here.ingest().waiting == 1
    assert here.left() == {"p1/case.json", "p1/visit.txt"}
    here.put("p1/sub/mri.txt", "MRI.")
    here.put("p1/sub/mri.txt.part", "MRI.")
    assert here.ingest().waiting == 1
    (here.inbox / "p1/sub/mri.txt.part").unlink()
    assert here.ingest().new == 1
    assert here.rows()["p1"].documents == (sha(NOTE), sha("MRI."))
    assert here.left() == set()


def test_a_folders_case_file_holds_for_each_of_its_notes(here: InboxSite) -> None:
    here.put("p1/case.json", json.dumps({"cpt": ["64635"]}))
    here.put("p1/one.txt", NOTE)
    here.put("p1/two.txt", NOTE)
    here.put("p1/two.case.json", json.dumps({"cpt": ["64636"]}))
    assert here.ingest().new == 2
    asked = {r.case_id: r.request["case_file"] for r in here.store.claim("w", 9)}
    assert asked == {"p1/one": {"cpt": ["64635"]}, "p1/two": {"cpt": ["64636"]}}
    assert here.left() == set()


@pytest.mark.parametrize(
    "name", [".hidden.txt", "a.txt.part", "b.partial", "c.tmp", "d.crdownload", "e.txt~", ".a.txt.Xk3"]
)
def test_partial_files_are_left_alone(here: InboxSite, name: str) -> None:
    here.put(name, NOTE)
    assert here.ingest().taken == 0
    assert here.left() == {name}


def refuse(here: InboxSite, place: str, code: str) -> None:
    counts = here.ingest()
    assert (counts.taken, counts.refused) == (1, 1)
    row = here.rows()[place]
    assert (row.state, row.error_code) == ("dead", code)
    assert place in here.refused()
    assert here.left() == set()
    assert "Zz9Marker" not in json.dumps([vars(r) for r in here.store.results()], default=str)
    assert not any(Path(p).exists() for p in row.paths), "a worker could open it"


def test_a_pdf_by_name_or_content_is_a_dead_letter(here: InboxSite) -> None:
    here.put("scan.pdf", b"%PDF-1.7 Zz9Marker")
    refuse(here, "scan.pdf", "NOT_TEXT")
    here.put("scan.txt", b"%PDF-1.7 Zz9Marker")
    refuse(here, "scan.txt", "NOT_TEXT")


def test_a_link_is_a_dead_letter_and_what_it_means_is_not_read(here: InboxSite, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("Zz9Marker", encoding="utf-8")
    (here.inbox / "link.txt").symlink_to(secret)
    refuse(here, "link.txt", "LINK")
    (here.inbox / "hard.txt").hardlink_to(secret)
    refuse(here, "hard.txt", "LINK")
    (here.inbox / "way").symlink_to(tmp_path, target_is_directory=True)
    refuse(here, "way", "LINK")
    assert secret.read_text(encoding="utf-8") == "Zz9Marker"
    assert not here.site.kept().folder.joinpath(sha("Zz9Marker")[:2]).exists()


def test_a_pipe_is_a_dead_letter(here: InboxSite) -> None:
    os.mkfifo(here.inbox / "pipe.txt")
    refuse(here, "pipe.txt", "DEVICE")


def test_a_giant_is_a_dead_letter(here: InboxSite) -> None:
    here.put("big.txt", "Zz9Marker " * 20_000)
    refuse(here, "big.txt", "TOO_LARGE")


def test_a_name_that_is_no_text_is_a_dead_letter(here: InboxSite) -> None:
    path = os.fsencode(here.inbox) + b"/caf\xe9.txt"
    with open(path, "wb") as stream:  # noqa: PTH123  a Path cannot hold it
        stream.write(NOTE.encode())
    here.ingest()
    row = here.rows()["caf\\udce9.txt"]
    assert (row.state, row.error_code) == ("dead", "OUTSIDE")


@pytest.mark.parametrize("content", ["{", '{"unknown": "Zz9Marker"}', b"\xff\xfe\xff", "[1]", "[" * 100_000])
def test_a_bad_case_file_is_a_dead_letter_with_its_note(here: InboxSite, content: str | bytes) -> None:
    here.put("visit.txt", NOTE)
    here.put("visit.case.json", content)
    refuse(here, "visit.txt", "CASE_FILE")
    assert here.refused() == {"visit.txt", "visit.case.json"}
    # Mended, it is another job, not the dead one.
    here.put("visit.txt", NOTE)
    here.put("visit.case.json", "{}")
    assert here.ingest().new == 1


@pytest.mark.parametrize("listed", ["../secret.txt", "/etc/passwd", "link.txt", "sub/../../secret.txt"])
def test_a_case_file_cannot_reach_outside(here: InboxSite, listed: str) -> None:
    here.put("secret.txt.part", "Zz9Marker")
    here.put("p1/case.json", json.dumps({"documents": [listed]}))
    (here.inbox / "p1/link.txt").symlink_to("/etc/passwd")
    here.ingest()
    assert here.rows()["p1"].error_code in ("OUTSIDE", "LINK")
    assert here.left() == {"secret.txt.part"}


def test_a_case_file_of_the_whole_inbox_is_refused(here: InboxSite) -> None:
    here.put("case.json", json.dumps({"cpt": ["64635"]}))
    refuse(here, "case.json", "CASE_FILE")


def test_a_folder_exchanged_for_a_link_moves_nothing_elsewhere(
    here: InboxSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.put("p1/visit.txt", NOTE)
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "visit.txt").write_text("Zz9Marker", encoding="utf-8")
    real = module.Ingest._claim

    def exchange(self: module.Ingest, *args: object) -> bool:
        (here.inbox / "p1").rename(tmp_path / "gone")
        (here.inbox / "p1").symlink_to(other)
        return real(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(module.Ingest, "_claim", exchange)
    assert here.ingest().taken == 0
    assert (other / "visit.txt").read_text(encoding="utf-8") == "Zz9Marker"


def test_a_file_is_taken_when_it_has_looked_the_same_for_a_while(here: InboxSite) -> None:
    ingest = here.again(settle=0.15)
    path = here.put("visit.txt", "Low back")
    os.utime(path, (4e9, 4e9))  # a time stamp far in the future must not hold it for ever
    assert ingest.once(wait=False).waiting == 1
    path.write_text("Low back pain.", encoding="utf-8")
    assert ingest.once(wait=False).waiting == 1
    os.utime(path, (0, 0))
    assert ingest.once(wait=False).waiting == 1
    assert ingest.once(wait=True).new == 1
    assert here.rows()["visit"].documents == (sha("Low back pain."),)


def test_a_file_that_changes_between_two_looks_waits(
    here: InboxSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = here.put("visit.txt", "Low back")
    ingest = here.again(settle=0.01)

    def sleep(_: float) -> None:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(" pain")

    monkeypatch.setattr(module.time, "sleep", sleep)
    assert ingest.once().waiting == 1
    assert here.left() == {"visit.txt"}


def test_a_file_that_changes_while_it_is_taken_goes_back(
    here: InboxSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = here.put("visit.txt", "Low back")
    here.put("visit.case.json", "{}")
    stream = path.open("a", encoding="utf-8")
    real = module.Batch.take

    def take(self: module.Batch, place: str, expected: object) -> bool:
        done = real(self, place, expected)  # type: ignore[arg-type]
        stream.write(" pain")
        stream.flush()
        return done

    monkeypatch.setattr(module.Batch, "take", take)
    counts = here.ingest()
    assert (counts.taken, counts.waiting) == (0, 1)
    assert here.left() == {"visit.txt", "visit.case.json"}
    stream.close()
    monkeypatch.undo()
    assert here.ingest().new == 1


@pytest.mark.parametrize("error", [StoreUnavailable, OutputError])
def test_a_store_that_is_away_loses_nothing(
    here: InboxSite, monkeypatch: pytest.MonkeyPatch, error: type[OutputError]
) -> None:
    here.put("one.txt", NOTE)
    here.put("two.pdf", b"%PDF")

    def away(*_: object) -> int:
        raise error("the store", "is away", "wait")

    monkeypatch.setattr(here.store, "take_in", away)
    with pytest.raises(error):
        here.ingest()
    monkeypatch.undo()
    counts = here.ingest()
    assert (counts.taken, counts.new, counts.refused) == (2, 2, 1)
    assert here.left() == set()
    assert here.refused() == {"two.pdf"}


def test_everything_made_is_the_owners_alone(here: InboxSite) -> None:
    old = os.umask(0)
    try:
        here.put("p1/visit.txt", NOTE)
        here.put("p1/q.pdf", b"%PDF")
        here.put("p2/case.json", "{")
        here.ingest()
    finally:
        os.umask(old)
    refused = here.inbox / ".refused"
    made = [here.inbox / ".taken", refused, *(p for p in refused.iterdir())]
    made += here.site.kept().folder.rglob("*")
    for path in made:
        assert not stat.S_IMODE(path.lstat().st_mode) & 0o077, path


def test_another_users_taken_folder_is_not_used(here: InboxSite, tmp_path: Path) -> None:
    (tmp_path / "trap").mkdir()
    (here.inbox / ".taken").symlink_to(tmp_path / "trap")
    here.put("visit.txt", NOTE)
    with pytest.raises(OutputError, match="not a folder of this user"):
        here.ingest()
    assert here.left() >= {"visit.txt"}


def test_no_versions_are_loaded_for_an_empty_inbox(here: InboxSite) -> None:
    ingest = module.Ingest(here.site, here.store)
    ingest.once()
    assert ingest._units._versions is None


def test_a_file_that_cannot_be_moved_holds_up_no_other(here: InboxSite) -> None:
    # Its path fits below the inbox, but no longer below the folder of what is taken.
    handle = os.open(here.inbox, os.O_RDONLY)
    room = 4070 - len(str(here.inbox))
    while room > 0:
        name = "d" * min(200, room)
        os.mkdir(name, dir_fd=handle)
        below = os.open(name, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle, room = below, room - 201
    os.close(os.open("long.txt", os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=handle))
    os.close(handle)
    here.put("short.txt", NOTE)
    for _ in range(2):
        with pytest.raises(OutputError, match="File name too long"):
            here.ingest()
        assert set(here.rows()) == {"short"}
    assert not list((here.inbox / ".taken").iterdir())


def test_folders_too_deep_to_open_hold_up_no_other(here: InboxSite) -> None:
    handle = os.open(here.inbox, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("dd", dir_fd=handle)
        below = os.open("dd", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(handle)
    here.put("short.txt", NOTE)
    with pytest.raises(MissingDocument, match="File name too long"):
        here.ingest()
    assert set(here.rows()) == {"short"}
    subprocess.run(["rm", "-rf", str(here.inbox / "dd")], check=True)  # too deep for pytest's clearing up

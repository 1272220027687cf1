"""Packets in an inbox: taken whole, never split, and told where they are not whole."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.cli import main
from pipeline.inputs import CaseInput, collect
from pipeline.intake import inbox as module
from pipeline.intake import sighting
from pipeline.stored import refused
from pipeline.stored.erasure import erase, retain

from .conftest import VERSIONS, InboxSite

NOTE = "Low back pain for eight months."
LISTS_A = json.dumps({"documents": ["a.txt"], "cpt": ["64635"], "patient": "MRN-17"})


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds by which the file system's clock is ahead of the files."""
    ahead = [0.0]
    real = module.time_of
    monkeypatch.setattr(module, "time_of", lambda folder: real(folder) + ahead[0])
    return ahead


def test_what_a_packet_does_not_list_is_set_apart_with_the_packets_patient(here: InboxSite) -> None:
    here.put("p1/case.json", LISTS_A)
    for name in ("a.txt", "b.txt", "a.case.json", "sub/c.txt", "sub/case.json", "scan.pdf"):
        here.put(f"p1/{name}", "{}" if name.endswith("json") else f"{NOTE} {name}")
    here.put("p1/index.json", "{}")
    counts = here.ingest()
    assert (counts.new, counts.refused) == (6, 5)
    rows = here.rows()
    assert {place: row.error_code for place, row in rows.items()} == {
        "p1": None,
        **dict.fromkeys(
            ("p1/b.txt", "p1/a.case.json", "p1/sub/c.txt", "p1/sub/case.json", "p1/scan.pdf"), "NOT_LISTED"
        ),
    }
    assert {row.patient for row in rows.values()} == {"MRN-17"}
    assert here.left() == {"p1/index.json"}, "a side file is left as in any folder"
    assert here.ingest().taken == 0, "nothing comes in by itself, without request or patient"
    erase(here.site, here.store, patient="MRN-17")
    assert here.refused() == set()


def test_a_packet_is_the_same_case_wherever_its_folder_lies(here: InboxSite, tmp_path: Path) -> None:
    """What is a case, and what is told to be none, does not depend on who reads the folder."""
    folder = tmp_path / "still"
    for name, text in {
        "p1/case.json": LISTS_A, "p1/a.txt": NOTE, "p1/b.txt": "b", "p1/sub/c.txt": "c", "p1/x.pdf": "x",
        "p1/sub/case.json": "{}", "p1/index.json": "{}", "q/one.txt": "1", "q/one.case.json": "{}",
        "q/case.json": '{"cpt": ["64635"]}', "q/two.txt": "2", "q/sub/three.txt": "3",
    }.items():  # fmt: skip
        for top in (folder, here.inbox):
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    skipped: list[Path] = []
    cases = [c for c in collect([folder], skipped=skipped) if isinstance(c, CaseInput)]
    still = {tuple(p.name for p in c.paths) for c in cases}
    here.ingest()
    here.ingest()
    taken = list(here.store.claim("w", 99))
    assert {tuple(r.request["names"]) for r in taken} == still  # type: ignore[arg-type]
    refused = {r.case_id for r in here.store.results(states=("dead",))}
    assert refused == {p.relative_to(folder).as_posix() for p in skipped}
    assert "p1/b.txt" in refused


def test_a_dead_letter_is_its_patients_where_the_case_file_says_whose(here: InboxSite) -> None:
    here.put("p1/case.json", LISTS_A)
    here.put("p1/a.txt", b"%PDF-1.7")
    here.put("visit.txt", b"%PDF-1.7")
    here.put("visit.case.json", json.dumps({"patient": "MRN-17"}))
    assert here.ingest().refused == 2
    assert {r.patient for r in here.store.results()} == {"MRN-17"}
    assert here.refused()
    erase(here.site, here.store, patient="MRN-17")
    assert here.refused() == set()


def test_no_note_of_a_folder_is_taken_while_something_in_it_is_new(here: InboxSite) -> None:
    """The folder's case file comes last: taken before it, the note would lack the request."""
    ingest = here.again(settle=0.3)
    here.put("p1/sub/a.txt", NOTE)
    here.put("other.txt", NOTE)
    assert ingest.once(wait=False).taken == 0
    module.time.sleep(0.35)
    here.put("p1/b.txt", NOTE)
    counts = ingest.once(wait=False)
    assert (counts.taken, set(here.rows())) == (1, {"other"})
    here.put("p1/case.json", json.dumps({"documents": ["b.txt", "sub/a.txt"]}))
    assert ingest.once(wait=False).taken == 0
    module.time.sleep(0.35)
    assert ingest.once(wait=False).new == 1
    assert set(here.rows()) == {"other", "p1"}


def test_a_folder_that_never_rests_does_not_wait_for_ever(
    here: InboxSite, later: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest = here.again(settle=0.2)
    here.put("ward/1.txt", NOTE)
    ingest.once(wait=False)
    for n in range(2, 4):
        module.time.sleep(0.25)
        here.put(f"ward/{n}.txt", f"{NOTE} {n}")
        assert ingest.once(wait=False).taken == 0
    later[0] = sighting._PATIENCE + 1
    here.put("ward/4.txt", NOTE)
    assert ingest.once(wait=False).taken == 2
    assert set(here.rows()) == {"ward/1", "ward/2"}


def test_a_packet_that_lacks_documents_is_counted_named_and_logged(
    here: InboxSite, later: list[float], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.Units, "_own_versions", lambda _: VERSIONS)
    logged: list[dict[str, object]] = []

    class Log:
        def warning(self, event: str, **values: object) -> None:
            logged.append({"event": event, **values})

    monkeypatch.setattr(module.log, "get", Log)
    here.put("p1/case.json", json.dumps({"documents": ["a.txt", "b.txt"]}))
    here.put("p1/a.txt", NOTE)
    here.put("half.txt.part", NOTE)
    counts = here.ingest()
    assert (counts.taken, counts.waiting) == (0, 2)
    assert counts.waiting_seconds < 60
    assert not logged
    later[0] = 4000.0
    assert main(["queue", "ingest", str(here.site.base)]) == 0
    told = capsys.readouterr()
    assert "waiting to be complete 2" in told.out
    assert "p1: waits unchanged for 1 h 6 min" in told.err
    [line] = logged
    assert line.pop("age") in range(4000, 4060)
    assert line == {"event": "cases_waiting", "source": "inbox", "waiting": 2}


def test_what_waits_is_logged_once_for_each_number(
    here: InboxSite, later: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []

    class Log:
        def warning(self, event: str, **_: object) -> None:
            logged.append(event)

    monkeypatch.setattr(module.log, "get", Log)
    later[0] = 4000.0
    ingest = here.again()
    here.put("one.part", NOTE)
    for _ in range(3):
        ingest.once(wait=False)
    assert len(logged) == 1
    here.put("two.part", NOTE)
    ingest.once(wait=False)
    assert len(logged) == 2


def test_a_dead_letter_of_a_packet_comes_once(here: InboxSite) -> None:
    for _ in range(2):
        here.put("p1/case.json", LISTS_A)
        here.put("p1/a.txt", NOTE)
        here.put("p1/b.txt", NOTE)
        here.ingest()
    assert [r.state for r in here.store.results()].count("dead") == 1
    assert len(list(here.store.results())) == 2


def test_what_is_refused_again_goes_with_its_dead_letter_and_by_age(
    here: InboxSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two under one key the dead letter names the first file only."""
    for _ in range(2):
        for name in ("visit.txt", "other.txt"):
            here.put(f"s/{name}", b"%PDF-1.7")
            here.put(f"s/{name[:-4]}.case.json", json.dumps({"patient": name}))
        here.ingest()
    folder = here.inbox / ".refused"
    assert len(list(folder.rglob("visit.txt"))) == 2
    erase(here.site, here.store, patient="visit.txt")
    assert here.refused() == {"s/other.txt", "s/other.case.json"}
    assert len(list(folder.rglob("other.txt"))) == 2
    retain(here.site, here.store, 30)
    assert len(list(folder.rglob("other.txt"))) == 2
    ahead = SimpleNamespace(time=lambda: time.time() + 31 * 86400)
    monkeypatch.setattr(refused, "time", ahead)
    retain(here.site, here.store, 30)
    assert len(list(folder.rglob("other.txt"))) == 1, "the ledger still names it, and knows its age"
    [row] = [r for r in here.store.results() if r.state == "dead"]
    assert any(p.endswith("other.txt") for p in row.paths)
    assert all((folder / p.removeprefix("refused:")).is_file() for p in row.paths)

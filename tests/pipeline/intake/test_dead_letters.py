"""What an operator is told of dead letters, and what of them may wait again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.store import Job, new_owner
from pipeline.stored.erasure import erase

from .conftest import VERSIONS, InboxSite

MARKER = "Zz9Marker"


@pytest.fixture
def bad(here: InboxSite) -> InboxSite:
    """A site with a scan and with a case file that breaks its form."""
    here.put("scan.pdf", f"%PDF {MARKER}")
    here.put("visit.txt", f"{MARKER} low back pain")
    here.put("visit.case.json", json.dumps({"service_date": MARKER}))
    assert here.ingest().refused == 2
    return here


def listed(here: InboxSite, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    assert main(["queue", "dead", str(here.site.base), "--format", "json"]) == 0
    told = capsys.readouterr().out
    assert MARKER not in told
    return {row["case_id"]: row for row in map(json.loads, told.splitlines())}


def test_a_dead_letter_names_its_case_its_file_and_what_is_wrong(
    bad: InboxSite, capsys: pytest.CaptureFixture[str]
) -> None:
    found = listed(bad, capsys)
    scan, visit = found["scan.pdf"], found["visit.txt"]
    assert (scan["code"], scan["set_apart"]) == ("NOT_TEXT", True)
    assert "convert it" in scan["meaning"]
    assert Path(scan["files"][0]).read_text() == f"%PDF {MARKER}"
    assert visit["code"] == "CASE_FILE"
    assert visit["cause"].startswith("service_date: ")
    assert {Path(f).name for f in visit["files"]} == {"visit.txt", "visit.case.json"}
    (reason,) = (bad.inbox / ".refused").glob("*/.why/*.json")
    assert reason.stat().st_mode & 0o777 == 0o600
    assert reason.parent.stat().st_mode & 0o777 == 0o700
    assert main(["queue", "dead", str(bad.site.base)]) == 0
    text = capsys.readouterr().out
    for word in ("visit.txt", "service_date: ", scan["files"][0], "dead letters: 2"):
        assert word in text
    assert MARKER not in text


def test_a_code_that_is_none_is_told_from_what_the_job_asks(
    here: InboxSite, capsys: pytest.CaptureFixture[str]
) -> None:
    job = Job(
        "chart-17", ("a" * 64,), ("document:" + "a" * 64,), "guideline", VERSIONS,
        request={"case_file": {"cpt": ["64635", MARKER]}}, source="inbox",
    )  # fmt: skip
    here.store.enqueue([job])
    (row,) = here.store.claim(new_owner(), 1)
    assert here.store.begin(row)
    assert here.store.fail(row, "CASE_FILE", "CaseFileError", final=True)
    found = listed(here, capsys)["chart-17"]
    assert found["cause"].startswith("cpt[1] is not a CPT")
    assert (found["files"], found["set_apart"]) == ([], False)


def test_what_was_set_apart_cannot_wait_again_and_keeps_its_code(
    bad: InboxSite, capsys: pytest.CaptureFixture[str]
) -> None:
    found = listed(bad, capsys)
    scan = found["scan.pdf"]
    site = str(bad.site.base)
    assert main(["queue", "requeue", site, "--id", str(scan["id"])]) == 2
    told = capsys.readouterr().err
    assert scan["files"][0] in told
    assert "put it in the inbox again" in told
    assert main(["queue", "requeue", site, "--all"]) == 2
    kept = Job("kept", ("b" * 64,), ("document:x",), "guideline", VERSIONS, error=("NO_TEXT", "E"))
    bad.store.enqueue([kept])
    capsys.readouterr()
    assert main(["queue", "requeue", site, "--all", "--format", "json"]) == 0
    out = capsys.readouterr()
    assert json.loads(out.out) == {"requeued": 1, "set_apart": 2}
    assert {k: v["code"] for k, v in listed(bad, capsys).items()} == {
        "scan.pdf": "NOT_TEXT", "visit.txt": "CASE_FILE",
    }  # fmt: skip


def test_the_reason_goes_with_the_file_that_is_erased(bad: InboxSite) -> None:
    assert list((bad.inbox / ".refused").glob("*/.why/*.json"))
    erase(bad.site, bad.store, case_id="visit.txt")
    assert bad.refused() == {"scan.pdf"}
    assert not list((bad.inbox / ".refused").glob("*/.why"))


def test_a_batch_that_is_taken_over_is_judged_anew_with_its_reason(
    here: InboxSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason of a dead process is no file of a sender's."""
    here.put("visit.txt", f"{MARKER} low back pain")
    here.put("visit.case.json", json.dumps({"service_date": MARKER}))

    def full(_jobs: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(here.store, "take_in", full)
        with pytest.raises(RuntimeError):
            here.ingest()
    assert list((here.inbox / ".taken").rglob("*.json"))
    assert here.ingest().refused == 1
    assert here.refused() == {"visit.txt", "visit.case.json"}
    assert len(list((here.inbox / ".refused").glob("*/.why/*.json"))) == 1
    assert here.left() == set()

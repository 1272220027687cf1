"""Batches over a folder without an orchestrator: resumable, isolated, private, the same in any batch size."""

import datetime as dt
import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from pipeline import assess
from pipeline.errors import EmptyDocument, UsageError
from pipeline.intake import folder as intake
from pipeline.store import Store, new_owner
from pipeline.work import batch
from pipeline.work.versions import run_versions
from rules.assessment import Assessment

MARKER = "Zyx-planted-7741"
NOTE = """\
HISTORY: Low back pain {marker} for 9 months, no leg symptoms, case {n}.
PRIOR TREATMENT: physical therapy for 8 weeks without relief {marker}.
ASSESSMENT: M47.816 lumbar spondylosis.
PLAN: 64635, 64636 radiofrequency ablation L4-5, L5-S1. {marker}
"""


def fill(folder: Path, n: int, marker: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(n):
        (folder / f"note-{i:02}.txt").write_text(NOTE.format(n=i, marker=marker), encoding="utf-8")


def run(folder: Path, store: Path, size: int = 100, on: dt.date | None = None) -> tuple[dict[str, int], int]:
    """Plan, queue and drain; return the folder's counts and how many jobs were new."""
    with Store(store) as opened:
        ids, new = intake.enqueue(opened, intake.plan(folder, "guideline", on))
        return batch.drain(opened, ids, size), new


def payloads(store: Path) -> dict[str, str | None]:
    with Store(store) as opened:
        return {r.case_id: r.payload for r in opened.results()}


def test_a_second_run_finds_nothing_to_do(tmp_path: Path) -> None:
    fill(tmp_path / "in", 3)
    assert run(tmp_path / "in", tmp_path / "s.sqlite") == (
        {"queued": 0, "leased": 0, "done": 3, "dead": 0, "superseded": 0, "erased": 0}, 3,
    )  # fmt: skip
    before = payloads(tmp_path / "s.sqlite")
    assert run(tmp_path / "in", tmp_path / "s.sqlite")[1] == 0
    assert payloads(tmp_path / "s.sqlite") == before


def test_the_payload_is_the_assessment_with_the_versions_of_its_key(tmp_path: Path) -> None:
    fill(tmp_path / "in", 1)
    run(tmp_path / "in", tmp_path / "s.sqlite")
    stored = payloads(tmp_path / "s.sqlite")["note-00"]
    assert stored is not None
    kept = Assessment.model_validate_json(stored)
    assert kept == assess.assess_text((tmp_path / "in" / "note-00.txt").read_text(), document_id="note-00")
    assert kept.versions == dict(sorted(run_versions("guideline").items()))


def test_a_changed_note_is_a_new_result(tmp_path: Path) -> None:
    fill(tmp_path / "in", 2)
    run(tmp_path / "in", tmp_path / "s.sqlite")
    with (tmp_path / "in" / "note-00.txt").open("a") as note:
        note.write("Addendum: pain shoots into the left foot.\n")
    assert run(tmp_path / "in", tmp_path / "s.sqlite")[1] == 1
    with Store(tmp_path / "s.sqlite") as store:
        assert [r.case_id for r in store.results()] == ["note-00", "note-01", "note-00"]


def test_another_day_or_request_is_a_new_result(tmp_path: Path) -> None:
    fill(tmp_path / "in", 1)
    run(tmp_path / "in", tmp_path / "s.sqlite")
    assert run(tmp_path / "in", tmp_path / "s.sqlite", on=dt.date(2026, 3, 1))[1] == 1
    (tmp_path / "in" / "note-00.case.json").write_text(json.dumps({"cpt": ["64493"]}))
    assert run(tmp_path / "in", tmp_path / "s.sqlite")[1] == 1


def test_the_same_text_of_two_cases_is_two_results(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "note.txt").write_text(NOTE.format(n=1, marker=""))
    assert run(tmp_path / "in", tmp_path / "s.sqlite")[0]["done"] == 2
    assert set(payloads(tmp_path / "s.sqlite")) == {"a", "b"}


def test_results_do_not_depend_on_the_batch_size(tmp_path: Path) -> None:
    fill(tmp_path / "in", 5)
    found = []
    for size in (1, 2, 100):
        run(tmp_path / "in", tmp_path / f"{size}.sqlite", size)
        found.append(payloads(tmp_path / f"{size}.sqlite"))
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 5


def test_a_packet_is_one_result(tmp_path: Path) -> None:
    fill(tmp_path / "in" / "patient", 2)
    case = {"documents": ["note-01.txt", "note-00.txt"], "cpt": ["64635"]}
    (tmp_path / "in" / "patient" / "case.json").write_text(json.dumps(case))
    assert run(tmp_path / "in", tmp_path / "s.sqlite")[0]["done"] == 1
    (payload,) = payloads(tmp_path / "s.sqlite").values()
    kept = Assessment.model_validate_json(payload or "")
    assert [d.id for d in kept.documents] == ["note-01", "note-00"]
    assert [line.source for line in kept.case.request.lines] == ["case_file"]


def test_bad_documents_leave_the_others_done(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    fill(folder, 2)
    (folder / "binary.txt").write_bytes(b"\x89PNG\r\n" + bytes(range(256)))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.txt").write_text(" \n\t\n")
    (folder / "odd.txt").write_text(NOTE.format(n=7, marker=""))
    (folder / "odd.case.json").write_text('{"cpt": ["6463"]}')
    (folder / "torn.txt").write_text(NOTE.format(n=8, marker=""))
    (folder / "torn.case.json").write_text('{"cpt": [')
    (folder / "scan.pdf").write_bytes(b"%PDF")
    counts, new = run(folder, tmp_path / "s.sqlite")
    assert (counts["done"], counts["dead"], new) == (2, 5, 7)
    with Store(tmp_path / "s.sqlite") as store:
        codes = {
            Path(r.paths[0]).name: (r.error_code, r.error_class) for r in store.results() if r.state == "dead"
        }
    assert codes == {
        "binary.txt": ("NOT_TEXT", "BinaryDocument"),
        "empty.txt": ("NO_TEXT", "EmptyDocument"),
        "blank.txt": ("NO_TEXT", "EmptyDocument"),
        "odd.txt": ("CASE_FILE", "CaseFileError"),
        "torn.case.json": ("CASE_FILE", "CaseFileError"),
    }
    assert intake.plan(folder, "guideline").skipped == (folder / "scan.pdf",)
    assert run(folder, tmp_path / "s.sqlite")[1] == 0, "a bad document is not tried for ever"
    (folder / "empty.txt").write_text(NOTE.format(n=9, marker=""))
    assert run(folder, tmp_path / "s.sqlite")[0]["done"] == 3, "a mended one is"


def test_a_note_that_changes_while_it_waits_is_not_taken_for_the_old_one(tmp_path: Path) -> None:
    fill(tmp_path / "in", 1)
    with Store(tmp_path / "s.sqlite") as store:
        ids, _ = intake.enqueue(store, intake.plan(tmp_path / "in", "guideline"))
        (tmp_path / "in" / "note-00.txt").write_text("Something else altogether.")
        assert batch.drain(store, ids)["dead"] == 1
        assert [r.error_code for r in store.results()] == ["CHANGED"]


def test_a_fault_of_ours_is_noted_by_class_and_given_up_after_three_tries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "in", 3, MARKER)
    real = assess.build_case
    calls = []

    def broken(extractor: object, case_id: str, *rest: object) -> object:
        calls.append(case_id)
        if case_id == "note-01":
            raise LookupError(f"the text is {MARKER}")
        return real(extractor, case_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(assess, "build_case", broken)
    counts, _ = run(tmp_path / "in", tmp_path / "s.sqlite")
    assert (counts["done"], counts["dead"]) == (2, 1)
    assert calls.count("note-01") == 3
    with Store(tmp_path / "s.sqlite") as store:
        dead = next(r for r in store.results() if r.state == "dead")
    assert (dead.error_code, dead.error_class) == ("INTERNAL", "LookupError")
    assert MARKER not in repr(dead)


def test_only_the_payload_holds_text(tmp_path: Path) -> None:
    fill(tmp_path / "in", 2, MARKER)
    (tmp_path / "in" / "binary.txt").write_bytes(b"\x00\x01\x02" * 50 + MARKER.encode())
    run(tmp_path / "in", tmp_path / "s.sqlite")
    with sqlite3.connect(tmp_path / "s.sqlite") as c:
        c.row_factory = sqlite3.Row
        tables = [r[0] for r in c.execute("select name from sqlite_master where type = 'table'")]
        rows = [dict(r) for t in tables for r in c.execute(f"select * from {t}")]
    assert any(MARKER in r.get("payload", "") for r in rows), "the quotes are where they belong"
    for r in rows:
        assert MARKER not in repr({k: v for k, v in r.items() if k != "payload"})


def test_an_interrupted_batch_gives_back_what_it_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "in", 4)
    with Store(tmp_path / "s.sqlite") as store:
        ids, _ = intake.enqueue(store, intake.plan(tmp_path / "in", "guideline"))
        seen = []

        def stop() -> None:
            seen.append(1)
            if len(seen) == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            batch.run_batch(store, new_owner(), 10, on_document=stop)
        assert (store.counts()["done"], store.counts()["queued"]) == (2, 2)
        assert batch.drain(store, ids)["done"] == 4


def test_folders_without_notes_and_unknown_policies(tmp_path: Path) -> None:
    with pytest.raises(EmptyDocument):
        intake.plan(tmp_path, "guideline")
    with pytest.raises(UsageError):
        intake.plan(tmp_path, "nobodys")


@pytest.mark.slow
def test_kill_nine_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    """A real process is killed in the middle of a batch, twice; the third run ends the work."""
    folder, path = tmp_path / "in", tmp_path / "s.sqlite"
    fill(folder, 24)
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from pipeline.intake import folder as intake
        from pipeline.store import Store
        from pipeline.work import batch
        batch.assess.extractor()
        real = batch.assess.assess_documents
        def slow(*a, **k):
            time.sleep(0.15)  # so that the signal meets a batch in the middle
            return real(*a, **k)
        batch.assess.assess_documents = slow
        with Store(Path(sys.argv[2])) as store:
            ids, _ = intake.enqueue(store, intake.plan(Path(sys.argv[1]), "guideline"))
            batch.drain(store, ids, 12)
        """
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    reached = 0
    for target in (3, 9):
        worker = subprocess.Popen([sys.executable, "-c", program, str(folder), str(path)], env=environment)
        deadline = time.monotonic() + 120
        while reached < target and time.monotonic() < deadline and worker.poll() is None:
            time.sleep(0.05)
            if path.exists():
                with Store(path) as store:
                    reached = store.counts()["done"]
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        with Store(path) as store:
            counts = store.counts()
        assert target <= counts["done"] < 24
        assert counts["leased"] > 0, "it was killed with a batch in its hands"
    done_before = payloads(path)
    counts, new = run(folder, path, 12)
    assert new == 0
    assert counts["done"] == 24
    after = payloads(path)
    assert len(after) == 24
    assert all(after[name] == text for name, text in done_before.items() if text), (
        "what was done stays as it is"
    )
    with Store(path) as store:
        assert max(r.attempts for r in store.results()) <= 3

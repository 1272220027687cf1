"""``notewarrant queue drain``: counts, exit codes, older releases' jobs; with the product's own assessor."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from family import await_, workers

from pipeline import assess
from pipeline.cli import main
from pipeline.intake import folder as intake
from pipeline.site import init_site, load_site
from pipeline.store import Job
from pipeline.work.versions import run_versions
from rules.assessment import Assessment

NOTE = """\
HISTORY: Low back pain for {n} months, no leg symptoms.
PRIOR TREATMENT: physical therapy for 8 weeks without relief.
ASSESSMENT: M47.816 lumbar spondylosis.
PLAN: 64635, 64636 radiofrequency ablation L4-5, L5-S1.
"""


@pytest.mark.slow
def test_a_site_is_drained_and_says_what_became_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init_site(tmp_path)
    site = load_site(tmp_path)
    notes = tmp_path / "notes"
    notes.mkdir()
    for n in range(1, 4):
        (notes / f"note-{n}.txt").write_text(NOTE.format(n=n))
    (notes / "blank.txt").write_text(" \n")
    planned = intake.plan(notes, "guideline")
    old = {**run_versions("guideline"), "rules": "older"}
    with site.open_store() as store:
        intake.enqueue(store, planned)
        left = planned.jobs[-1]
        store.enqueue([Job("left-behind", left.documents, left.paths, "guideline", old)])
        with store.database.transaction() as c:
            c.exec_driver_sql("update version_set set seen = 0")
    assert main(["queue", "drain", str(tmp_path), "--processes", "2", "--format", "json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told == {"done": 4, "dead": {"NO_TEXT": 1}, "waiting": 0, "in_hand": 0, "worker_deaths": 0}
    with site.open_store() as store:
        done = {r.case_id: r.payload or "" for r in store.results(states=["done"])}
    expected = assess.assess_text(NOTE.format(n=2), document_id="note-2")
    assert Assessment.model_validate_json(done["note-2"]) == expected
    adopted = Assessment.model_validate_json(done["left-behind"])
    assert adopted.versions == dict(sorted(run_versions("guideline").items()))
    assert main(["queue", "drain", str(tmp_path), "--processes", "1", "-q"]) == 0
    assert capsys.readouterr().out == "nothing to do\n"


def test_wrong_use_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["queue", "drain", str(tmp_path / "none")]) == 3
    init_site(tmp_path)
    assert main(["queue", "drain", str(tmp_path), "--processes", "0"]) == 2
    said = capsys.readouterr().err
    assert "make one with notewarrant site init DIR" in said
    assert "--processes: 0 is less than 1; write e.g. 2" in said


def test_sigterm_to_all_ends_a_drain_that_waits_for_more(tmp_path: Path) -> None:
    init_site(tmp_path)
    command = [
        sys.executable,
        "-c",
        "import sys; from pipeline.cli import main; sys.exit(main(sys.argv[1:]))",
    ]
    running = subprocess.Popen(
        [*command, "queue", "drain", str(tmp_path), "--processes", "1", "--forever"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    await_(lambda: workers(running.pid), 40)
    os.killpg(running.pid, signal.SIGTERM)  # as a service manager does: parent, server and workers
    out, said = running.communicate(timeout=40)
    assert (running.returncode, out) == (0, "nothing to do\n")
    assert "notewarrant:" not in said
    assert "Traceback" not in said

"""A marker planted in notes, their names and in faults: in the result, and nowhere that one watches from."""

import dataclasses
import json
import logging
import time
from pathlib import Path

import pytest

from pipeline.cli.main import main
from pipeline.errors import EmptyDocument
from pipeline.intake import folder as intake
from pipeline.site import init_site, load_site
from pipeline.store import Claimed, new_owner
from pipeline.store.kept import KeptDocuments
from pipeline.watch import log
from pipeline.watch.weeks import week_at
from pipeline.work.batch import assessed, run_batch
from rules.assessment import Assessment

MARKER = "Zyxplanted7741"
NOTE = (
    f"HISTORY: {MARKER} has low back pain {MARKER} for 9 months, case {{n}}.\n"
    f"PRIOR TREATMENT: physical therapy {MARKER} for 8 weeks without relief.\n"
    f"PLAN: 64635 radiofrequency ablation L4-5 {MARKER}. ASSESSMENT: M47.816 {MARKER}\n"
)


def test_nothing_that_watches_shows_it(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    site = load_site(init_site(tmp_path / "site"))
    notes = tmp_path / "in"
    notes.mkdir()
    for n in range(5):
        (notes / f"{MARKER}-{n}.txt").write_text(NOTE.format(n=n), encoding="utf-8")

    def assessor(row: Claimed, kept: KeptDocuments | None) -> Assessment:
        text = Path(row.paths[0]).read_text("utf-8")
        logging.getLogger("spacy.pipeline").warning("cannot read %s", text)
        log.get().info("document_begun", job=row.id, case=row.case_id, text=text, source=text, key=text)
        match int(row.case_id[-1]):
            case 3:
                error: Exception = ValueError(text)
            case 4:
                error = EmptyDocument(row.paths[0], text, text)
            case _:
                return assessed(row, kept)
        log.get().warning(text, error=error)
        raise error

    log.configure(tmp_path / "log.jsonl", "debug")
    try:
        with site.open_store() as store:
            planned = intake.plan(notes, "guideline")
            store.enqueue([dataclasses.replace(j, patient=MARKER) for j in planned.jobs])
            counts = run_batch(store, new_owner(), 10, assessor=assessor)
            assert (counts.done, counts.dead, counts.retry) == (3, 1, 1)
            payloads = [r.payload or "" for r in store.results() if r.state == "done"]
    finally:
        log.off()
    assert all(MARKER in payload for payload in payloads), "it was really there to leak"

    week = str(week_at(time.time()))
    for command in (
        ["status", "--format", "text"], ["status", "--format", "json"], ["metrics", "--once"], ["drift"],
        ["drift", "--week", week, "--format", "json"], ["drift", "--format", "html"],
        ["drift", "--week", week, "--write-baseline", str(tmp_path / "baseline.json")],
    ):  # fmt: skip
        capfd.readouterr()
        assert main([command[0], str(tmp_path / "site"), *command[1:]]) == 0
        out, err = capfd.readouterr()
        assert out
        assert MARKER.lower() not in (out + err).lower(), command
    lines = (tmp_path / "log.jsonl").read_text()
    events = [json.loads(line)["event"] for line in lines.splitlines()]
    assert events.count("document_begun") == 5
    assert events.count("library") >= 5
    assert {json.loads(line).get("class") for line in lines.splitlines()} >= {"ValueError", "EmptyDocument"}
    assert MARKER.lower() not in lines.lower()
    baseline = (tmp_path / "baseline.json").read_text()
    assert json.loads(baseline)["tally"]["results"] == 3
    assert MARKER.lower() not in baseline.lower()

"""A second reader's annotation, or another system's facts, held against the gold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli.main import main
from pipeline.corpus import load_corpus
from pipeline.errors import EXIT_OK, EXIT_USAGE, UsageError
from pipeline.evaluation.evaluator import evaluate
from pipeline.evaluation.readings import narrowed, read_readings

CHARTS = Path(__file__).parents[3] / "corpora" / "charts"
SECOND = CHARTS / "second_reading.jsonl"


def test_the_gold_read_against_itself_has_no_fault(tmp_path: Path) -> None:
    corpus = load_corpus(CHARTS, sets=["a"])
    file = tmp_path / "reading.jsonl"
    file.write_bytes((CHARTS / "a" / "gold.jsonl").read_bytes())
    readings = read_readings(file)
    evaluation = evaluate(narrowed(corpus, readings, file), readings=readings, resamples=0)
    faults = [j for n in evaluation.notes for j in n.judgements if j.verdict in ("wrong", "missed")]
    assert not faults
    assert sum(len(n.judgements) for n in evaluation.notes) > 500


def test_a_changed_value_is_a_fault(tmp_path: Path) -> None:
    corpus = load_corpus(CHARTS, sets=["a"])
    lines = (CHARTS / "a" / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    changed = json.loads(lines[0])
    changed["radicular"]["lumbar"] = {"status": "present", "evidence": []}
    file = tmp_path / "reading.jsonl"
    file.write_text(json.dumps(changed) + "\n", encoding="utf-8")
    readings = read_readings(file)
    evaluation = evaluate(narrowed(corpus, readings, file), readings=readings, resamples=0)
    [note] = evaluation.notes
    wrong = [(j.family, j.gold) for j in note.judgements if j.verdict == "wrong"]
    assert wrong == [("radicular", "lumbar")]


def test_forty_charts_have_a_second_reading() -> None:
    assert len(read_readings(SECOND)) == 40


def test_the_command_stores_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = tmp_path / "runs"
    code = main(
        ["eval", str(CHARTS), "--sets", "e,f,g,h,i", "--readings", str(SECOND), "--runs", str(runs), "-q"]
    )
    assert code == EXIT_OK
    assert "40 notes" in capsys.readouterr().out
    assert not runs.exists()


def test_notes_that_were_not_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["eval", str(CHARTS), "--sets", "a", "--readings", str(SECOND), "-q", "--no-run"]) == EXIT_USAGE
    )
    assert "not chosen" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content", ["", "[]\n", "{\n", '{"radicular": {}}\n', '{"note_id": "x"}\n{"note_id": "x"}\n']
)
def test_what_is_no_reading_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "reading.jsonl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError):
        read_readings(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read_readings(tmp_path / "none.jsonl")

"""Corrections come back as gold: edited values, added marks, several annotators, faults."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.annotate.corrections import import_corrections
from pipeline.annotate.merge import joined
from pipeline.annotate.report import corrections_lines
from pipeline.cli import main
from pipeline.corpus import check_corpus, load_corpus
from pipeline.corpus.model import CorpusError

Task = dict[str, Any]


@pytest.fixture
def tasks(notes: Path, tmp_path: Path) -> dict[str, Task]:
    out = tmp_path / "tasks.json"
    assert main(["annotate", "export", str(notes), "-o", str(out), "--count", "9", "-q"]) == 0
    return {t["data"]["note_id"]: t for t in json.loads(out.read_text("utf-8"))}


def annotate(
    task: Task, user: int = 1, change: Callable[[list[dict[str, Any]]], object] | None = None
) -> None:
    """What the program makes of a prediction that an annotator accepts, with changes."""
    result = copy.deepcopy(task["predictions"][0]["result"])
    if change:
        change(result)
    task.setdefault("annotations", []).append(
        {"completed_by": user, "was_cancelled": False, "result": result}
    )


def export(tasks: dict[str, Task], tmp_path: Path) -> Path:
    file = tmp_path / "export.json"
    file.write_text(json.dumps(list(tasks.values())), encoding="utf-8")
    return file


def set_choice(name: str, old: str, new: str) -> Callable[[list[dict[str, Any]]], None]:
    def change(result: list[dict[str, Any]]) -> None:
        found = [r for r in result if r.get("from_name") == name and r["value"]["choices"] == [old]]
        assert found
        found[0]["value"]["choices"] = [new]

    return change


def gold_of(file: Path, note: str) -> dict[str, Any]:
    (found,) = [n for n in import_corrections(file).notes if n.note_id == note]
    return dict(found.gold)


def test_a_corrected_value_is_what_the_gold_says(
    tasks: dict[str, Task], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, task in tasks.items():
        annotate(
            task, change=set_choice("therapies.outcome", "failed", "partial") if name == "plain" else None
        )
    out, report = tmp_path / "corrected", tmp_path / "report.json"
    file = export(tasks, tmp_path)
    assert (
        main(["annotate", "import", str(file), "-o", str(out), "--set", "round1", "--report", str(report)])
        == 0
    )
    assert check_corpus(out) == []
    corpus = load_corpus(out, sets=["round1"])
    assert {n.note_id for n in corpus.notes} == set(tasks)
    by_id = {n.note_id: n for n in corpus.notes}
    (therapy,) = by_id["plain"].gold["therapies"]
    assert (therapy["modality"], therapy["weeks"], therapy["outcome"]) == ("physical_therapy", 8.0, "partial")
    assert by_id["emoji"].text == tasks["emoji"]["data"]["text"]
    assert "\r\n" in by_id["emoji"].text
    edits = [r for r in json.loads(report.read_text("utf-8"))["repairs"] if r["what"] == "edited"]
    assert [(r["note"], r["from"]["outcome"], r["to"]["outcome"]) for r in edits] == [
        ("plain", "failed", "partial")
    ]
    assert "edited: 1" in capsys.readouterr().out


def test_an_accepted_prediction_is_the_prediction(
    tasks: dict[str, Task], tmp_path: Path, notes: Path
) -> None:
    """Every value and place of the guide's facts, note by note; no request and criteria, which nobody saw."""
    from pipeline.annotate.reading import pool, read_note
    from pipeline.annotate.tasks import predicted_record
    from pipeline.corpus.exchange import compose

    for task in tasks.values():
        annotate(task)
    back = {n.note_id: n for n in import_corrections(export(tasks, tmp_path)).notes}
    for note in pool([notes], None, pytest.fail).notes:
        want = predicted_record(read_note(note))
        assert dict(back[note.note_id].gold) == compose(want.note_id, want.text, want.items, want.rest)
        assert {"request", "criteria"}.isdisjoint(back[note.note_id].gold)


def test_a_mark_that_an_annotator_adds_is_an_entry(tasks: dict[str, Task], tmp_path: Path) -> None:
    text = tasks["plain"]["data"]["text"]
    start = text.index("Low back pain")
    place = {"start": start, "end": start + 13, "text": "Low back pain"}

    def add(result: list[dict[str, Any]]) -> None:
        region = {"id": "Xy12", "to_name": "text"}
        result.append(
            {**region, "from_name": "family", "type": "labels", "value": {**place, "labels": ["red_flags"]}}
        )
        result.append(
            {
                **region,
                "from_name": "red_flags.kind",
                "type": "choices",
                "value": {**place, "choices": ["fracture"]},
            }
        )

    annotate(tasks["plain"], change=add)
    gold = gold_of(export(tasks, tmp_path), "plain")
    assert [(x["kind"], x["evidence"][0]["quote"]) for x in gold["red_flags"]] == [
        ("fracture", "Low back pain")
    ]


def test_two_annotators_who_differ_are_both_accepted(tasks: dict[str, Task], tmp_path: Path) -> None:
    annotate(tasks["plain"], 7)
    annotate(tasks["plain"], 8, set_choice("therapies.outcome", "failed", "partial"))
    found = import_corrections(export(tasks, tmp_path))
    (note,) = found.notes
    (therapy,) = note.gold["therapies"]
    assert therapy["outcome"] == {"accept": ["failed", "partial"]}
    assert therapy["weeks"] == 8.0
    assert [(c.item, c.field, c.annotators) for c in found.conflicts] == [
        ("therapies.0", "outcome", ("user 7", "user 8"))
    ]


def test_an_entry_that_one_annotator_has_is_not_required(tasks: dict[str, Task], tmp_path: Path) -> None:
    def drop(result: list[dict[str, Any]]) -> None:
        result[:] = [r for r in result if not str(r.get("id", "")).startswith("therapies")]

    annotate(tasks["plain"], 7)
    annotate(tasks["plain"], 8, drop)
    found = import_corrections(export(tasks, tmp_path))
    (therapy,) = found.notes[0].gold["therapies"]
    assert therapy["required"] is False
    assert [(c.item, c.field, c.annotators) for c in found.conflicts] == [("therapies.0", "", ("user 7",))]


def test_a_status_may_be_in_conflict_too(tasks: dict[str, Task], tmp_path: Path) -> None:
    annotate(tasks["opposed"], 7)
    annotate(tasks["opposed"], 8, set_choice("radicular.status", "present", "uncertain"))
    annotate(tasks["plain"], 7)
    annotate(tasks["plain"], 8, set_choice("therapies.status", "past", "declined"))
    file, out = export(tasks, tmp_path), tmp_path / "both"
    assert main(["annotate", "import", str(file), "-o", str(out)]) == 0
    gold = {n.note_id: n.gold for n in load_corpus(out).notes}
    assert gold["opposed"]["radicular"]["lumbar"]["status"] == {"accept": ["present", "uncertain"]}
    assert [(t["modality"], t["status"], t["required"]) for t in gold["plain"]["therapies"]] == [
        ("physical_therapy", "past", False), ("physical_therapy", "declined", False),
    ]  # fmt: skip
    assert check_corpus(out) == []
    assert main(["eval", str(out), "--no-run", "--resamples", "0"]) == 0


def test_a_conflict_about_a_key_is_told_once(tasks: dict[str, Task], tmp_path: Path) -> None:
    annotate(tasks["plain"], 7)
    annotate(tasks["plain"], 8, set_choice("therapies.status", "past", "declined"))
    found = import_corrections(export(tasks, tmp_path))
    assert [(c.item, c.field, c.annotators, c.apart) for c in found.conflicts] == [
        ("therapies.0", "status", ("user 7", "user 8"), True)
    ]
    assert any("an entry for each, none required" in line for line in corrections_lines(found))


def test_the_last_annotation_of_one_annotator_counts(tasks: dict[str, Task], tmp_path: Path) -> None:
    annotate(tasks["plain"], 7)
    annotate(tasks["plain"], 7, set_choice("therapies.outcome", "failed", "partial"))
    found = import_corrections(export(tasks, tmp_path))
    assert found.conflicts == []
    assert found.notes[0].gold["therapies"][0]["outcome"] == "partial"


def test_what_nobody_annotated_waits(tasks: dict[str, Task], tmp_path: Path) -> None:
    annotate(tasks["plain"])
    annotate(tasks["thin"])
    tasks["thin"]["annotations"][0]["was_cancelled"] = True
    found = import_corrections(export(tasks, tmp_path))
    assert [n.note_id for n in found.notes] == ["plain"]
    assert set(found.waiting) == set(tasks) - {"plain"}


def test_tasks_that_all_wait_are_told_as_such(
    tasks: dict[str, Task], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["annotate", "import", str(export(tasks, tmp_path)), "-o", str(tmp_path / "out")]) == 2
    assert f"none of its {len(tasks)} tasks is annotated" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_missing_field_is_a_fault_of_that_note_and_the_others_go_on(
    tasks: dict[str, Task], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def unset(result: list[dict[str, Any]]) -> None:
        result[:] = [r for r in result if r.get("from_name") != "therapies.status"]

    annotate(tasks["plain"], 7)
    annotate(tasks["plain"], 8, unset)
    annotate(tasks["seldom"], 7)
    out = tmp_path / "some"
    assert main(["annotate", "import", str(export(tasks, tmp_path)), "-o", str(out)]) == 3
    assert [n.note_id for n in load_corpus(out).notes] == ["seldom"]
    err = capsys.readouterr().err
    assert "plain" in err
    assert "therapies[0] has no status (user 8)" in err


def test_a_shift_of_offsets_is_mended_and_told(tasks: dict[str, Task], tmp_path: Path) -> None:
    def shift(result: list[dict[str, Any]]) -> None:
        for r in result:
            if "value" in r:
                r["value"]["start"] += 1  # UTF-16 counts the emoji twice
                r["value"]["end"] += 1

    annotate(tasks["emoji"], change=shift)
    found = import_corrections(export(tasks, tmp_path))
    assert ("emoji", "units") in {(r.note, r.what) for r in found.repairs}
    text = found.notes[0].text
    assert all(text[s.start : s.end] == s.quote for s in found.notes[0].evidence)


@pytest.mark.parametrize("name", ["../escape", "a/b", ""])
def test_a_name_that_is_no_file_name_is_refused(tasks: dict[str, Task], tmp_path: Path, name: str) -> None:
    annotate(tasks["plain"])
    tasks["plain"]["data"]["note_id"] = name or "."
    found = import_corrections(export(tasks, tmp_path))
    assert [p.code for p in found.problems] == ["note_id"]
    assert found.notes == []


@pytest.mark.parametrize("content", ["{}", "[", "\xff", '[3, {"data": 4}]'])
def test_what_is_no_export_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "export.json"
    file.write_bytes(content.encode("latin-1"))
    try:
        found = import_corrections(file)
    except CorpusError:
        return
    assert found.notes == []
    assert found.problems


def test_places_are_joined() -> None:
    assert joined([(5, 9), (0, 3), (8, 12), (3, 5), (5, 9)]) == ((0, 3), (3, 5), (5, 12))

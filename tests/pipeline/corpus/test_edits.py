"""What an annotator does in a program comes in as values: changed, added and dropped items."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from exchange_cases import note_of, there_and_back

from pipeline.corpus import GoldNote
from pipeline.corpus.transfer import Imported, import_notes

TEXT = "TENS helped. Had an epidural. No leg pain."


def note() -> GoldNote:
    tens: dict[str, Any] = {"modality": "tens", "status": "past", "weeks": {"accept": [6, None]}}
    tens["outcome"] = {"accept": ["failed", "partial"]}
    return note_of(
        TEXT,
        [
            ("radicular", "lumbar", {"accept": ["absent", "historical"]}, [(30, 41)]),
            ("radicular", "cervical", {"status": "not_documented"}, []),
            ("therapies", 0, tens, [(0, 4), (5, 11)]),
        ],
        {},
    )  # fmt: skip


def told(back: Imported) -> list[tuple[str, Any, Any]]:
    assert back.problems == []
    return [(r.what, r.before, r.after) for r in back.repairs]


def test_an_attribute_changed_in_brat(tmp_path: Path) -> None:
    there_and_back([note()], "brat", tmp_path)
    ann = tmp_path / "out" / "n1.ann"
    text = ann.read_text(encoding="utf-8")
    assert "therapies_outcome T2 failed" in text
    assert "*\tEquiv T2 T3" in text
    changed = text.replace("therapies_outcome T2 failed", "therapies_outcome T2 effective")
    ann.write_text(changed, encoding="utf-8")
    back = import_notes(tmp_path / "out", "brat")
    assert told(back) == [
        (
            "edited",
            {"item": "therapies.0", "outcome": "failed"},
            {"item": "therapies.0", "outcome": "effective"},
        )
    ]
    (item,) = back.notes[0].gold["therapies"]
    assert item["outcome"] == "effective"
    assert item["weeks"] == {"accept": [6, None]}


def test_items_added_and_dropped_in_brat(tmp_path: Path) -> None:
    there_and_back([note()], "brat", tmp_path)
    ann = tmp_path / "out" / "n1.ann"
    kept = [x for x in ann.read_text(encoding="utf-8").split("\n") if "radicular" not in x]
    new = [
        "T9\tinjections 20 28\tepidural", "A20\tinjections_kind T9 epidural",
        "A21\tinjections_status T9 past", "#7\tAnnotatorNotes T9\tsure of this?",
        "T10\tinjections 13 16\tHad", "*\tEquiv T9 T10", "T11\tradicular 33 41\tleg pain",
        "A22\tradicular_region T11 lumbar", "A23\tradicular_status T11 absent",
    ]  # fmt: skip
    ann.write_text("\n".join([*kept, *new]), encoding="utf-8")
    back = import_notes(tmp_path / "out", "brat")
    assert {w for w, _, _ in told(back)} == {"added"}
    gold = back.notes[0].gold
    (block,) = gold["injections"]
    assert (block["kind"], block["status"], block["laterality"]) == ("epidural", "past", "unknown")
    assert [e["quote"] for e in block["evidence"]] == ["epidural", "Had"]
    assert gold["radicular"]["lumbar"]["evidence"] == [{"quote": "leg pain", "start": 33, "end": 41}]


def test_everything_of_an_item_dropped(tmp_path: Path) -> None:
    there_and_back([note()], "brat", tmp_path)
    (tmp_path / "out" / "n1.ann").write_text("", encoding="utf-8")
    back = import_notes(tmp_path / "out", "brat")
    assert told(back) == [("dropped", "radicular.lumbar", None), ("dropped", "therapies.0", None)]
    assert back.notes[0].gold["radicular"] == {"cervical": {"status": "not_documented", "evidence": []}}
    assert back.notes[0].gold["therapies"] == []


def _result(name: str, kind: str, value: dict[str, Any], of: str) -> dict[str, Any]:
    place = {"start": 20, "end": 28, "text": "epidural"}
    return {"id": of, "from_name": name, "to_name": "text", "type": kind, "value": {**place, **value}}


def test_work_in_label_studio(tmp_path: Path) -> None:
    there_and_back([note()], "label-studio", tmp_path)
    target = tmp_path / "out"
    tasks = json.loads(target.read_text(encoding="utf-8"))
    results = tasks[0]["annotations"][0]["result"]
    for r in results:
        if r.get("from_name") == "therapies.weeks":
            r["value"]["number"] = 12
        if r.get("from_name") == "radicular.status":
            r["value"]["choices"] = ["present"]
    results += [
        _result("family", "labels", {"labels": ["injections"]}, "aB3x"),
        _result("injections.kind", "choices", {"choices": ["epidural"]}, "aB3x"),
        _result("injections.status", "choices", {"choices": ["past"]}, "aB3x"),
        _result("injections.levels", "textarea", {"text": ["L4-L5, L5-S1"]}, "aB3x"),
        _result("injections.percent_relief", "number", {"number": 80}, "aB3x"),
    ]
    cancelled = {"was_cancelled": True, "result": []}
    tasks[0]["annotations"].append(cancelled)
    target.write_text(json.dumps(tasks), encoding="utf-8")
    back = import_notes(target, "label-studio")
    assert [w for w, _, _ in told(back)] == ["edited", "edited", "added"]
    gold = back.notes[0].gold
    assert gold["radicular"]["lumbar"]["status"] == "present"
    assert "accept" not in gold["radicular"]["lumbar"]
    assert gold["therapies"][0]["weeks"] == 12
    assert gold["therapies"][0]["outcome"] == {"accept": ["failed", "partial"]}
    (block,) = gold["injections"]
    assert (block["levels"], block["percent_relief"]) == (["L4-L5", "L5-S1"], 80)


def test_a_region_joined_to_an_item_in_label_studio(tmp_path: Path) -> None:
    there_and_back([note()], "label-studio", tmp_path)
    target = tmp_path / "out"
    tasks = json.loads(target.read_text(encoding="utf-8"))
    results = tasks[0]["annotations"][0]["result"]
    results.append(_result("family", "labels", {"labels": ["therapies"]}, "aB3x"))
    results.append({"type": "relation", "from_id": "therapies-0-0", "to_id": "aB3x", "direction": "right"})
    target.write_text(json.dumps(tasks), encoding="utf-8")
    back = import_notes(target, "label-studio")
    assert told(back) == [("added", "therapies.0", [20, 28])]
    (item,) = back.notes[0].gold["therapies"]
    assert [e["quote"] for e in item["evidence"]] == ["TENS", "helped", "epidural"]


def test_a_status_moved_to_another_region_in_brat(tmp_path: Path) -> None:
    there_and_back([note()], "brat", tmp_path)
    ann = tmp_path / "out" / "n1.ann"
    text = ann.read_text(encoding="utf-8")
    moved = text.replace("radicular_region T1 lumbar", "radicular_region T1 cervical")
    ann.write_text(moved, encoding="utf-8")
    back = import_notes(tmp_path / "out", "brat")
    assert [w for w, _, _ in told(back)] == ["edited", "dropped"]
    (region,) = back.notes[0].gold["radicular"].items()
    assert region[0] == "cervical"
    assert [e["quote"] for e in region[1]["evidence"]] == ["No leg pain."[:11]]
    more = ["T9\tradicular 0 4\tTENS", "A9\tradicular_region T9 cervical", "A10\tradicular_status T9 present"]
    ann.write_text("\n".join([text, *more]), encoding="utf-8")
    assert [w for w, _, _ in told(import_notes(tmp_path / "out", "brat"))] == ["edited"]


def test_values_of_a_new_item_on_its_second_mark(tmp_path: Path) -> None:
    there_and_back([note()], "brat", tmp_path)
    ann = tmp_path / "out" / "n1.ann"
    new = [
        "T9\tinjections 13 16\tHad", "T10\tinjections 20 28\tepidural", "*\tEquiv T9 T10",
        "A20\tinjections_kind T9 epidural", "A21\tinjections_status T10 past",
    ]  # fmt: skip
    ann.write_text(ann.read_text(encoding="utf-8") + "\n".join(new), encoding="utf-8")
    back = import_notes(tmp_path / "out", "brat")
    assert [w for w, _, _ in told(back)] == ["added", "edited"]
    (block,) = back.notes[0].gold["injections"]
    assert (block["kind"], block["status"]) == ("epidural", "past")


def test_predictions_are_read_where_nobody_annotated(tmp_path: Path) -> None:
    there_and_back([note()], "label-studio", tmp_path)
    target = tmp_path / "out"
    tasks = json.loads(target.read_text(encoding="utf-8"))
    tasks[0]["predictions"] = tasks[0].pop("annotations")
    target.write_text(json.dumps(tasks), encoding="utf-8")
    assert len(import_notes(target, "label-studio").notes[0].evidence) == 3


def test_an_illegal_value_is_told(tmp_path: Path) -> None:
    there_and_back([note()], "brat", tmp_path)
    ann = tmp_path / "out" / "n1.ann"
    text = ann.read_text(encoding="utf-8")
    changed = text.replace("therapies_outcome T2 failed", "therapies_outcome T2 splendid")
    ann.write_text(changed, encoding="utf-8")
    back = import_notes(tmp_path / "out", "brat")
    assert [p.code for p in back.problems] == ["illegal_value"]
    assert back.notes == []


def test_spans_moved_and_added_in_a_docbin(tmp_path: Path) -> None:
    from spacy.tokens import DocBin

    from pipeline.corpus.formats.docbin import GROUP, blank_english

    there_and_back([note()], "docbin", tmp_path)
    target = tmp_path / "out"
    (doc,) = DocBin().from_bytes(target.read_bytes()).get_docs(blank_english().vocab)
    group = doc.spans[GROUP]
    assert [s.label_ for s in group] == ["radicular", "therapies", "therapies"]
    moved = doc.char_span(33, 41, label="radicular", span_id=group[0].id_)
    doc.spans[GROUP] = [moved, *list(group)[1:]]
    out = DocBin(store_user_data=True)
    out.add(doc)
    target.write_bytes(out.to_bytes())
    back = import_notes(target, "docbin")
    assert told(back) == [("edited", [30, 41], [33, 41])]
    assert back.notes[0].gold["radicular"]["lumbar"]["accept"] == ["absent", "historical"]


def test_tags_changed_in_conll(tmp_path: Path) -> None:
    there_and_back([note()], "conll", tmp_path)
    target = tmp_path / "out"
    lines = target.read_text(encoding="utf-8").split("\n")
    place = next(i for i, x in enumerate(lines) if "\tNo\t30\t32\t" in x)
    assert "B-radicular" in lines[place]
    lines[place] = lines[place].replace("B-radicular", "O")
    target.write_text("\n".join(lines), encoding="utf-8")
    back = import_notes(target, "conll")
    assert told(back) == [("edited", [30, 41], [33, 41])]

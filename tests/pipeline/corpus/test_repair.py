"""Planted faults: each is mended and told, or told and left out; none is swallowed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.corpus import GoldNote
from pipeline.corpus.exchange import located_gold
from pipeline.corpus.formats import FORMATS
from pipeline.corpus.transfer import Imported, import_notes
from pipeline.corpus.units import UNITS, Units

sys.path.insert(0, str(Path(__file__).parent))
from exchange_cases import REST, note_of, there_and_back

TEXT = (
    "Seen 🙂 today.\r\nTENS unit tried\r\nfor 6 weeks, no help.\r\n"
    "Has \U0001f9d1\U0001f3fd brother.\r\nNo leg pain. No arm pain."
)
QUOTES = ("TENS unit tried\r\nfor 6 weeks", "no help", "No leg pain", "No")


def span(words: str, after: int = 0) -> tuple[int, int]:
    at = TEXT.index(words, after)
    return at, at + len(words)


def planted_note() -> GoldNote:
    tens = {"modality": "tens", "status": "past", "weeks": {"accept": [6, None]}, "outcome": "failed"}
    items = [
        ("radicular", "lumbar", {"accept": ["absent"]}, [span("No leg pain")]),
        ("radicular", "cervical", {"status": "absent"}, [span("No", TEXT.index("No arm"))]),
        ("therapies", 0, tens, [span(QUOTES[0]), span("no help")]),
    ]
    return note_of(TEXT, items, REST)


def kinds(back: Imported) -> set[str]:
    return {r.what for r in back.repairs}


def mended(back: Imported) -> None:
    assert back.problems == []
    (note,) = back.notes
    assert note.text == TEXT
    assert note.gold == located_gold(planted_note())


@pytest.mark.parametrize("units", UNITS)
@pytest.mark.parametrize("name", ["brat", "label-studio", "doccano"])
def test_offsets_in_other_units(name: str, units: Units, tmp_path: Path) -> None:
    back = there_and_back([planted_note()], name, tmp_path, units)
    mended(back)
    assert kinds(back) - {"offset"} == (set() if units == FORMATS[name].units else {"units"})
    if units not in (FORMATS[name].units, "code_points"):
        (of_units,) = [r for r in back.repairs if r.what == "units"]
        assert (of_units.before, of_units.after) == (FORMATS[name].units, units)
        told = {tuple(r.after) for r in back.repairs if r.what == "offset"}
        assert told <= {(s.start, s.end) for s in planted_note().evidence}
        assert span("No leg pain") in told


@pytest.mark.parametrize("name", ["brat", "label-studio", "doccano"])
def test_units_told_by_the_user_are_no_repair(name: str, tmp_path: Path) -> None:
    there_and_back([planted_note()], name, tmp_path, "utf16_crlf_as_one")
    back = import_notes(tmp_path / "out", name, units="utf16_crlf_as_one")
    mended(back)
    assert back.repairs == []


def _edit_json(path: Path, change: Callable[[Any], None]) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(json.dumps(data), encoding="utf-8")


def test_one_bad_offset_in_label_studio(tmp_path: Path) -> None:
    there_and_back([planted_note()], "label-studio", tmp_path)

    def shift(tasks: Any) -> None:
        for r in tasks[0]["annotations"][0]["result"]:
            if r.get("id") == "radicular-lumbar-0":
                r["value"]["start"] += 3
                r["value"]["end"] += 3

    _edit_json(tmp_path / "out", shift)
    back = import_notes(tmp_path / "out", "label-studio")
    mended(back)
    a, b = span("No leg pain")
    assert [(r.what, r.before, r.after) for r in back.repairs] == [("offset", [a + 3, b + 3], [a, b])]


def test_bad_offsets_in_brat_and_doccano(tmp_path: Path) -> None:
    there_and_back([planted_note()], "brat", tmp_path)
    ann = tmp_path / "out" / "n1.ann"
    a, b = span("No leg pain")
    lines = ann.read_text(encoding="utf-8")
    assert f" {a} {b}\t" in lines
    ann.write_text(lines.replace(f" {a} {b}\t", f" {a + 2} {b + 2}\t"), encoding="utf-8")
    back = import_notes(tmp_path / "out", "brat")
    mended(back)
    assert [(r.before, r.after) for r in back.repairs] == [([a + 2, b + 2], [a, b])]

    folder = tmp_path / "doccano"
    folder.mkdir()
    there_and_back([planted_note()], "doccano", folder, "code_points")
    line = json.loads((folder / "out").read_text(encoding="utf-8"))
    line["label"] = [[s + 1, e + 1, f] if [s, e] == [a, b] else [s, e, f] for s, e, f in line["label"]]
    (folder / "out").write_text(json.dumps(line), encoding="utf-8")
    back = import_notes(folder / "out", "doccano", units="code_points")
    mended(back)
    assert [(r.before, r.after) for r in back.repairs] == [([a + 1, b + 1], [a, b])]


def test_ends_that_an_annotator_moved(tmp_path: Path) -> None:
    there_and_back([planted_note()], "doccano", tmp_path, "code_points")
    a, b = span("No leg pain")
    line = json.loads((tmp_path / "out").read_text(encoding="utf-8"))
    line["label"] = [[s + 3 * (s == a), e, f] for s, e, f in line["label"]]
    (tmp_path / "out").write_text(json.dumps(line), encoding="utf-8")
    back = import_notes(tmp_path / "out", "doccano", units="code_points")
    assert [(r.what, r.before, r.after) for r in back.repairs] == [("edited", [a, b], [a + 3, b])]
    assert back.notes[0].gold["radicular"]["lumbar"]["evidence"] == [
        {"quote": "leg pain", "start": a + 3, "end": b}
    ]


def test_an_overlap_is_told_and_kept(tmp_path: Path) -> None:
    note = note_of(TEXT, [("therapies", 0, {"modality": "tens", "status": "past"},
                           [span("TENS unit"), span("unit tried")])], {})  # fmt: skip
    for name in FORMATS:
        folder = tmp_path / name
        folder.mkdir()
        back = there_and_back([note], name, folder)
        assert [r.what for r in back.repairs] == ["overlap"]
        assert back.notes[0].gold == located_gold(note)


@pytest.mark.parametrize("name", ["brat", "label-studio", "doccano"])
def test_a_text_whose_line_ends_were_changed(name: str, tmp_path: Path) -> None:
    """Carriage returns are given back; the offsets that a program then counted are found out."""
    there_and_back(
        [planted_note()], name, tmp_path, "utf16_crlf_as_one" if name == "doccano" else "crlf_as_one"
    )
    target = tmp_path / "out"
    if name == "brat":
        text = target / "n1.txt"
        text.write_bytes(text.read_bytes().replace(b"\r\n", b"\n"))
    elif name == "label-studio":
        _edit_json(target, lambda tasks: tasks[0]["data"].update(text=TEXT.replace("\r\n", "\n")))
    else:
        _edit_json(target, lambda line: line.update(text=TEXT.replace("\r\n", "\n")))
    back = import_notes(target, name)
    mended(back)
    assert [(r.what, r.after) for r in back.repairs] == [("text", "carriage returns given back")]


def test_shifted_columns_of_conll(tmp_path: Path) -> None:
    there_and_back([planted_note()], "conll", tmp_path)
    target = tmp_path / "out"
    lines = target.read_text(encoding="utf-8").split("\n")
    shifted = []
    for line in lines:
        cells = line.split("\t")
        if len(cells) > 5 and int(cells[2]) > 5:
            cells[2:4] = [str(int(c) + (int(c) > 5)) for c in cells[2:4]]
        shifted.append("\t".join(cells))
    target.write_text("\n".join(shifted), encoding="utf-8")
    back = import_notes(target, "conll")
    mended(back)
    assert kinds(back) in ({"offset"}, {"units"})
    assert len(back.repairs) > 5


def test_tags_that_were_changed_in_conll(tmp_path: Path) -> None:
    there_and_back([planted_note()], "conll", tmp_path)
    target = tmp_path / "out"
    text = target.read_text(encoding="utf-8")
    column = next(x for x in text.split("\n") if "\tleg\t" in x)
    target.write_text(text.replace(column, column.replace("I-radicular", "O")), encoding="utf-8")
    back = import_notes(target, "conll")
    assert back.problems != []  # "pain" alone is a new mark of no region


def _own(tmp_path: Path, evidence: list[Any]) -> Path:
    folder = tmp_path / "own"
    (folder / "notes").mkdir(parents=True)
    (folder / "notes" / "n1.txt").write_bytes(TEXT.encode("utf-8"))
    gold = {"note_id": "n1", "therapies": [{"modality": "tens", "status": "past", "evidence": evidence}]}
    (folder / "gold.jsonl").write_text(json.dumps(gold) + "\n", encoding="utf-8")
    return folder


def test_the_corpus_format_repairs_itself(tmp_path: Path) -> None:
    a, b = span("No leg pain")
    told = {"quote": "No leg pain", "start": a + 3, "end": b + 3}  # UTF-16 units: three emoji stand before
    back = import_notes(_own(tmp_path, [told, "no help"]), "corpus")
    assert back.problems == []
    assert [(s.start, s.end) for s in back.notes[0].evidence] == [(a, b), span("no help")]
    assert {r.what for r in back.repairs} <= {"offset", "units"}
    assert [r.after for r in back.repairs if r.what == "offset"] == [[a, b]]


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        ({"quote": "No arm ache", "start": 1, "end": 12}, "quote_not_found"),
        ({"quote": "No", "start": 1, "end": 3}, "offset_ambiguous"),
    ],
)
def test_what_cannot_be_mended_is_told_and_the_others_go_on(tmp_path: Path, evidence: Any, code: str) -> None:
    folder = _own(tmp_path, [evidence])
    (folder / "notes" / "n2.txt").write_text("TENS helped", encoding="utf-8")
    with (folder / "gold.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"note_id": "n2"}) + "\n{\n")
    back = import_notes(folder, "corpus")
    assert [(p.code, p.note, p.line) for p in back.problems] == [(code, "n1", 1), ("gold_line", None, 3)]
    assert [n.note_id for n in back.notes] == ["n2"]


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ([500, 510, "therapies"], "offset_out_of_range"),
        ([6, 7, "therapies"], "offset_out_of_range"),
        ([9, 5, "therapies"], "empty_span"),
        ([0, 4, "visit"], "unknown_label"),
        ([0, 4, "therapies"], "illegal_value"),
        ([0, 4, "radicular"], "no_region"),
        ([0, "4", "therapies"], "line"),
    ],
)
def test_labels_that_cannot_be_used(tmp_path: Path, label: list[Any], code: str) -> None:
    target = tmp_path / "x.jsonl"
    target.write_text(json.dumps({"id": 7, "text": TEXT, "label": [label]}), encoding="utf-8")
    back = import_notes(target, "doccano")
    assert {p.code for p in back.problems} == {code}
    assert {p.note for p in back.problems} == {"7"}
    assert back.notes == []


def test_ids_that_are_no_file_names_or_stand_twice(tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    ids = ["../up", "a/b", ".hidden", "one", "ONE", ""]
    target.write_text("".join(json.dumps({"id": i, "text": "pain"}) + "\n" for i in ids), encoding="utf-8")
    back = import_notes(target, "doccano")
    assert [p.code for p in back.problems] == ["note_id"] * 3 + ["duplicate_id"]
    assert [n.note_id for n in back.notes] == ["one", "line_6"]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"[1, 2", b"{}", b'[{"data": {}}]', b"a\tb\n", b"T1\tx y\n"]
)
def test_a_file_of_something_else_is_told(name: str, data: bytes, tmp_path: Path) -> None:
    target = tmp_path / "x"
    if FORMATS[name].target == "folder":
        (target / "notes").mkdir(parents=True)
        (target / "x.ann").write_bytes(data)
        (target / "gold.jsonl").write_bytes(data)
    else:
        target.write_bytes(data)
    back = import_notes(target, name)
    assert all(n.evidence == () for n in back.notes)
    if data.strip() and name != "conll":
        assert back.problems != []


def test_a_problem_or_repair_never_holds_the_note(tmp_path: Path) -> None:
    evidence = [{"quote": "No leg pain", "start": 0, "end": 4}, {"quote": "Zebra", "start": 1, "end": 6}]
    report = json.dumps(import_notes(_own(tmp_path, evidence), "corpus").report())
    assert "leg" not in report
    assert "Zebra" not in report


def test_two_items_that_are_alike_stay_two(tmp_path: Path) -> None:
    tens = {"modality": "tens", "status": "past"}
    note = note_of(TEXT, [("therapies", i, tens, [span("TENS unit")]) for i in (0, 1)], {})
    for name in FORMATS:
        folder = tmp_path / name
        folder.mkdir()
        back = there_and_back([note], name, folder)
        assert [s.index_or_region for s in back.notes[0].evidence] == [0, 1]
        assert located_gold(back.notes[0]) == located_gold(note)


def test_a_text_that_no_file_can_hold(tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    lines = [
        {"id": "mark", "text": "\ufeffSome pain", "label": [[6, 10, "pain"]]},
        {"id": "half", "text": "\ud83d pain", "label": [[2, 6, "pain"]]},
        {"id": "nul", "text": "pain \x00"},
        {"id": "none", "text": " "},
        {"id": "pdf", "text": "%PDF pain"},
    ]
    target.write_text("".join(json.dumps(x) + "\n" for x in lines), encoding="utf-8")
    back = import_notes(target, "doccano")
    assert [(p.code, p.note) for p in back.problems] == [("no_note", x) for x in ("nul", "none", "pdf")]
    assert [(n.text, n.evidence[0].quote) for n in back.notes] == [
        ("Some pain", "pain"),
        ("\ufffd pain", "pain"),
    ]
    assert {r.what for r in back.repairs} == {"text", "added"}


def test_a_set_in_two_splits_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "x.jsonl"
    sealed = [{"set": "a", "split": s} for s in ("train", "test", "morning")]
    lines = [{"id": i, "text": "pain", "notewarrant": x} for i, x in enumerate(sealed, start=1)]
    target.write_text("".join(json.dumps(x) + "\n" for x in lines), encoding="utf-8")
    back = import_notes(target, "doccano")
    assert [(p.code, p.note) for p in back.problems] == [("split", "2"), ("envelope", "3")]


@pytest.mark.parametrize("change", [{"annotations": ["x"]}, {"annotations": 3}, {"predictions": "x"}])
def test_a_task_of_another_shape(tmp_path: Path, change: dict[str, Any]) -> None:
    target = tmp_path / "x.json"
    target.write_text(json.dumps([{"data": {"text": "pain"}, **change}]), encoding="utf-8")
    back = import_notes(target, "label-studio")
    assert len(back.notes) + len(back.problems) == 1

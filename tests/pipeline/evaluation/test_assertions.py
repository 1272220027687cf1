"""Assertion on a file of sentences: figures, file shapes, and lines that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extractors.assertion.measure import flags_of, read_items, scores
from pipeline.cli import main
from pipeline.errors import MissingDocument
from pipeline.evaluation.assertions import evaluate_assertions, read_lines


def item(text: str, target: str, **fields: Any) -> dict[str, Any]:
    start = text.index(target)
    plain = {"negation": "Affirmed", "temporality": "Recent", "experiencer": "Patient"}
    return {"id": target, "text": text, "start": start, "end": start + len(target), **plain, **fields}


ITEMS = [
    item("There is no fracture of the spine.", "fracture", negation="Negated"),
    item("History of pneumonia in 1999.", "pneumonia", temporality="Historical"),
    item("Her mother had diabetes.", "diabetes", experiencer="Other"),
    item("She has asthma.", "asthma", negation="Negated"),  # wrong on purpose
    item("He reports cough.", "cough"),
]


def write(path: Path, lines: list[Any]) -> Path:
    text = "\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def test_classes_are_counted(tmp_path: Path) -> None:
    result = evaluate_assertions(read_lines(write(tmp_path / "x.jsonl", ITEMS)))
    assert result.items == 5
    negated = result.scores["negated"]
    assert (negated.tp, negated.fp, negated.fn, negated.recall) == (1, 0, 1, 0.5)
    assert (result.scores["family"].tp, result.scores["family"].fn) == (1, 0)
    assert (result.scores["historical"].tp, result.scores["historical"].fn) == (1, 0)
    assert [(w.id, w.flag, w.how) for w in result.wrong] == [("asthma", "negated", "fn")]


def test_a_field_that_is_absent_is_not_judged(tmp_path: Path) -> None:
    bare = {k: v for k, v in ITEMS[3].items() if k in ("id", "text", "start", "end", "experiencer")}
    result = evaluate_assertions(read_lines(write(tmp_path / "x.jsonl", [bare])))
    assert (result.items, result.wrong) == (1, ())
    assert result.scores["negated"].fn == 0


SECRET = "Zqxmarker"


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (f'{{"text": "{SECRET}', "is not valid JSON"),
        ("[1]", "is not an object"),
        ({"text": SECRET}, "lacks start, end"),
        ({**ITEMS[4], "start": "0"}, "whole numbers"),
        ({**ITEMS[4], "start": True}, "whole numbers"),
        ({**ITEMS[4], "end": 999}, "is no place in the text"),
        ({**ITEMS[4], "start": 2, "end": 3}, "is no place in the text"),
        ({**ITEMS[4], "negation": SECRET}, "negation is none of affirmed, negated, possible"),
        ({k: ITEMS[4][k] for k in ("text", "start", "end")}, "has none of"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_goes_on(
    line: Any, cause: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "x.jsonl", [ITEMS[0], line, ITEMS[1]])
    assert main(["eval", "--assertions", str(path), "--format", "json"]) == 3
    out, err = capsys.readouterr()
    assert f"{path}:2: " in err
    assert cause in err
    assert SECRET not in out + err
    data = json.loads(out)
    assert (data["items"], data["unusable_lines"]) == (2, ["2"])
    assert data["classes"]["negated"]["tp"] == 1


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for content, cause in ((b"", "holds no items"), (b"\xff\xfe\x00", "is not UTF-8")):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(MissingDocument, match=cause):
            read_lines(tmp_path / "x")
    with pytest.raises(MissingDocument, match="cannot be read"):
        read_lines(tmp_path / "nosuch")


def test_corpus_or_assertions_and_not_both(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval"]) == 2
    assert main(["eval", str(small), "--assertions", "x"]) == 2
    assert capsys.readouterr().err.count("give either CORPUS or --assertions FILE") == 2


def test_text_holds_a_line_a_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--assertions", str(write(tmp_path / "x.jsonl", ITEMS))]) == 0
    lines = capsys.readouterr().out.splitlines()
    row = next(line for line in lines if line.startswith("negated"))
    assert row.split()[-3:] == ["1", "0", "1"]


@pytest.mark.gold
def test_figures_equal_those_of_the_extractors_own_measure(gold_dir: Path) -> None:
    path = gold_dir / "assertion_dev.jsonl"
    result = evaluate_assertions(read_lines(path))
    assert not result.problems
    assert result.scores == scores(flags_of(read_items(path)))

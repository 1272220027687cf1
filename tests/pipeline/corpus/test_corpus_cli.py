"""``notewarrant corpus``: what it prints, writes and returns."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli.corpus_parser import FORMATS as OFFERED
from pipeline.cli.corpus_parser import UNITS as OFFERED_UNITS
from pipeline.cli.main import main
from pipeline.corpus import check_corpus, load_corpus
from pipeline.corpus.exchange import located_gold
from pipeline.corpus.formats import FORMATS
from pipeline.corpus.units import UNITS

Make = Callable[..., Path]
TENS = {"therapies": [{"modality": "tens", "status": "past", "evidence": ["TENS 🙂 unit"]}]}


@pytest.fixture
def corpus(make_set: Make) -> Path:
    return make_set({"n1": ("🙂 Had a TENS 🙂\r\nunit.", TENS), "n2": ("Nothing.", {})})


def test_the_parser_offers_what_there_is() -> None:
    assert {*OFFERED, "corpus"} == set(FORMATS)
    assert OFFERED_UNITS == UNITS


def test_check(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corpus", "check", str(corpus)]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out
    (corpus / "notes" / "n2.txt").unlink()
    assert main(["corpus", "check", str(corpus)]) == 3
    out = capsys.readouterr().out
    assert "gold.jsonl:2 (n2): error: notes/n2.txt does not exist" in out
    assert main(["corpus", "check", str(corpus), "--format", "json"]) == 3
    (problem,) = json.loads(capsys.readouterr().out)
    assert (problem["code"], problem["line"], problem["note"]) == ("gold_without_note", 2, "n2")


@pytest.mark.parametrize("name", OFFERED)
def test_export_and_import(
    name: str, corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, again, report = tmp_path / "out", tmp_path / "again", tmp_path / "r.json"
    assert main(["corpus", "export", str(corpus), "--to", name, "-o", str(out), "--report", str(report)]) == 0
    assert json.loads(report.read_text(encoding="utf-8"))["notes"] == 2
    back_again = ["corpus", "import", str(out), "--from", name, "-o", str(again)]
    assert main([*back_again, "--report", str(report)]) == 0
    assert "2 notes, 0 repairs, 0 problems" in capsys.readouterr().out
    assert json.loads(report.read_text(encoding="utf-8")) == {"notes": 2, "repairs": [], "problems": []}
    assert check_corpus(again) == []
    written = [p for top in (out, again) for p in (top, *top.rglob("*"))]
    assert {oct(p.stat().st_mode & 0o077) for p in written} == {"0o0"}  # they hold notes
    back = {n.note_id: n for n in load_corpus(again).notes}
    for note in load_corpus(corpus).notes:
        assert back[note.note_id].text == note.text
        assert located_gold(back[note.note_id]) == located_gold(note)
    assert not list(tmp_path.glob(".notewarrant-*"))


def test_repairs_are_told(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    export = ["corpus", "export", str(corpus), "--to", "label-studio", "-o", str(out)]
    main([*export, "--units", "utf16_crlf_as_one"])
    assert (tmp_path / "labeling-config.xml").is_file()
    capsys.readouterr()
    assert main(["corpus", "import", str(out), "--from", "label-studio", "-o", str(tmp_path / "again")]) == 0
    told = capsys.readouterr().out
    assert "units: 1" in told
    assert "n1: [6, 17]" not in told
    assert '"code_points" -> "' in told


def test_only_one_split(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    charts = Path(__file__).parents[3] / "corpora" / "charts"
    out = tmp_path / "test.jsonl"
    assert main(["corpus", "export", str(charts), "--to", "doccano", "--split", "test", "-o", str(out)]) == 0
    some = {n.note_id for n in load_corpus(charts, split="test").notes}
    assert {json.loads(x)["id"] for x in out.read_text(encoding="utf-8").split("\n") if x} == some
    assert main(["corpus", "export", str(charts), "--to", "doccano", "--split", "no", "-o", str(out)]) == 3
    assert "no notes of split no" in capsys.readouterr().err


def test_a_bad_document_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "x.jsonl", tmp_path / "out"
    bad = {"id": "bad", "text": "some pain", "label": [[5, 50, "pain"]]}
    source.write_text(json.dumps(bad) + "\n" + json.dumps({"id": "good", "text": "pain"}), encoding="utf-8")
    assert main(["corpus", "import", str(source), "--from", "doccano", "-o", str(out)]) == 3
    err = capsys.readouterr().err
    assert "x.jsonl:1 (bad): error: a mark of pain at 5 to 50 lies outside" in err
    assert [n.note_id for n in load_corpus(out).notes] == ["good"]


def test_what_cannot_be_done_is_told_in_one_line(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "x").write_text("x", encoding="utf-8")
    export = ["corpus", "export", str(corpus), "-o"]
    assert main([*export, str(full), "--to", "brat"]) == 4
    assert main([*export, str(full), "--to", "conll"]) == 4
    assert main([*export, str(tmp_path / "no" / "where"), "--to", "conll"]) == 4
    assert main(["corpus", "import", str(tmp_path / "no"), "--from", "conll", "-o", str(tmp_path / "y")]) == 3
    assert main(["corpus", "import", str(corpus), "--from", "corpus", "-o", str(full)]) == 4
    assert main(["corpus", "check", str(tmp_path / "no")]) == 3
    lines = capsys.readouterr().err.strip().split("\n")
    assert len(lines) == 5
    assert all(line.startswith("notewarrant: ") for line in lines)
    assert (full / "x").read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize("action", ["check", "export", "import"])
def test_help_has_examples(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["corpus", action, "--help"])
    assert end.value.code == 0
    assert f"notewarrant corpus {action} " in capsys.readouterr().out.partition("examples:")[2]

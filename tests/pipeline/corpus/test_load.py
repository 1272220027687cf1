"""Loading: quotes get their places, splits and sets are picked, faults are told with file, line and note."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.corpus import CorpusError, check_corpus, load_corpus

CHARTS = Path(__file__).parents[3] / "corpora" / "charts"
Make = Callable[..., Path]


def therapy(*evidence: Any, **more: Any) -> dict[str, Any]:
    return {"therapies": [{"modality": "tens", "status": "past", "evidence": list(evidence), **more}]}


def codes(path: Path) -> list[str]:
    return [p.code for p in check_corpus(path)]


def test_the_charts_are_sound_and_every_quote_has_its_place() -> None:
    assert [p for p in check_corpus(CHARTS) if p.severity == "error"] == []
    corpus = load_corpus(CHARTS)
    spans = [(n, s) for n in corpus.notes for s in n.evidence]
    assert len(spans) > 1000
    for note, span in spans:
        assert note.text[span.start : span.end].split() == span.quote.split()


def test_splits_are_made_of_whole_sets() -> None:
    corpus = load_corpus(CHARTS)
    by_set = {n.set: {m.split for m in corpus.notes if m.set == n.set} for n in corpus.notes}
    assert all(len(splits) == 1 for splits in by_set.values())
    test = load_corpus(CHARTS, split="test")
    assert {n.split for n in test.notes} == {"test"}
    assert len(test.notes) < len(corpus.notes)
    assert test.digest != corpus.digest == load_corpus(CHARTS).digest
    assert {n.set for n in load_corpus(CHARTS, sets=["b"]).notes} == {"b"}
    with pytest.raises(CorpusError, match="no set nowhere"):
        load_corpus(CHARTS, sets=["nowhere"])
    with pytest.raises(CorpusError, match="no notes of split morning"):
        load_corpus(CHARTS, split="morning")


def test_a_folder_without_a_card_is_a_corpus_of_one_set(make_set: Make) -> None:
    text = "TENS unit\r\nhelped 🙂 a bit.\r\nTENS gone."
    gold = {
        **therapy("TENS unit helped 🙂", {"quote": "TENS", "start": 28, "end": 32}),
        "document_type": "visit",
    }
    corpus = load_corpus(make_set({"n1": (text, gold)}))
    (note,) = corpus.notes
    assert (corpus.name, corpus.version, corpus.kind, note.split) == ("corpus", "0", "charts", None)
    assert (note.text, note.document_type) == (text, "visit")
    assert [(s.family, s.index_or_region, s.start, s.end) for s in note.evidence] == [
        ("therapies", 0, 0, 19),
        ("therapies", 0, 28, 32),
    ]


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("tens unit", "quote_not_found"),
        ({"quote": "TENS", "start": 0, "end": 6}, "offset_mismatch"),
        ({"quote": "TENS", "start": 29, "end": 33}, "offset_utf16"),
        ({"quote": "TENS", "start": 26, "end": 30}, "offset_crlf_as_one"),
        ({"quote": "TENS", "start": 27, "end": 31}, "offset_utf16_crlf_as_one"),
        ({"quote": "TENS", "start": 28}, "evidence_shape"),
        ({"start": 28, "end": 32}, "evidence_shape"),
        (" ", "evidence_shape"),
        (7, "evidence_shape"),
    ],
)
def test_a_bad_quote_is_named(make_set: Make, item: Any, code: str) -> None:
    path = make_set({"n1": ("TENS unit\r\nhelped 🙂 a bit.\r\nTENS gone.", therapy(item))})
    (problem,) = check_corpus(path)
    assert (problem.code, problem.note, problem.line, problem.severity) == (code, "n1", 1, "error")
    with pytest.raises(CorpusError, match=r"gold\.jsonl:1 \(n1\)"):
        load_corpus(path)


def test_warnings_do_not_stop(make_set: Make) -> None:
    path = make_set({"n1": ("TENS unit. TENS gone.", therapy("TENS", "TENS unit"))})
    assert codes(path) == ["quote_ambiguous", "overlap"]
    assert len(load_corpus(path).notes) == 1


@pytest.mark.parametrize(
    "gold",
    [
        therapy(weeks="six"),
        therapy(weeks={"accept": [6, "six"]}),
        therapy(weeks={"accept": []}),
        therapy(outcome="splendid"),
        therapy(dose=5),
        therapy(required="no"),
        {"therapies": [{"status": "past"}]},
        therapy(status={"accept": ["past", "current"]}),
        therapy(modality={"accept": ["tens"]}),
        {"red_flags": [{"kind": {"accept": ["fracture", "infection"]}, "required": False}]},
        {"therapies": {}},
        {"injections": [{"kind": "epidural", "status": "past", "percent_relief": 120}]},
        {"radicular": {"lumbar": {"status": "maybe"}}},
        {"radicular": {"lumbar": {"evidence": []}}},
        {"radicular": {"sacral": {"status": "present"}}},
        {"criteria": {"two_mbb_80": "yes"}},
        {"request": {"procedures": [{"cpt": "6463"}]}},
        {"request": {"diagnoses": ["47.816"]}},
        {"request": {"procedures": [{"cpt": "64635", "levels": {"accept": [["L4-L5"], []]}}]}},
        {"request": {"procedures": [{"cpt": "64635", "laterality": {"accept": ["left"]}}]}},
        {"document_type": 3},
    ],
)
def test_illegal_values_are_named_and_legal_ones_pass(make_set: Make, gold: dict[str, Any]) -> None:
    assert codes(make_set({"n1": ("TENS", gold)})) == ["illegal_value"]
    fine = {
        **therapy(weeks={"accept": [6, None]}, outcome="failed", required=False),
        "radicular": {"lumbar": {"accept": ["absent", "historical"], "evidence": []}},
        "request": {
            "procedures": [{"cpt": "64635", "units": 1, "levels": ["L4-L5"]}],
            "diagnoses": ["M47.816"],
        },
    }
    assert codes(make_set({"n1": ("TENS", fine)}, "fine")) == []


def test_alternatives_in_a_key_are_refused_with_what_to_do(make_set: Make) -> None:
    gold = {
        "injections": [{"kind": "epidural", "status": {"accept": ["past", "performed"]}}],
        "request": {"procedures": [{"cpt": "64635", "units": {"accept": [1, 2]}}]},
    }
    (of_key, of_request) = check_corpus(make_set({"n1": ("TENS", gold)}))
    assert of_key.severity == of_request.severity == "error"
    assert of_key.cause.startswith("injections[0].status holds alternatives; write one entry for each")
    assert of_request.cause.startswith("request.procedures[0].units holds alternatives; write the one value")


def test_notes_and_gold_that_do_not_belong_together(make_set: Make) -> None:
    path = make_set({"n1": ("TENS", {}), "n2": ("TENS", {}), "n3": ("TENS", {})})
    (path / "notes" / "n1.txt").unlink()
    (path / "notes" / "n2.txt").write_bytes(b"%PDF-1.4")
    (path / "notes" / "n9.txt").write_text("lonely", encoding="utf-8")
    with (path / "gold.jsonl").open("a", encoding="utf-8") as lines:
        lines.write(
            json.dumps({"note_id": "n3"}) + "\n{broken\n" + json.dumps({"note_id": "../n3"}) + "\n[]\n"
        )
    assert codes(path) == [
        "gold_without_note", "note_unreadable", "duplicate_id", "gold_line", "note_id", "gold_line",
        "note_without_gold",
    ]  # fmt: skip
    with pytest.raises(CorpusError, match="6 more") as caught:
        load_corpus(path)
    assert caught.value.exit_code == 3
    assert len(caught.value.problems) == 7


def test_a_problem_never_holds_the_note(make_set: Make) -> None:
    path = make_set({"n1": ("Zebra crossing", therapy("Zebra stripes", outcome="Zebra"))})
    told = [str(p) + json.dumps(p.as_dict()) for p in check_corpus(path)]
    assert len(told) == 2
    assert not any("Zebra" in line for line in told)


_CARD = "name: x\ntitle: x\nversion: '1'\nlicence: x\nguidelines: {file: x, version: '1'}\n"


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("name: [", "valid YAML"),
        ("name: x", "title"),
        (_CARD + "kind: songs", "kind"),
        (_CARD + "kind: charts\nsets: {z: {split: train}}", "set z"),
    ],
)
def test_a_broken_card(tmp_path: Path, card: str, words: str) -> None:
    (tmp_path / "corpus.yaml").write_text(card, encoding="utf-8")
    assert any(words in str(p) for p in check_corpus(tmp_path))
    with pytest.raises(CorpusError):
        load_corpus(tmp_path)


def test_no_corpus_at_all(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["no_corpus"]
    assert codes(tmp_path / "nowhere") == ["no_corpus"]


def test_the_digest_moves_with_a_text_and_with_its_gold(make_set: Make) -> None:
    def digest(folder: str, text: str, gold: dict[str, Any]) -> str:
        return load_corpus(make_set({"a": (text, gold)}, folder=folder)).digest

    one = digest("one/set", "Uses TENS.", therapy("TENS"))
    assert one == digest("two/set", "Uses TENS.", therapy("TENS"))
    assert one != digest("three/set", "Uses TENS!", therapy("TENS"))
    assert one != digest("four/set", "Uses TENS.", therapy("TENS", outcome="failed"))


def test_a_corpus_without_notes_is_not_sound(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "gold.jsonl").write_text("", encoding="utf-8")
    assert codes(tmp_path) == ["no_notes"]

"""``notewarrant lexicon lint`` and ``test``: output, exit codes."""

import json
from pathlib import Path

import pytest

from pipeline.cli import main

HEAD = "family: therapies\nversion: '1'\nentries:\n"
GOOD = "- {id: x, label: other, literals: [dry cup], examples: [dry cup], counterexamples: [a cup of tea]}\n"
BAD = "- {id: x, label: other, literals: [dry cup], examples: [wet cup], counterexamples: [a dry cup]}\n"
WASTE = GOOD + "- {id: y, label: other, literals: [dry cup], examples: [dry cup]}\n"


def folder_of(tmp_path: Path, entries: str) -> str:
    (tmp_path / "therapies.yaml").write_text(HEAD + entries, encoding="utf-8")
    return str(tmp_path)


@pytest.mark.parametrize(
    ("entries", "options", "code"), [(GOOD, [], 0), (BAD, [], 1), (WASTE, [], 0), (WASTE, ["--strict"], 1)]
)
def test_lint_exits_by_what_it_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], entries: str, options: list[str], code: int
) -> None:
    assert main(["lexicon", "lint", folder_of(tmp_path, entries), "--format", "json", *options]) == code
    data = json.loads(capsys.readouterr().out)
    assert data["counts"]["error"] == len([f for f in data["findings"] if f["severity"] == "error"])
    assert bool(data["findings"]) is (entries != GOOD)


def test_lint_on_a_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "notes").mkdir(parents=True)
    (corpus / "notes" / "n1.txt").write_text("She tried a dry cup.", encoding="utf-8")
    (corpus / "gold.jsonl").write_text('{"note_id": "n1"}\n', encoding="utf-8")
    own = tmp_path / "own"
    own.mkdir()
    rare = "- {id: y, label: other, literals: [wet cup], examples: [wet cup]}\n"
    assert main(["lexicon", "lint", folder_of(own, GOOD + rare), "--corpus", str(corpus)]) == 0
    out = capsys.readouterr().out
    assert "therapies/y: never fires on the corpus" in out
    assert "therapies/x" not in out
    assert main(["lexicon", "lint", "--split", "train"]) == 2


def test_test_tries_examples_and_counter_examples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = folder_of(tmp_path, BAD)
    assert main(["lexicon", "test", own, "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [r["outcome"] for r in data["results"]] == ["silent", "fires"]
    own = folder_of(tmp_path, GOOD)
    for options in ([own], [own, "--lexicons", own], [str(tmp_path / "therapies.yaml")]):
        assert main(["lexicon", "test", *options]) == 0
    assert "1 example, 1 counter-example, 0 faults" in capsys.readouterr().out


def test_test_of_a_family_takes_in_the_users_entries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lexicon", "test", "therapies", "--format", "json"]) == 0
    alone = json.loads(capsys.readouterr().out)["trials"]
    own = folder_of(tmp_path, GOOD)
    assert main(["lexicon", "test", "therapies", "--lexicons", own, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["trials"] == alone + 2


def test_a_sentence_shows_entry_pattern_cue_and_fact(capsys: pytest.CaptureFixture[str]) -> None:
    text = "She denies physical therapy, but ibuprofen failed."
    assert main(["lexicon", "test", "therapies", "--text", text, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    kept = {m["words"]: m for m in data["matches"] if m["fate"] == "kept"}
    assert set(kept) == {"physical therapy", "ibuprofen"}
    assert kept["physical therapy"]["cues"][0]["words"] == "denies"
    assert [f["value"]["modality"] for f in data["facts"]] == ["nsaid"]
    assert main(["lexicon", "test", "--text", text]) == 0
    out = capsys.readouterr().out
    assert 'context cue: NEGATED_EXISTENCE "denies"' in out
    assert "fact: therapies: modality=nsaid" in out


def test_a_sentence_that_says_nothing_about_the_patient_shows_why(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "The LCD requires 4 weeks of physical therapy before any block."
    assert main(["lexicon", "test", "therapies", "--text", text, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    of = {m["words"]: (m["fate"], m["why"]) for m in data["matches"] if m["fate"] != "taken"}
    assert of == {"physical therapy": ("unsaid", "policy")}
    assert data["facts"] == []
    assert main(["lexicon", "test", "therapies", "--text", text]) == 0
    out = capsys.readouterr().out
    assert "becomes: no mention: it stands in text that says nothing about the patient: policy" in out
    assert "no fact follows" in out


def test_an_example_that_says_nothing_about_the_patient_is_a_fault_with_its_cause(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example = "'patients who tried frob cups got better'"
    own = folder_of(tmp_path, f"- {{id: z, label: other, literals: [frob cups], examples: [{example}]}}\n")
    for command in ("test", "lint"):
        assert main(["lexicon", command, own]) == 1
        assert "stands in text that says nothing about the patient" in capsys.readouterr().out


def test_words_that_nothing_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lexicon", "test", "therapies", "--text", "xyzzy"]) == 0
    assert capsys.readouterr().out == "nothing matches\n"
    assert main(["lexicon", "test", "--text", " "]) == 2

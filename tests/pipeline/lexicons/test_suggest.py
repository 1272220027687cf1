"""Phrases of misses: which come up, which do not, in what order."""

import json
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.lexicons.association import log_odds
from pipeline.lexicons.nearest import nearest
from pipeline.lexicons.phrases import phrases
from pipeline.lexicons.source import sources_of


def note(modality: str, quote: str, status: str = "past") -> dict:  # type: ignore[type-arg]
    return {"therapies": [{"modality": modality, "status": status, "evidence": [quote]}]}


#: Text and gold by note: basalt stones are missed thrice, physical therapy is known.
NOTES = {
    "m1": ("Had basalt stones twice a week without relief.", note("massage", "basalt stones twice a week")),
    "m2": ("Basalt stones again, no help.", note("massage", "Basalt stones again")),
    "m3": (
        "Weekly basalt stones at the spa did nothing.",
        note("massage", "Weekly basalt stones at the spa"),
    ),
    "m4": ("Weekly vibroplank course did nothing.", note("massage", "Weekly vibroplank course")),
    "k1": (
        "Did physical therapy weekly without relief.",
        note("physical_therapy", "physical therapy weekly"),
    ),
    "k2": ("Massage therapy weekly without relief.", note("massage", "Massage therapy weekly")),
    **{f"o{i}": (f"Weekly low back pain diary, week {i}.", {}) for i in range(8)},
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    for name, ids in (("tuned", ["m1", "m2", "m3", "m4", "k1", "k2"]), ("rest", [f"o{i}" for i in range(8)])):
        (folder / name / "notes").mkdir(parents=True)
        lines = []
        for i in ids:
            (folder / name / "notes" / f"{i}.txt").write_text(NOTES[i][0], encoding="utf-8")
            lines.append(json.dumps({"note_id": i, **NOTES[i][1]}) + "\n")
        (folder / name / "gold.jsonl").write_text("".join(lines), encoding="utf-8")
    card = (
        "name: small\ntitle: Small\nversion: '1'\nlanguage: en\nlicence: none\nkind: charts\n"
        "guidelines: {file: G.md, version: '1'}\nsets:\n  tuned: {split: train}\n  rest: {split: train}\n"
    )
    (folder / "corpus.yaml").write_text(card, encoding="utf-8")
    return folder


def suggested(corpus: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict:  # type: ignore[type-arg]
    assert main(["lexicon", "suggest", str(corpus), "--format", "json", *options]) == 0
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_the_phrase_of_the_misses_comes_first(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = suggested(corpus, capsys)
    assert (data["misses"], data["unknown_to_the_lexicons"], data["notes"]) == (4, 4, 14)
    first = data["candidates"][0]
    assert first["phrase"] == "basalt stones"
    assert (first["missed"], first["missed_notes"], first["elsewhere"], first["other_notes"]) == (3, 4, 0, 9)
    assert first["notes"] == ["m1", "m2", "m3"]
    assert first["nearest"]["entry"] == "therapies/massage"
    phrases_ = [c["phrase"] for c in data["candidates"]]
    assert any("vibroplank" in p for p in phrases_)
    assert not any(p == "weekly" for p in phrases_)  # it stands everywhere
    assert not any("physical" in p or "massage" in p for p in phrases_)  # these are known


def test_what_a_users_lexicon_knows_is_no_candidate(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    entry = "- {id: massage, literals: [basalt stones], examples: [basalt stones]}\n"
    (own / "therapies.yaml").write_text(
        f"family: therapies\nversion: '1'\nentries:\n{entry}", encoding="utf-8"
    )
    data = suggested(corpus, capsys, "--lexicons", str(own))
    assert data["misses"] == 1
    assert not any("basalt" in c["phrase"] for c in data["candidates"])


def test_a_miss_whose_words_an_entry_matches_is_the_binders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "one"
    (folder / "notes").mkdir(parents=True)
    (folder / "notes" / "n.txt").write_text("No prior physical therapy.", encoding="utf-8")
    gold = {"note_id": "n", **note("physical_therapy", "physical therapy")}
    (folder / "gold.jsonl").write_text(json.dumps(gold) + "\n", encoding="utf-8")
    data = suggested(folder, capsys)
    assert (data["misses"], data["unknown_to_the_lexicons"], data["candidates"]) == (1, 0, [])


def test_a_test_split_stays_closed_unless_it_is_asked_for(
    corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = corpus / "corpus.yaml"
    card.write_text(
        card.read_text("utf-8").replace("tuned: {split: train}", "tuned: {split: test}"), encoding="utf-8"
    )
    assert main(["lexicon", "suggest", str(corpus), "--format", "json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["candidates"] == []
    assert "test split left out (sets tuned); --split test reads it" in printed.err
    assert suggested(corpus, capsys, "--split", "test")["candidates"] != []


def test_lint_leaves_the_test_split_out_too(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def massage_fires(*options: str) -> bool:
        main(["lexicon", "lint", "therapies", "--corpus", str(corpus), *options])
        return "therapies/massage: never fires" not in capsys.readouterr().out

    assert massage_fires()
    card = corpus / "corpus.yaml"
    card.write_text(
        card.read_text("utf-8").replace("tuned: {split: train}", "tuned: {split: test}"), encoding="utf-8"
    )
    assert not massage_fires()
    assert massage_fires("--split", "test")
    main(["lexicon", "lint", "therapies", "--corpus", str(corpus)])
    assert "test split left out (sets tuned)" in capsys.readouterr().err


def test_options(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(suggested(corpus, capsys, "--top", "1")["candidates"]) == 1
    assert {c["missed"] for c in suggested(corpus, capsys, "--least", "3")["candidates"]} == {3}
    assert suggested(corpus, capsys, "--family", "surgeries")["misses"] == 0
    assert main(["lexicon", "suggest", str(corpus), "--family", "nonsense"]) == 2
    capsys.readouterr()
    assert main(["lexicon", "suggest", str(corpus), "--top", "1"]) == 0
    out = capsys.readouterr().out
    assert '"basalt stones"  for therapies massage: in 3 of 4 notes with such a miss, in 0 of 9' in out
    assert main(["lexicon", "suggest", str(corpus), "--jobs", "2", "--top", "1"]) == 0
    assert capsys.readouterr().out == out


def test_the_score_prefers_often_and_not_elsewhere() -> None:
    score = lambda *counts: log_odds(*counts)[1]  # noqa: E731
    assert score(4, 6, 0, 150) > score(1, 1, 0, 150) > score(1, 7, 0, 150)
    assert score(2, 4, 0, 150) > score(2, 4, 1, 150) > score(2, 4, 30, 150)
    odds, _ = log_odds(5, 10, 50, 100)
    assert odds == pytest.approx(0, abs=0.01)
    assert score(5, 10, 50, 100) < 0
    with pytest.raises(ValueError, match="3 of 2"):
        log_odds(3, 2, 0, 1)


def test_phrases_keep_within_punctuation_and_numbers() -> None:
    found = set(phrases("Tried the hot\n stones, then PT 12 visits of the day"))
    assert {"hot", "stones", "hot stones", "visits", "day", "visits of the day"} <= found
    assert not {"stones then", "the hot", "pt visits", "visits of"} & found
    assert max(len(p.split()) for p in phrases("one two three four five six seven")) == 4


def test_the_nearest_entry_has_the_wanted_meaning_where_one_has() -> None:
    (source,) = sources_of("therapies")
    entries = [("therapies", e) for e in source.entries]
    found = nearest("soft collar thing", "bracing", entries)
    assert found is not None
    assert (found.label, found.means) == ("bracing", True)
    other = nearest("tens machine", "no such meaning", entries)
    assert other is not None
    assert (other.entry, other.means) == ("therapies/tens", False)
    assert nearest("x", "y", []) is None

"""Runs on disk, and what two of them say of each other."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import OutputError, UsageError
from pipeline.evaluation import Evaluation
from pipeline.evaluation.compare import Change, changes_of, compare
from pipeline.evaluation.judgement import Judgement
from pipeline.evaluation.runs import (
    StoredNote,
    find_run,
    load_run,
    note_digest,
    run_data,
    save_run,
    stored_notes,
    stored_runs,
)
from pipeline.evaluation.scoring import judge


def test_a_run_comes_back_as_it_was(evaluation: Evaluation, tmp_path: Path) -> None:
    data = run_data(evaluation)
    run = load_run(save_run(data, tmp_path, "first"))
    assert run.label.endswith("(first)")
    assert run.notes == stored_notes(data)
    assert [n.note.note_id for n in evaluation.notes] == list(run.notes)
    for n in evaluation.notes:
        stored = run.notes[n.note.note_id]
        assert [(j.kind, j.gold, j.fact) for j in stored.judgements] == [
            (j.kind, j.gold, j.fact) for j in n.judgements
        ]
        assert stored.counts == n.counts
    versions = {k.removeprefix("extractors:") for k in run.data["versions"]}
    assert {"lexicon:therapies", "binder:therapies", "context", "rules", "spacy"} <= versions
    assert [p.name for p in tmp_path.iterdir()] == [f"{run.id}.json"]


def test_a_run_holds_no_text_of_a_note(evaluation: Evaluation, tmp_path: Path, marker: str) -> None:
    path = save_run(run_data(evaluation), tmp_path)
    stored = path.read_text(encoding="utf-8")
    assert all(marker in n.note.text for n in evaluation.notes)
    assert marker not in stored
    quotes = {s.quote for n in evaluation.notes for s in n.note.evidence}
    assert quotes
    assert not [q for q in quotes if q in stored]
    # Places are there: offsets of the fact behind a judgement.
    assert any("at" in j for n in json.loads(stored)["notes"] for j in n["judgements"])


def test_runs_are_found(evaluation: Evaluation, tmp_path: Path) -> None:
    data = run_data(evaluation)
    like = data["corpus"]
    with pytest.raises(UsageError, match="no run of this corpus"):
        find_run("latest", tmp_path, like)
    first = save_run(data, tmp_path, "first")
    second = save_run(data, tmp_path, "second")
    save_run({**data, "corpus": {**like, "name": "another"}}, tmp_path)
    (tmp_path / "99990101T000000Z-00000000.json").write_text(
        '{"format": 99}', encoding="utf-8"
    )  # of another version
    assert len(stored_runs(tmp_path)) == 4
    assert find_run("first", tmp_path, like).path == first
    assert find_run(second.stem, tmp_path, like).path == second
    assert find_run(str(first), Path("elsewhere"), like).path == first
    assert find_run("latest", tmp_path, like).path in (first, second)
    with pytest.raises(UsageError, match="3 runs begin so"):
        find_run(first.stem[:2], tmp_path, like)
    with pytest.raises(UsageError, match="no run 'nobody'"):
        find_run("nobody", tmp_path, like)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"format": 1}',
        '{"format": 1, "notes": [3]}',
        '{"format": 1, "notes": []}',
        '{"format": 1, "id": "x", "corpus": "x", "notes": []}',
        '{"format": 1, "id": "x", "corpus": {}, "notes": {"a": 1}}',
        '{"format": 1, "id": "x", "corpus": {}, "notes": [], "cases": [{}]}',
        '{"format": 1, "id": "x", "corpus": {}, "notes": [{"note_id": "n", "digest": "d", "judgements": [],'
        ' "counts": {"a": "b"}}]}',
        "[" * 100_000,
    ],
)
def test_what_is_no_run_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="is not a stored run"):
        load_run(path)


def test_garbage_beside_the_runs_is_in_nobodys_way(evaluation: Evaluation, tmp_path: Path) -> None:
    data = run_data(evaluation)
    good = save_run(data, tmp_path, "before")
    for n, content in enumerate(("{", "[1]", '{"format": 1, "notes": []}', '{"format": 1, "corpus": "x"}')):
        (tmp_path / f"9999010{n}T000000Z-00000000.json").write_text(content, encoding="utf-8")
    for which in ("latest", "before"):
        assert find_run(which, tmp_path, data["corpus"]).path == good


def test_a_name_finds_the_run_of_this_corpus_first(evaluation: Evaluation, tmp_path: Path) -> None:
    data = run_data(evaluation)
    like = data["corpus"]
    own = save_run(data, tmp_path, "before")
    other = tmp_path / "99990101T000000Z-00000000.json"
    other.write_text(
        json.dumps({**data, "id": other.stem, "name": "before", "corpus": {**like, "name": "another"}}),
        encoding="utf-8",
    )
    assert find_run("before", tmp_path, like).path == own
    assert find_run("before", tmp_path, {**like, "name": "third"}).path == other


def test_traps_and_charts_are_not_compared(evaluation: Evaluation, tmp_path: Path) -> None:
    data = run_data(evaluation)
    traps = save_run({**data, "kind": "traps", "cases": [], "notes": []}, tmp_path, "t")
    with pytest.raises(UsageError, match="is a run of traps; name a run of charts"):
        find_run("t", tmp_path, data["corpus"])
    assert find_run(str(traps), tmp_path, {**data["corpus"], "kind": "traps"}).path == traps
    with pytest.raises(UsageError, match="no run of this corpus"):
        find_run("latest", tmp_path, data["corpus"])


def test_a_run_of_another_format_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(UsageError, match="format 99"):
        load_run(path)


def test_a_folder_that_cannot_be_made_is_an_output_error(evaluation: Evaluation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="--runs"):
        save_run(run_data(evaluation), tmp_path / "file" / "runs")


def stored(gold: dict[str, Any], predicted: dict[str, Any], digest: str = "d") -> StoredNote:
    return StoredNote("n", digest, {}, tuple(judge(gold, predicted)))


def told(changes: list[Change]) -> list[tuple[str, str, str, Any, Any]]:
    return [(c.what, c.family, c.part, c.old, c.new) for c in changes]


NSAID = {"modality": "nsaid", "status": "past", "weeks": 8, "outcome": "failed"}
GOLD = {"therapies": [NSAID], "radicular": {"lumbar": "absent"}, "pain": {"score_max": 7}}
RIGHT = {"therapies": [NSAID], "radicular": {"lumbar": "absent"}, "pain": {"score_max": 7}}


@pytest.mark.parametrize(
    ("predicted", "change"),
    [
        ({"therapies": []}, ("broke", "therapies", "entry", "right", "missed")),
        ({"therapies": [{**NSAID, "weeks": 2}]}, ("broke", "therapies", "weeks", 8, 2)),
        ({"therapies": [NSAID, NSAID]}, ("broke", "therapies", "entry", None, "extra")),
        ({"radicular": {"lumbar": "present"}}, ("broke", "radicular", "status", "absent", "present")),
        (
            {"radicular": {"lumbar": "absent", "cervical": "present"}},
            ("broke", "radicular", "status", None, "present"),
        ),
        ({"pain": {"score_max": None}}, ("broke", "pain", "score_max", 7, None)),
    ],
)
def test_what_broke_is_mended_the_other_way(predicted: dict[str, Any], change: tuple[Any, ...]) -> None:
    good, bad = stored(GOLD, RIGHT), stored(GOLD, {**RIGHT, **predicted})
    _, family, part, old, new = change
    assert told(changes_of(good, bad)) == [change]
    assert told(changes_of(bad, good)) == [("mended", family, part, new, old)]
    assert changes_of(bad, bad) == []


def test_a_figure_out_of_nothing_breaks_an_entry_that_both_runs_have() -> None:
    gold = {"therapies": [{**NSAID, "weeks": None}]}
    silent = stored(gold, {"therapies": [{**NSAID, "weeks": None}]})
    spoke = stored(gold, {"therapies": [NSAID]})
    missed = stored(gold, {"therapies": []})
    assert told(changes_of(silent, spoke)) == [("broke", "therapies", "weeks", None, 8)]
    assert told(changes_of(spoke, silent)) == [("mended", "therapies", "weeks", 8, None)]
    # With the entry itself missed in one of them the entry says it all.
    assert told(changes_of(missed, spoke)) == [("mended", "therapies", "entry", "missed", "right")]


def test_wrong_in_another_way() -> None:
    one = stored(GOLD, {**RIGHT, "radicular": {"lumbar": "present"}})
    two = stored(GOLD, {**RIGHT, "radicular": {"lumbar": "uncertain"}})
    assert told(changes_of(one, two)) == [("changed", "radicular", "status", "present", "uncertain")]


def test_only_notes_with_the_same_text_and_gold_are_compared() -> None:
    a, b = stored(GOLD, RIGHT), stored(GOLD, {**RIGHT, "therapies": []})
    other = StoredNote("o", "another", {}, a.judgements)
    done = compare(
        {"n": a, "o": StoredNote("o", "d", {}, ()), "gone": a}, {"n": b, "o": other, "new": b},
        names=("old", "new"), seed=1, resamples=10,
    )  # fmt: skip
    assert (done.notes, done.only_old, done.only_new, done.other) == (1, ("gone",), ("new",), ("o",))
    assert done.count("broke") == len(done.changes) == 1


def test_a_mended_quote_leaves_a_note_comparable_a_mended_value_does_not(evaluation: Evaluation) -> None:
    note = next(n.note for n in evaluation.notes if n.note.note_id == "back")

    def digest(**change: Any) -> str:
        first, *rest = note.gold["therapies"]
        return note_digest(replace(note, gold={**note.gold, "therapies": [{**first, **change}, *rest]}))

    assert digest(evidence=["another quote"]) == digest(remarks="doubtful") == digest() == note_digest(note)
    assert digest(weeks=9) != digest()
    assert note_digest(replace(note, text=note.text + " ")) != digest()


def test_a_run_that_cannot_be_written_whole_is_not_there(
    evaluation: Evaluation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing may read half a run: it gets its name only when it is complete."""

    def stopped(data: object, stream: Any, **_: object) -> None:
        stream.write('{"half": ')
        assert [p.suffix for p in tmp_path.iterdir()] == [""]
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.evaluation.runs.json.dump", stopped)
    with pytest.raises(KeyboardInterrupt):
        save_run(run_data(evaluation), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_judgement_without_a_fact_has_no_place() -> None:
    assert Judgement("therapies", "entry", "missed").kind == "missed"

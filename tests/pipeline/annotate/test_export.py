"""The choice and the tasks: each criterion finds its note, the table explains and holds no text."""

import json
from pathlib import Path

import pytest

from pipeline.annotate.choose import choose
from pipeline.annotate.criteria import CRITERIA
from pipeline.annotate.reading import Reading, pool, read_note
from pipeline.assess import extractor
from pipeline.cli import main
from pipeline.corpus.units import to_units


def readings(folder: Path) -> list[Reading]:
    return [read_note(n) for n in pool([folder], None, pytest.fail).notes]


def labels() -> dict[str, str]:
    return {f"{f.name}/{e.id}": e.label for f in extractor().families for e in f.lexicon.entries}


def exported(folder: Path, out: Path, *options: str) -> tuple[int, list[dict]]:  # type: ignore[type-arg]
    code = main(["annotate", "export", str(folder), "-o", str(out), *options])
    return code, json.loads(out.read_text("utf-8"))


@pytest.mark.parametrize(
    ("by", "note"), [("disagreement", "opposed"), ("rare", "seldom"), ("support", "thin")]
)
def test_each_criterion_finds_its_note(notes: Path, by: str, note: str) -> None:
    for path in sorted(notes.glob("*.txt")):
        if path.stem != "seldom":  # what the others say is said twice in the pool
            (notes / f"again_{path.name}").write_bytes(path.read_bytes() + b"\nSeen again.")
    (first,) = choose(readings(notes), labels(), count=1, by=[by])
    assert first.reading.note.note_id.removeprefix("again_") == note
    assert first.points[by].reasons


def test_reasons_say_what_the_points_are_for(notes: Path) -> None:
    found = {c.reading.note.note_id: c for c in choose(readings(notes), labels(), count=9)}
    assert (
        "facts say both yes and no: radicular_signs lumbar" in found["opposed"].points["disagreement"].reasons
    )
    rare = " ".join(found["seldom"].points["rare"].reasons)
    assert "therapies/flurbiprofen#patterns[0] fires in 1 note of 5" in rare
    assert any("gave no fact" in r for r in found["thin"].points["support"].reasons)
    for c in found.values():
        for name in CRITERIA:
            assert bool(c.points[name].points) == bool(c.points[name].reasons)


def test_the_choice_is_the_same_in_any_order_and_no_text_comes_twice(notes: Path) -> None:
    (notes / "twin.txt").write_bytes((notes / "opposed.txt").read_bytes())
    pooled = readings(notes)
    forward = [c.reading.note.note_id for c in choose(pooled, labels(), count=9)]
    backward = [c.reading.note.note_id for c in choose(pooled[::-1], labels(), count=9)]
    assert forward == backward
    assert len(forward) == 5
    assert "twin" not in forward


def test_a_difference_from_other_facts_counts(
    notes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = tmp_path / "facts.jsonl"
    assert main(["extract", str(notes), "-o", str(facts)]) == 0
    old = [json.loads(line) for line in facts.read_text("utf-8").splitlines()]
    for note in old:
        if note["note_id"] == "plain":
            note["pain"]["score_max"] = 9
            note["therapies"] = []
    facts.write_text("".join(json.dumps(n) + "\n" for n in old), encoding="utf-8")
    code, _ = exported(
        notes,
        tmp_path / "t.json",
        "--against",
        str(facts),
        "--by",
        "disagreement",
        "--count",
        "9",
        "--format",
        "json",
    )
    assert code == 0
    chosen = {c["note_id"]: c for c in json.loads(capsys.readouterr().out)["chosen"]}
    told = [r for r in chosen["plain"]["criteria"]["disagreement"]["reasons"] if "other run" in r]
    assert told == ["read differently by the other run: pain score_max (1), therapies (1)"]
    assert not any("other run" in r for r in chosen["opposed"]["criteria"]["disagreement"]["reasons"])
    assert exported(notes, tmp_path / "t.json", "--against", "none.jsonl")[0] == 2


def test_a_stored_run_of_the_corpus_can_be_held_against(
    repo_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corpus, runs = repo_root / "corpora" / "charts" / "d", tmp_path / "runs"
    assert main(["eval", str(corpus), "--runs", str(runs), "--resamples", "0"]) == 0
    (run,) = runs.glob("*.json")
    data = json.loads(run.read_text("utf-8"))
    note_id, judgement = next(
        (n["note_id"], j)
        for n in data["notes"]
        for j in n["judgements"]
        if j["family"] == "radicular" and j["verdict"] == "right"
    )
    judgement |= {"verdict": "wrong", "got": "historical"}
    run.write_text(json.dumps(data), encoding="utf-8")
    capsys.readouterr()
    options = [
        "--against",
        "latest",
        "--runs",
        str(runs),
        "--by",
        "disagreement",
        "--count",
        "99",
        "--format",
        "json",
    ]
    assert exported(corpus, tmp_path / "t.json", *options)[0] == 0
    chosen = json.loads(capsys.readouterr().out)["chosen"]
    told = {
        c["note_id"]: r for c in chosen for r in c["criteria"]["disagreement"]["reasons"] if "other run" in r
    }
    assert told == {note_id: "read differently by the other run: radicular (1)"}


def test_tasks_hold_text_and_predictions(
    notes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, tasks = exported(notes, tmp_path / "tasks.json", "--count", "5")
    assert code == 0
    assert "annotations" not in tasks[0]
    for task in tasks:
        text = task["data"]["text"]
        assert (notes / f"{task['data']['note_id']}.txt").read_bytes().decode() == text
        (prediction,) = task["predictions"]
        assert prediction["model_version"].startswith("notewarrant ")
        assert "extractors:lexicon:therapies" in task["data"]["versions"]
        marks = [r["value"] for r in prediction["result"] if r["type"] == "labels"]
        assert marks
        assert {r.get("origin", "prediction") for r in prediction["result"]} == {"prediction"}
        for m in marks:
            assert text[m["start"] : m["end"]] == m["text"]
    config = (tmp_path / "labeling-config.xml").read_text("utf-8")
    used = {r["from_name"] for t in tasks for r in t["predictions"][0]["result"] if "from_name" in r}
    assert all(f'name="{name}"' in config for name in used)
    emoji = next(t for t in tasks if t["data"]["note_id"] == "emoji")
    assert to_units(emoji["data"]["text"], 20, "utf16") == 21  # the note tells the units apart


def test_the_table_holds_no_text(notes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    marker = "Zanzibarfoot"
    (notes / "marked.txt").write_text(
        f"{marker}: PT failed. TENS. Denies sciatica. Has sciatica.", encoding="utf-8"
    )
    for options in ([], ["--format", "json"]):
        assert exported(notes, tmp_path / "t.json", "--count", "9", *options)[0] == 0
        captured = capsys.readouterr()
        assert "marked" in captured.out
        assert marker not in captured.out + captured.err


def test_an_unreadable_note_is_told_and_the_others_go_on(
    notes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (notes / "bad.txt").write_bytes(b"\x00\x01\x02" * 50)
    code, tasks = exported(notes, tmp_path / "t.json", "--count", "99")
    assert code == 3
    assert len(tasks) == 5
    assert "bad.txt" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--by", "luck"], ["--count", "0"], ["--count", "many"]])
def test_wrong_options_are_refused(notes: Path, tmp_path: Path, options: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["annotate", "export", str(notes), "-o", str(tmp_path / "t.json"), *options])


def test_a_split_is_of_a_corpus(notes: Path, tmp_path: Path) -> None:
    assert main(["annotate", "export", str(notes), "--split", "train", "-o", str(tmp_path / "t.json")]) == 2


@pytest.mark.parametrize(("options", "pool_"), [((), {"plain", "opposed"}), (("--split", "test"), {"thin"})])
def test_the_test_split_stays_closed_unless_it_is_asked_for(
    notes: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: tuple[str, ...],
    pool_: set[str],
) -> None:
    corpus = tmp_path / "corpus"
    for name, ids in (("tuned", ("plain", "opposed")), ("held", ("thin",))):
        (corpus / name / "notes").mkdir(parents=True)
        for i in ids:
            (corpus / name / "notes" / f"{i}.txt").write_bytes((notes / f"{i}.txt").read_bytes())
        lines = "".join(json.dumps({"note_id": i}) + "\n" for i in ids)
        (corpus / name / "gold.jsonl").write_text(lines, encoding="utf-8")
    (corpus / "corpus.yaml").write_text(
        "name: small\ntitle: Small\nversion: '1'\nlanguage: en\nlicence: none\nkind: charts\n"
        "guidelines: {file: G.md, version: '1'}\nsets:\n  tuned: {split: train}\n  held: {split: test}\n",
        encoding="utf-8",
    )
    runs = tmp_path / "runs"
    assert main(["eval", str(corpus), *options, "--runs", str(runs), "--resamples", "0"]) == 0
    capsys.readouterr()
    against = ("--against", "latest", "--runs", str(runs))
    code, tasks = exported(corpus, tmp_path / "t.json", "--count", "9", *options, *against)
    assert code == 0
    assert {t["data"]["note_id"] for t in tasks} == pool_
    said = capsys.readouterr().err
    assert ("test split left out (sets held); --split test reads it" in said) == (not options)

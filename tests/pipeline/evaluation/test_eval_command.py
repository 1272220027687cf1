"""``notewarrant eval`` as a user meets it: formats, exit codes, jobs, comparison, no text of a note."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.corpus import load_corpus
from pipeline.errors import InternalFault
from pipeline.evaluation import evaluate
from pipeline.evaluation.runs import run_data

#: Guarded, as an installed command is: worker processes import the main module anew.
START = "import sys; from pipeline.cli import main; sys.exit(main())"


def test_text_names_what_was_measured(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], marker: str
) -> None:
    assert main(["eval", str(small), "--runs", str(tmp_path / "runs"), "--resamples", "20"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("small 1: 3 notes")
    row = next(line for line in out.splitlines() if line.startswith("therapies.f1"))
    # Physical therapy is right; the wrong statuses of two others each miss one entry and give one more.
    assert row.split() == ["therapies.f1", *row.split()[1:5], "tp", "1", "fp", "2", "fn", "2"]
    assert "run stored as" in err
    assert marker not in out + err


def test_json_is_the_same_whatever_the_jobs(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], marker: str
) -> None:
    base = ["eval", str(small), "--format", "json", "--resamples", "20", "--no-run"]
    assert main(base) == 0
    one = capsys.readouterr().out
    assert main([*base, "--jobs", "2", "-o", str(tmp_path / "out.json")]) == 0
    assert (tmp_path / "out.json").read_text(encoding="utf-8") == one
    data = json.loads(one)
    assert data["scores"]["therapies.f1"]["value"] == pytest.approx(2 / 6)
    assert {n["note_id"]: n["document_type"] for n in data["notes"]}["leg"] == "letter"
    assert marker not in one
    assert not (tmp_path / "runs").exists()


def test_against_a_run_says_what_moved(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = ["--runs", str(tmp_path), "--resamples", "20"]
    assert main(["eval", str(small), *runs, "--name", "before"]) == 0
    path = next(tmp_path.glob("*.json"))
    data = json.loads(path.read_text(encoding="utf-8"))
    back = next(n for n in data["notes"] if n["note_id"] == "back")
    right = next(j for j in back["judgements"] if j.get("key", {}).get("modality") == "physical_therapy")
    assert right["verdict"] == "right"
    right["verdict"] = "missed"
    back["counts"]["therapies:tp"] -= 1
    back["counts"]["therapies:fn"] = back["counts"].get("therapies:fn", 0) + 1
    path.write_text(json.dumps(data), encoding="utf-8")
    capsys.readouterr()
    assert main(["eval", str(small), *runs, "--against", "before"]) == 0
    out = capsys.readouterr().out
    assert "mended 1, broke 0, wrong in another way 0" in out
    assert "mended   back: therapies physical_therapy past: missed -> right" in out
    assert any(line.startswith("therapies.f1") and "+0." in line for line in out.splitlines())


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--jobs", "0"], 2, "--jobs: 0 is less than 1"),
        (["--resamples", "-1"], 2, "--resamples: -1 is less than 0"),
        (["--resamples", "1000000"], 2, "--resamples: 1000000 is more than"),
        (["--floor", "nosuch.yaml"], 2, "nosuch.yaml: cannot be read"),
        (["--against", "nobody"], 2, "no run 'nobody'"),
        (["--split", "nosuch"], 3, "nosuch"),
        (["-o", "/nowhere/out.txt"], 4, "does not exist"),
    ],
)
def test_wrong_use_is_told_in_one_line(
    small: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    code: int,
    message: str,
) -> None:
    assert main(["eval", str(small), "--runs", str(tmp_path), "-q", *options]) == code
    err = capsys.readouterr().err
    assert message in err
    assert len(err.strip().splitlines()) == 1


def test_a_note_that_breaks_the_product_is_told_and_counts_as_missed(
    small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, marker: str
) -> None:
    from pipeline.evaluation import predict

    real = predict.build_case

    def broken(extractor: object, note_id: str, documents: list[object]) -> object:
        if note_id == "back":
            raise LookupError(documents[0].text)  # type: ignore[attr-defined]
        return real(extractor, note_id, documents)  # type: ignore[arg-type]

    monkeypatch.setattr(predict, "build_case", broken)
    assert main(["eval", str(small), "--no-run", "--resamples", "0"]) == 5
    out, err = capsys.readouterr()
    assert "back: internal fault LookupError" in err
    assert "could not be read" in out
    assert marker not in out + err
    data = run_data(evaluate(load_corpus(small), resamples=0))
    assert [n["failure"] for n in data["notes"]] == ["INTERNAL", None, None]
    assert data["scores"]["therapies.recall"]["value"] == 0


def test_a_held_out_test_split_is_read_only_when_asked_for(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(small, folder)
    shutil.copytree(folder / "s", folder / "t")
    for name in ("back", "leg", "silent"):
        (folder / "t" / "notes" / f"{name}.txt").rename(folder / "t" / "notes" / f"t{name}.txt")
    gold = folder / "t" / "gold.jsonl"
    gold.write_text(
        gold.read_text(encoding="utf-8").replace('"note_id": "', '"note_id": "t'), encoding="utf-8"
    )
    card = folder / "corpus.yaml"
    sets = "sets: {s: {split: dev, writer: w}, t: {split: test, writer: x}}"
    card.write_text(re.sub(r"sets: .*", sets, card.read_text(encoding="utf-8")), encoding="utf-8")
    base = ["eval", str(folder), "--no-run", "--resamples", "0", "--format", "json"]
    for options, notes, split in (
        ([], 3, "all but test"),
        (["--split", "test"], 3, "test"),
        (["--sets", "s,t"], 6, None),
    ):
        assert main([*base, *options]) == 0
        out, err = capsys.readouterr()
        data = json.loads(out)
        assert (len(data["notes"]), data["corpus"]["split"]) == (notes, split)
        assert ("test split left out" in err) == (not options)


def test_processes_leave_no_text_behind(small: Path, tmp_path: Path, marker: str) -> None:
    temporary, home = tmp_path / "tmp", tmp_path / "home"
    temporary.mkdir()
    home.mkdir()
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", START, "eval", str(small), "--jobs", "2"],
        capture_output=True, text=True, check=False, cwd=home,
        env={"TMPDIR": str(temporary), "PATH": "/usr/bin:/bin", "HOME": str(home), "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert marker not in done.stdout + done.stderr
    left = [p for folder in (temporary, home) for p in folder.rglob("*") if p.is_file()]
    assert any(p.parent.name == "runs" for p in left)
    assert [p.name for p in left if marker.encode() in p.read_bytes()] == []


def test_a_killed_worker_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.evaluation import predict

    class Pool:
        def __init__(self, *_: object, **__: object) -> None: ...

        def __enter__(self) -> Pool:
            return self

        def __exit__(self, *_: object) -> None: ...

        def map(self, *_: object, **__: object) -> object:
            raise BrokenProcessPool("gone")

    monkeypatch.setattr(predict, "ProcessPoolExecutor", Pool)
    with pytest.raises(InternalFault, match="run again with --jobs 1"):
        list(predict.predict_all([("a", "x"), ("b", "y")], jobs=2))

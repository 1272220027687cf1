"""Floors: a score that falls is told and ends with 1; the repository's own scores do not fall."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from pipeline.cli import main
from pipeline.corpus import load_corpus
from pipeline.errors import UsageError
from pipeline.evaluation import Evaluation, evaluate
from pipeline.evaluation.floors import FLOORED, falls, floors_text, read_floors
from pipeline.evaluation.measures import names
from pipeline.evaluation.selection import ALL_BUT_TEST


@pytest.fixture
def floors(evaluation: Evaluation, tmp_path: Path) -> Path:
    path = tmp_path / "floors.yaml"
    path.write_text(floors_text(evaluation, "a command"), encoding="utf-8")
    return path


def changed(path: Path, measure: str, value: float) -> Path:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["floors"]["dev"]["scores"][measure] = value
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return path


def test_every_floored_measure_exists() -> None:
    assert set(FLOORED) <= set(names())


def test_todays_scores_are_no_fall(evaluation: Evaluation, floors: Path) -> None:
    data = read_floors(floors)
    assert data["floors"]["dev"]["sets"] == ["s"]
    assert data["floors"]["dev"]["notes"] == 3
    assert falls(evaluation, data, "x") == []


@pytest.mark.parametrize(
    ("measure", "by", "fell"),
    [
        ("therapies.f1", 0.0099, False),
        ("therapies.f1", 0.02, True),
        ("therapies.f1", -0.3, False),
        ("radicular.false_present", -1, True),
        ("radicular.false_present", 1, False),
        ("surgeries.f1", 1.0, True),
    ],
)
def test_a_fall_is_more_than_the_tolerance(
    evaluation: Evaluation, floors: Path, measure: str, by: float, fell: bool
) -> None:
    now = evaluation.scores()[measure].value or 0.0
    found = falls(evaluation, read_floors(changed(floors, measure, now + by)), "x")
    assert [f.measure for f in found] == ([measure] if fell else [])


def test_gold_that_changed_asks_for_new_floors(evaluation: Evaluation, floors: Path) -> None:
    text = floors.read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    data["floors"]["dev"]["digest"] = "0" * 64
    with pytest.raises(UsageError, match="changed since its floors were written"):
        falls(evaluation, data, "floors.yaml")
    data["floors"] = {"train": {**data["floors"]["dev"], "sets": ["elsewhere"]}}
    with pytest.raises(UsageError, match="holds no floors of the sets"):
        falls(evaluation, data, "floors.yaml")


@pytest.mark.parametrize(
    ("floor", "split", "sets", "fails"),
    [
        ({"sets": ["s", "gone"]}, "dev", None, True),
        ({"sets": ["s", "gone"]}, None, ("s",), True),
        ({"sets": ["gone"]}, ALL_BUT_TEST, None, True),
        ({"sets": ["gone"]}, None, None, True),
        ({"sets": ["gone"]}, "train", None, True),
        ({"sets": ["gone"]}, "dev", None, False),
        ({"sets": ["gone"]}, None, ("s",), False),
    ],
)
def test_a_floor_whose_sets_are_gone_is_not_passed_over(
    evaluation: Evaluation,
    floors: Path,
    floor: dict[str, list[str]],
    split: str | None,
    sets: tuple[str, ...] | None,
    fails: bool,
) -> None:
    data = yaml.safe_load(floors.read_text(encoding="utf-8"))
    data["floors"]["train"] = {"digest": "x", "scores": {}, **floor}
    evaluated = replace(evaluation, split=split, sets=sets)
    if fails:
        with pytest.raises(UsageError, match=r"floors of train .* not evaluated: gone"):
            falls(evaluated, data, "floors.yaml")
    else:
        assert falls(evaluated, data, "floors.yaml") == []


def test_the_floors_of_the_test_split_are_not_asked_for_where_it_is_left_out(
    evaluation: Evaluation, floors: Path
) -> None:
    data = yaml.safe_load(floors.read_text(encoding="utf-8"))
    data["floors"]["test"] = {"digest": "x", "scores": {}, "sets": ["held"]}
    assert falls(replace(evaluation, split=ALL_BUT_TEST), data, "floors.yaml") == []


def test_writing_keeps_other_splits_and_the_tolerance(evaluation: Evaluation, floors: Path) -> None:
    older = {"tolerance": 0.5, "floors": {"train": {"sets": ["a"], "digest": "x", "scores": {}}}}
    data = yaml.safe_load(floors_text(evaluation, "a command", older))
    assert (data["tolerance"], set(data["floors"])) == (0.5, {"dev", "train"})


@pytest.mark.parametrize(
    "content", ["", "[1]", "a: [", "tolerance: x\nfloors: {}", "tolerance: 1\nfloors: {a: {}}"]
)
def test_what_is_no_file_of_floors_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="--write-floor"):
        read_floors(path)


def test_the_command_writes_floors_and_holds_them(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "floors.yaml"
    base = ["eval", str(small), "--no-run", "--resamples", "0", "-o", str(tmp_path / "out.txt")]
    assert main([*base, "--floor", str(path)]) == 2
    assert main([*base, "--write-floor", str(path)]) == 0
    assert main([*base, "--floor", str(path)]) == 0
    assert "no score fell below" in capsys.readouterr().err
    changed(path, "therapies.f1", 0.99)
    assert main([*base, "--floor", str(path)]) == 1
    assert (
        "below the floor (tolerance 0.01): dev: therapies.f1 was 0.99 and is 0.3333"
        in capsys.readouterr().err
    )


def test_the_repositorys_scores_do_not_fall(repo_root: Path) -> None:
    """All splits, test too: of that, scores alone. Where a fall is meant, `make figures` takes stock."""
    charts = repo_root / "corpora" / "charts"
    stored = read_floors(charts / "floors.yaml")
    evaluation = evaluate(load_corpus(charts), resamples=0)
    assert [str(f) for f in falls(evaluation, stored, "corpora/charts/floors.yaml")] == []
    assert set(stored["floors"]) == {n.note.split for n in evaluation.notes}, "a split without floors"

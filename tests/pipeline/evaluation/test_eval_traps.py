"""Traps: what a case names is judged wholly, and known failures are strict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli import main
from pipeline.corpus import load_traps
from pipeline.evaluation.traps import faults_of, run_traps, unmatched

FOUND = {
    "radicular": {"lumbar": {"status": "absent"}, "cervical": {"status": "not_documented"}},
    "injections": [
        {"kind": "medial_branch_block", "status": "past", "percent_relief": 80.0, "levels": ["L4", "L5"]},
        {"kind": "epidural", "status": "planned", "percent_relief": None, "levels": []},
    ],
    "therapies": [],
    "surgeries": [{"kind": "fusion", "status": "past", "year": 2015}],
    "red_flags": [{"kind": "fracture"}],
    "pain": {"duration_weeks": 26.07, "score_max": 8, "pattern": "axial"},
    "request": {
        "procedures": [{"cpt": "64635", "units": 1, "laterality": "left", "levels": ["L4-L5"]}],
        "diagnoses": ["M47.816"],
    },
    "criteria": {"dx_contradiction": "no"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("expect", "wrong"),
    [
        ({"radicular": {"lumbar": "absent"}}, []),
        ({"radicular": {"lumbar": {"accept": ["absent", "historical"]}}}, []),
        ({"radicular": {"lumbar": "present", "thoracic": "not_documented"}}, ["radicular.lumbar"]),
        ({"therapies": []}, []),
        ({"therapies": [{"modality": "nsaid"}]}, ["therapies"]),
        ({"injections": []}, ["injections", "injections"]),
        ({"injections": [{"kind": "epidural"}, {"percent_relief": 80}]}, []),
        ({"injections": [{"status": "planned"}, {"status": "past", "levels": ["L5", "L4"]}]}, []),
        ({"injections": [{"kind": "epidural", "percent_relief": None}]}, ["injections"]),
        ({"injections": [{"kind": "epidural"}, {"percent_relief": 79}]}, ["injections", "injections"]),
        ({"injections": [{"kind": "epidural", "status": "past"}, {"percent_relief": 80}]}, ["injections"]),
        ({"injections": [{"kind": "epidural"}, {"percent_relief": 80, "required": False}]}, []),
        ({"injections": [{"percent_relief": 80}, {}, {"kind": "other", "required": False}]}, []),
        ({"surgeries": [{"kind": "fusion", "year": 2015}]}, []),
        ({"surgeries": [{"kind": "fusion", "year": 2016}]}, ["surgeries"]),
        ({"red_flags": ["fracture"]}, []),
        ({"red_flags": []}, ["red_flags"]),
        ({"pain": {"duration_weeks": 26}}, []),
        ({"pain": {"duration_weeks": 25, "pattern": "axial"}}, ["pain.duration_weeks"]),
        ({"pain": {"score_max": None}}, ["pain.score_max"]),
        ({"request": {"procedures": [{"cpt": "64635"}]}}, []),
        ({"request": {"procedures": [{"cpt": "64635", "units": 2}]}}, ["request.procedures"]),
        ({"request": {"procedures": [], "diagnoses": []}}, ["request.procedures", "request.diagnoses"]),
        ({"criteria": {"dx_contradiction": "yes"}}, ["criteria.dx_contradiction"]),
    ],
)  # fmt: skip
def test_what_is_named_is_judged_wholly(expect: dict[str, Any], wrong: list[str]) -> None:
    assert [f.family for f in faults_of(expect, FOUND)] == wrong


def test_a_loose_expectation_leaves_the_entry_that_a_stricter_one_needs() -> None:
    found = [{"kind": "a", "n": 1}, {"kind": "a", "n": 2}]
    assert unmatched(found, [{"kind": "a"}, {"kind": "a", "n": 1}]) == ([], [])
    assert unmatched(found, [{"kind": "a", "n": 1}, {"kind": "a", "n": 1}]) == ([1], [1])


@given(
    st.lists(st.fixed_dictionaries({"k": st.integers(0, 2), "n": st.integers(0, 2)}), max_size=5),
    st.lists(
        st.fixed_dictionaries({}, optional={"k": st.integers(0, 2), "n": st.integers(0, 2)}), max_size=5
    ),
)
def test_the_matching_is_the_largest(found: list[dict[str, int]], want: list[dict[str, int]]) -> None:
    def best(w: int, free: frozenset[int]) -> int:
        if w == len(want):
            return 0
        fits = [f for f in free if all(found[f][k] == v for k, v in want[w].items())]
        return max([best(w + 1, free), *(1 + best(w + 1, free - {f}) for f in fits)])

    over, missing = unmatched(found, want)
    assert len(found) - len(over) == len(want) - len(missing) == best(0, frozenset(range(len(found))))


CASES = """\
phenomenon: percent_not_relief
title: A percentage that is no relief
cases:
  - id: pct_001
    name: relief is relief
    text: |
      Zqxmarker. Lumbar medial branch block in March gave 80% relief.
    expect:
      injections: [{kind: medial_branch_block, status: past, percent_relief: 80}]
  - id: pct_002
    name: expects what is not there
    text: |
      Zqxmarker. Physical therapy for 8 weeks did not help.
    expect:
      therapies: []
  - id: pct_003
    name: denied
    text: Low back pain for a year. Denies leg pain.
    expect:
      radicular: {lumbar: absent}
"""


@pytest.fixture
def traps(tmp_path: Path) -> Path:
    folder = tmp_path / "traps"
    folder.mkdir()
    (folder / "percent.yaml").write_text(CASES, encoding="utf-8")
    return folder


def known(folder: Path, **reasons: str) -> None:
    lines = "".join(f"{case}: {reason}\n" for case, reason in reasons.items())
    (folder / "known_failures.yaml").write_text(lines, encoding="utf-8")


def test_a_failing_case_is_named_and_ends_with_1(traps: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", str(traps), "--no-run"]) == 1
    out, err = capsys.readouterr()
    assert "percent_not_relief" in out
    assert " 2/3 " in out
    assert "pct_002 [percent_not_relief] expects what is not there" in out
    assert "therapies: wanted no further entry, found (modality=physical_therapy" in out
    assert "1 cases are not as known: pct_002" in err
    assert "Zqxmarker" not in out + err


def test_a_known_failure_is_no_fault_until_it_passes(traps: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known(traps, pct_002="the expectation is wrong on purpose")
    assert main(["eval", str(traps), "--no-run"]) == 0
    assert "known: the expectation is wrong on purpose" in capsys.readouterr().out
    known(traps, pct_001="was broken once", pct_002="wrong on purpose")
    assert main(["eval", str(traps), "--no-run"]) == 1
    out, err = capsys.readouterr()
    assert "known failures that pass: 1" in out
    assert "pct_001" in err


def test_json_runs_and_jobs(traps: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = ["--runs", str(tmp_path / "runs")]
    assert main(["eval", str(traps), *runs, "--format", "json", "--name", "before"]) == 1
    one = capsys.readouterr().out
    assert main(["eval", str(traps), *runs, "--format", "json", "--jobs", "2"]) == 1
    assert capsys.readouterr().out == one
    data = json.loads(one)
    assert data["phenomena"]["percent_not_relief"]["passed"] == 2
    assert [c["passed"] for c in data["cases"]] == [True, False, True]
    stored = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "runs").glob("*.json"))
    assert "Zqxmarker" not in one + stored
    path = next(p for p in (tmp_path / "runs").glob("*.json") if '"name": "before"' in p.read_text("utf-8"))
    old = json.loads(path.read_text(encoding="utf-8"))
    old["cases"][0]["passed"] = False
    path.write_text(json.dumps(old), encoding="utf-8")
    assert main(["eval", str(traps), *runs, "--no-run", "--against", "before"]) == 1
    assert "mended 1, broke 0\n  mended pct_001" in capsys.readouterr().out
    assert main(["eval", str(traps), *runs, "--no-run", "--against", "before", "--format", "json"]) == 1
    moved = json.loads(capsys.readouterr().out)["comparison"]
    assert (moved["mended"], moved["broke"]) == (["pct_001"], [])


@pytest.mark.parametrize(
    "change", [("80% relief.", "85% relief."), ("percent_relief: 80", "percent_relief: 81")]
)
def test_a_case_that_changed_is_not_compared(
    traps: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: tuple[str, str]
) -> None:
    runs = ["--runs", str(tmp_path / "runs")]
    assert main(["eval", str(traps), *runs, "--name", "before"]) == 1
    (traps / "percent.yaml").write_text(CASES.replace(*change), encoding="utf-8")
    capsys.readouterr()
    assert main(["eval", str(traps), *runs, "--no-run", "--against", "before", "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [c["passed"] for c in data["cases"]] == [False, False, True]
    assert {k: v for k, v in data["comparison"].items() if k != "old"} == {
        "mended": [], "broke": [], "not_compared": 1,
    }  # fmt: skip
    assert main(["eval", str(traps), *runs, "--no-run", "--against", "before"]) == 1
    assert "not compared, new or changed since: 1" in capsys.readouterr().out


@pytest.mark.parametrize("options", [["--split", "dev"], ["--format", "html"], ["--floor", "x.yaml"]])
def test_options_of_charts_are_refused(
    traps: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", str(traps), *options]) == 2
    assert "does not concern a corpus of traps" in capsys.readouterr().err


def test_the_traps_of_this_repository(repo_root: Path) -> None:
    """Every case passes, but for the known failures, and those fail."""
    folder = repo_root / "corpora" / "traps"
    if not (folder / "known_failures.yaml").is_file():
        pytest.skip("no stock was taken of the traps: notewarrant eval corpora/traps --write-known")
    results = run_traps(load_traps(folder))
    wrong = [
        f"{r.case.id}: {'passes' if r.passed else [str(f) for f in r.faults]}"
        for r in results
        if not r.as_known
    ]
    assert results
    assert wrong == []


def test_taking_stock_keeps_reasons_and_drops_what_passes(
    traps: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known(traps, pct_001="was broken once")
    assert main(["eval", str(traps), "--no-run", "--write-known"]) == 0
    assert "1 known failures written" in capsys.readouterr().err
    (reason,) = load_traps(traps).known_failures.items()
    assert reason[0] == "pct_002"
    assert reason[1].startswith("therapies: wanted no further entry, found (modality=physical_therapy")
    known(traps, pct_002="a reason of our own")
    assert main(["eval", str(traps), "--no-run", "--write-known"]) == 0
    assert load_traps(traps).known_failures == {"pct_002": "a reason of our own"}
    assert main(["eval", str(traps), "--no-run"]) == 0

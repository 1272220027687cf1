"""Traps: files of cases, checked on load."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.corpus import CorpusError, check_corpus, is_traps, load_corpus, load_traps

GOOD = """
phenomenon: percent_not_relief
title: A percentage that is no relief
cases:
  - id: pct_001
    name: percent of disability is no relief
    text: |
      Rated 40% disabled. L4-L5 block last May.
    expect:
      radicular: {lumbar: absent, cervical: {accept: [absent, not_documented]}}
      injections: [{kind: medial_branch_block, percent_relief: null, levels: [L4-L5]}]
      therapies: []
      red_flags: [cauda_equina]
      pain: {duration_weeks: 26}
      request: {procedures: [{cpt: "64635", units: 1}], diagnoses: [M47.816]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "percent.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_cases_are_loaded(folder: Path) -> None:
    assert is_traps(folder)
    assert check_corpus(folder) == []
    corpus = load_traps(folder)
    (case,) = corpus.cases
    assert (case.id, case.phenomenon) == ("pct_001", "percent_not_relief")
    assert case.text.endswith("last May.\n")
    assert case.expect["red_flags"] == ["cauda_equina"]
    assert corpus.titles == {"percent_not_relief": "A percentage that is no relief"}
    assert len(corpus.digest) == 64


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("absent,", "gone,", "illegal_value"),
        ("cauda_equina", "cauda", "illegal_value"),
        ("therapies: []", "therapy: []", "illegal_value"),
        ("duration_weeks", "duration", "illegal_value"),
        ("id: pct_001", "nr: pct_001", "trap_case"),
        ("name: percent", "nome: percent", "trap_case"),
        ("phenomenon: ", "phenomena: ", "trap_file"),
        ("cases:", "case:", "trap_file"),
        ("title:", "title: [", "yaml"),
    ],
)
def test_faults_are_named(folder: Path, old: str, new: str, code: str) -> None:
    (folder / "percent.yaml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    assert {p.code for p in check_corpus(folder)} == {code}
    with pytest.raises(CorpusError, match=r"percent\.yaml"):
        load_traps(folder)


def test_an_id_stands_once_in_the_whole_corpus(folder: Path) -> None:
    (folder / "second.yaml").write_text(GOOD, encoding="utf-8")
    assert [p.code for p in check_corpus(folder)] == ["duplicate_id"]


@pytest.mark.parametrize("text", ["pct_001: the percentage is read as relief\n",
                                  "- {id: pct_001, reason: the percentage is read as relief}\n"])  # fmt: skip
def test_known_failures(folder: Path, text: str) -> None:
    (folder / "known_failures.yaml").write_text(text, encoding="utf-8")
    assert load_traps(folder).known_failures == {"pct_001": "the percentage is read as relief"}
    (folder / "known_failures.yaml").write_text("pct_009: why\n", encoding="utf-8")
    assert [p.code for p in check_corpus(folder)] == ["known_failures"]
    (folder / "known_failures.yaml").write_text("pct_001:\n", encoding="utf-8")
    assert [p.code for p in check_corpus(folder)] == ["known_failures"]


def test_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    assert load_traps(tmp_path / "traps", missing_ok=True).cases == ()
    with pytest.raises(CorpusError):
        load_traps(tmp_path / "traps")


def test_traps_are_no_charts(folder: Path) -> None:
    card = "{name: x, title: x, version: '1', licence: x, guidelines: {file: x, version: '1'}, kind: traps}"
    (folder / "corpus.yaml").write_text(card, encoding="utf-8")
    assert check_corpus(folder) == []
    with pytest.raises(CorpusError, match="traps"):
        load_corpus(folder)

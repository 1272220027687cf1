"""Commands that need the rules alone: structured cases, policies, the payer matrix, replay."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from pipeline.cli import main
from pipeline.policies import known_policies
from pipeline.store import Job, Store
from rules.assessment import Assessment
from rules.compare import Comparison

NOTE = (
    "DOS: 03/02/2026\nHPI: Axial low back pain, zebrafish, no leg pain. "
    "She completed physical therapy for 8 weeks without relief.\nAssessment: M47.816.\n"
    "Left L4-5 medial branch block on 01/15/2026 gave 60% relief.\n"
    "Plan: request 64635-LT at L4-5.\n"
)
PAYER = {
    "extends": "guideline",
    "id": "acme-rfa",
    "title": "Acme facet policy",
    "version": "1",
    "summary": "As the guideline, with 80 % relief.",
    "parameters": {"diagnostic_block_relief_percent": {"values": [{"from": "2025-01-01", "value": 80}]}},
}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("case")
    (folder / "n1.txt").write_text(NOTE, encoding="utf-8")
    assert (
        main(["extract", str(folder / "n1.txt"), "--format", "json", "-o", str(folder / "structured.json")])
        == 0
    )
    return folder / "structured.json"


@pytest.fixture
def payer(tmp_path: Path) -> Path:
    path = tmp_path / "acme.yaml"
    path.write_text(yaml.safe_dump(PAYER), encoding="utf-8")
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path, code: int = 0) -> str:
    assert main([str(a) for a in arguments]) == code
    found = capsys.readouterr()
    return found.out if code == 0 else found.err


def test_a_case_gives_what_its_note_gives(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from_note = json.loads(said(capsys, "check", case.parent / "n1.txt", "--format", "json"))
    from_case = json.loads(said(capsys, "rules", "check", case, "--format", "json"))
    jsonschema.validate(from_case, Assessment.model_json_schema(mode="serialization"))
    assert from_case["findings"] == from_note["findings"]
    assert from_case["determination"] == from_note["determination"]


def test_an_assessment_is_a_case_too(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = said(capsys, "rules", "check", case, "--format", "json")
    (tmp_path / "again.json").write_text(f"[{first}, {first}]", encoding="utf-8")
    again = json.loads(said(capsys, "rules", "check", tmp_path / "again.json", "--format", "json"))
    assert again == [json.loads(first)] * 2


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", 3, "is empty"),
        ("{", 3, "is not JSON at line 1"),
        ("[" * 100_000, 3, "is nested too deeply"),
        ('{"case_id": "x", "documents": "zebrafish"}', 3, "documents: Input should be a valid tuple"),
        ('{"case_id": "x", "documents": [], "zebrafish": 1}', 3, "the whole: an unknown key"),
    ],
)
def test_a_malformed_case_is_named_without_its_content(
    text: str, code: int, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "odd.json"
    path.write_text(text, encoding="utf-8")
    error = said(capsys, "rules", "check", path, code=code)
    assert "odd.json" in error
    assert words in error


def test_of_several_cases_the_good_ones_finish(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "two.json"
    path.write_text(f'[{case.read_text("utf-8")}, {{"case_id": 3}}]', encoding="utf-8")
    assert main(["rules", "check", str(path), "--format", "json"]) == 3
    out, error = capsys.readouterr()
    assert [a["case_id"] for a in json.loads(out)] == ["n1"]
    assert "two.json[1]" in error


def test_what_if_is_said_on_request(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "What would alter the answer" in said(capsys, "rules", "check", case, "--what-if")
    assert "What would alter the answer" not in said(capsys, "rules", "check", case)


def test_policies_are_listed_with_their_standing(capsys: pytest.CaptureFixture[str]) -> None:
    entries = json.loads(said(capsys, "policies", "list", "--format", "json", "--on", "2024-01-01"))
    assert [e["id"] for e in entries] == list(known_policies())
    guideline = next(e for e in entries if e["id"] == "guideline")
    assert (guideline["in_force"], guideline["stale"]) == (False, False)
    later = json.loads(said(capsys, "policies", "list", "--format", "json", "--on", "2031-01-01"))
    assert all(e["stale"] for e in later)
    assert "STALE" in said(capsys, "policies", "list", "--on", "2031-01-01")
    assert said(capsys, "policies") == said(capsys, "policies", "list")


def test_a_policy_of_ones_own_is_shown_and_told_apart(
    payer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = said(capsys, "policies", "show", payer)
    assert "diagnostic_block_relief_percent: more than 80 per cent" in shown
    diff = said(capsys, "policies", "diff", "guideline", payer)
    assert "guideline: more than 50 per cent\n      acme-rfa: more than 80 per cent" in diff
    assert "Checks that differ: 0" in diff


def test_a_policy_of_ones_own_decides(case: Path, payer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(capsys, "check", case.parent / "n1.txt", "--policy", payer, "--format", "json"))
    assert found["policy"] == "acme-rfa"
    assert {f["id"]: f["outcome"] for f in found["findings"]}["A6-lumbar"] == "not_met"
    assert found["versions"]["policy"].startswith("acme-rfa 1+")


def test_the_matrix_sets_policies_side_by_side(
    case: Path, payer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = f"guideline,{payer}"
    found = Comparison.model_validate_json(
        said(capsys, "compare", case, "--policy", wanted, "--format", "json")
    )
    row = next(r for r in found.rows if r.ref == "A6")
    assert [(c.policy, c.outcome) for c in row.cells] == [("guideline", "met"), ("acme-rfa", "not_met")]
    text = said(capsys, "compare", case, "--policy", wanted)
    assert "A6 Relief after diagnostic blocks" in text
    assert "acme-rfa: more than 80 per cent" in text
    note = json.loads(said(capsys, "compare", case.parent / "n1.txt", "--policy", wanted, "--format", "json"))
    assert note["rows"] == json.loads(found.model_dump_json())["rows"]
    differing = said(capsys, "compare", case, "--policy", wanted, "--differing", "--format", "json")
    assert "A6" in {r["ref"] for r in json.loads(differing)["rows"]}
    assert "A4" not in {r["ref"] for r in json.loads(differing)["rows"]}
    page = tmp_path / "matrix.html"
    assert main(["compare", str(case), "--policy", wanted, "--format", "html", "-o", str(page)]) == 0
    assert "A6 Relief after diagnostic blocks" in page.read_text("utf-8")


def _failing(*_given: object) -> None:
    raise KeyError("zebrafish")


def test_replay_names_who_flips_and_why(
    case: Path,
    payer: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assessment = said(capsys, "rules", "check", case, "--format", "json")
    path = tmp_path / "results.sqlite"
    with Store(path) as store:
        job = Job(case_id="n1", documents=("0",), paths=("n1.txt",), policy="guideline", versions={})
        store.enqueue([job])
        (row,) = store.claim("owner", 1)
        assert store.begin(row)
        assert store.finish(row, "supported", assessment)
        store.enqueue([dataclasses.replace(job, case_id=n, documents=(n,)) for n in ("given-up", "waits")])
        (row,) = store.claim("owner", 1)
        assert store.begin(row)
        assert store.fail(row, "NO_TEXT", "EmptyDocument", final=True)
    text = said(capsys, "replay", "--policy", payer, "--store", path)
    assert "1 stored cases under acme-rfa: 1 answers flip" in text
    assert "A6-lumbar Relief after diagnostic blocks: met -> not_met" in text
    assert "2 left out (1 wait, 1 dead)" in text
    assert "zebrafish" not in text
    same = json.loads(said(capsys, "replay", "--policy", "guideline", "--store", path, "--format", "json"))
    assert (same["left_out"], same["waiting"], same["dead"], same["erased"]) == (2, 1, 1, 0)
    assert [(c["before"], c["turned"]) for c in same["cases"]] == [(same["cases"][0]["after"], [])]
    none = said(capsys, "replay", "--policy", payer, "--store", path, "--from", "nobody", code=2)
    assert "no stored case was assessed under 'nobody'" in none
    with monkeypatch.context() as patched:
        patched.setattr("pipeline.stored.replayed.replay", _failing)
        assert main(["replay", "--policy", "guideline", "--store", str(path)]) == 3
    told = capsys.readouterr()
    assert told.out.startswith("0 stored cases under guideline: ")
    assert "zebrafish" not in told.out + told.err
    assert "does not exist" in said(capsys, "replay", "--policy", payer, "--store", "no.sqlite", code=3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": None}, "acme.yaml"),
        ({"parameters": {"conservative_care_weeks": {"verification": "rumour"}}}, "line 5"),
        ({"extends": "nobody"}, "extends unknown policy 'nobody'"),
        ({"id": "guideline"}, "is taken by a shipped policy"),
    ],
)
def test_a_faulty_policy_is_told_with_file_line_and_mend(
    change: dict[str, object], words: str, case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(yaml.safe_dump({**PAYER, **change}, sort_keys=True), encoding="utf-8")
    error = said(capsys, "rules", "check", case, "--policy", path, code=2)
    assert "acme.yaml" in error
    assert words in error

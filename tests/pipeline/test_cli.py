"""The command line: answers, bad input, exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest

from pipeline.cli import main
from rules.assessment import Assessment

NOTE = (
    "DOS: 03/02/2026\nHPI: Chronic low back pain related to radiculitis, shooting to the left calf.\n"
    "Assessment: M47.816 spondylosis without myelopathy or radiculopathy, lumbar region.\n"
    "Plan: request 64635-50 and 64636-50, L4-5 and L5-S1.\n"
)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "s1.txt"
    path.write_text(NOTE, encoding="utf-8")
    return path


def test_json_is_one_object_that_fits_its_schema(note: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(note), "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    jsonschema.validate(data, Assessment.model_json_schema(mode="serialization"))
    assert data["case_id"] == "s1"
    assert data["determination"]["answer"] == "not_supported_as_coded"
    assert data["on"] == "2026-03-02"


def test_several_cases_are_an_array(note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "s2.txt").write_text("Neck pain. Request 64633 with M47.812.", encoding="utf-8")
    assert main(["check", str(tmp_path), "--format", "json"]) == 0
    assert [c["case_id"] for c in json.loads(capsys.readouterr().out)] == ["s1", "s2"]


@pytest.mark.parametrize("command", ["check", "explain"])
def test_json_that_is_named_is_no_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """Read as text it would give facts of its keys, and quotes that nobody wrote."""
    path = tmp_path / "result.JSON"
    path.write_text(json.dumps({"assessment": {"case": {"quote": NOTE}}}), encoding="utf-8")
    assert main([command, str(path)]) == 3
    told = capsys.readouterr()
    assert "is JSON, not a note; use notewarrant rules check" in told.err
    assert "back pain" not in told.out + told.err


def test_text_puts_the_answer_first(note: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(note)]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.strip("=")]
    assert lines[1].startswith("NOT SUPPORTED AS CODED")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["check", "nowhere.txt"], 3, "nowhere.txt: does not exist; check the path"),
        (["check", "{note}", "--cpt", "6463"], 2, "--cpt: '6463' is not a CPT"),
        (["check", "{note}", "--icd", "banana"], 2, "--icd: 'banana' is not an ICD-10-CM code"),
        (["check", "{note}", "--policy", "nobody"], 2, "--policy: no policy named 'nobody'; choose from"),
        (
            ["check", "{note}", "-o", "/nowhere/out.json"],
            4,
            "/nowhere/out.json: the folder /nowhere does not exist",
        ),
        (["check"], 2, "give either PATH or --ask"),
        (["explain", "{note}", "--fact", "nothing.9"], 2, "no fact 'nothing.9'"),
        (["explain", "{note}", "--check", "Z9"], 2, "no finding of a check 'Z9'"),
    ],
)
def test_bad_usage_is_one_plain_line(
    note: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    assert main([a.replace("{note}", str(note)) for a in arguments]) == code
    err = capsys.readouterr().err
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_bad_documents_are_named_and_the_others_finish(
    note: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "blank.txt").write_bytes(b" \r\n\t ")
    (tmp_path / "scan.txt").write_bytes(b"%PDF-1.4 ...")
    assert main(["check", str(tmp_path), "--format", "json"]) == 3
    out, err = capsys.readouterr()
    assert [c["case_id"] for c in json.loads(out)] == ["s1"]
    lines = err.strip().splitlines()
    assert len(lines) == 3
    assert all(any(name in line for line in lines) for name in ("empty.txt", "blank.txt", "scan.txt"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_unwritable_folder(note: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert main(["check", str(note), "-o", str(locked / "x.json")]) == 4


@pytest.mark.parametrize(
    "data",
    [
        NOTE.replace("low", "lów").encode("cp1252"),
        b"\xef\xbb\xbf" + NOTE.encode(),
        NOTE.encode() + b"\xc3\x28 \xff",
        NOTE.replace("\n", "\r\n").encode(),
    ],
    ids=["cp1252", "bom", "invalid", "crlf"],
)
def test_odd_bytes_are_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    path = tmp_path / "odd.txt"
    path.write_bytes(data)
    assert main(["check", str(path), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["determination"]["answer"] == "not_supported_as_coded"


def test_a_code_no_policy_covers_is_answered(note: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(note), "--cpt", "27447", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert any(f["ref"] == "G4" and f["outcome"] == "needs_review" for f in data["findings"])


def test_a_question_is_a_note(capsys: pytest.CaptureFixture[str]) -> None:
    question = "Are 64635 and 64636 medically indicated for a patient with M47.817 and a prior spinal fusion?"
    assert main(["check", "--ask", question, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [line["cpt"] for line in data["case"]["request"]["lines"]] == ["64635", "64636"]
    assert data["determination"]["answer"] == "insufficient_documentation"


def test_facts_are_one_object_a_note(note: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", str(note), "--format", "facts"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["note_id"] == "s1"
    assert facts["criteria"]["dx_contradiction"] == "yes"
    assert facts["radicular"]["lumbar"]["evidence"][0]["quote"] in NOTE


def test_explain_names_pattern_and_section(note: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(note), "--check", "A1"]) == 0
    out = capsys.readouterr().out
    assert "finding A1" in out
    assert "lexicon entry: radicular/" in out
    assert "section" in out


def test_explain_ends_with_what_says_nothing_about_the_patient(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "n.txt"
    said = "Low back pain. The LCD requires 4 weeks of physical therapy before any block.\n"
    path.write_text(said + "Prior spine fusion: level ______ year ______\n", encoding="utf-8")
    assert main(["explain", str(path)]) == 0
    out = capsys.readouterr().out
    shown = out[out.index("left out: ") :].splitlines()
    assert "stands in text that says nothing about the patient" in shown[0]
    start = said.index("physical therapy")
    assert f'    policy: "physical therapy"  (n {start}-{start + 16}, section ' in "\n".join(shown)
    assert "      matched by: therapies/physical_therapy#" in "\n".join(shown)
    assert any(line.startswith("    blank prompt: ") for line in shown)
    assert int(shown[0].split()[2]) == sum(line.startswith("      matched by: ") for line in shown)
    path.write_text(said * 30, encoding="utf-8")
    assert main(["explain", str(path)]) == 0
    assert "\n    and " in capsys.readouterr().out
    path.write_text("Low back pain. Physical therapy for 4 weeks.\n", encoding="utf-8")
    assert main(["explain", str(path)]) == 0
    assert "left out" not in capsys.readouterr().out


def test_explain_says_where_no_lexicon_entry_stands_behind_a_fact(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "n.txt"
    path.write_text("PSH: none\nHPI: low back pain.\n", encoding="utf-8")
    assert main(["explain", str(path), "--fact", "surgeries.1"]) == 0
    out = capsys.readouterr().out
    assert "without a lexicon match: surgeries/section" in out
    assert "lexicon entry" not in out


@pytest.mark.parametrize(
    "command", [[], ["check"], ["extract"], ["explain"], ["run"], ["policies"], ["schema"]]
)
def test_help_holds_examples(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*command, "--help"])
    assert stopped.value.code == 0
    assert "examples:" in capsys.readouterr().out


def test_output_is_written_whole_and_private(note: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert main(["check", str(note), "--format", "json", "-o", str(out)]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["case_id"] == "s1"
    assert out.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob(".notewarrant-*"))

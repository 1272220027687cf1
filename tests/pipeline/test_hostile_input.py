"""Odd files, names and outputs: nothing hangs, nothing is lost in silence, nothing is overwritten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import assess_text
from pipeline.cli import main
from pipeline.errors import BinaryDocument, UsageError

NOTE = "Request: 64635. Diagnosis: M47.816.\nChronic low back pain with radiculopathy into the left leg.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(NOTE, encoding="utf-8")
    return tmp_path / "in"


def test_a_pipe_is_refused_not_waited_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(folder / "f.txt")
    assert main(["check", str(folder / "f.txt")]) == 3
    assert "is not a regular file" in capsys.readouterr().err
    assert main(["check", str(folder), "--brief"]) == 0
    assert "f.txt: not read" in capsys.readouterr().err


def test_links_to_folders_are_not_followed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    assert main(["check", str(folder), "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["case_id"] == "a"
    assert "loop: not read" in err


def test_an_over_long_path_is_a_plain_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "a" * 300]) == 3
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_an_empty_path_is_not_the_current_folder(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["check", ""])
    assert stopped.value.code == 2
    assert "empty path" in capsys.readouterr().err


def test_a_line_break_in_a_name_keeps_the_error_on_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new\nline\x1b[31m.txt").write_bytes(b"")
    assert main(["check", str(tmp_path / "new\nline\x1b[31m.txt")]) == 3
    err = capsys.readouterr().err
    assert len(err.strip().splitlines()) == 1
    assert "\x1b" not in err


def test_control_characters_of_a_note_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "e.txt").write_text(
        NOTE.replace("low back", "low \x1b[31mback\x1b]0;t\x07"), encoding="utf-8"
    )
    for command in (["check"], ["check", "--brief"], ["explain"]):
        assert main([command[0], str(tmp_path / "e.txt"), *command[1:]]) == 0
        out = capsys.readouterr().out
        assert "\x1b" not in out
        assert "\x07" not in out
    assert "\\u001b" in out


def test_reports_never_overwrite_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = tmp_path / "in"
    notes.mkdir()
    for name in ("a b", "a_b", "index", "other"):
        (notes / f"{name}.txt").write_text(NOTE, encoding="utf-8")
    assert main(["check", str(notes), "--format", "html", "-o", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr().out.split("\n")[:-1]
    assert len(printed) == len(set(printed)) == 5
    assert len(list((tmp_path / "out").glob("*.html"))) == 5


def test_the_input_is_never_the_output(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note = folder / "a.txt"
    for command in ("check", "extract"):
        assert main([command, str(note), "-o", str(note)]) == 2
        assert "one of the inputs" in capsys.readouterr().err
    assert note.read_text(encoding="utf-8") == NOTE


def test_a_linked_output_is_written_through(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "target.json").write_text("old", encoding="utf-8")
    (tmp_path / "link.json").symlink_to(tmp_path / "target.json")
    assert main(["check", str(folder), "--format", "json", "-o", str(tmp_path / "link.json")]) == 0
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "target.json").read_text(encoding="utf-8"))["case_id"] == "a"


def test_a_device_stays_a_device(folder: Path) -> None:
    before = Path("/dev/null").stat().st_mode
    assert main(["check", str(folder), "-o", "/dev/null"]) == 0
    assert Path("/dev/null").stat().st_mode == before


def test_an_ascii_terminal_gets_escapes(folder: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from pipeline.cli import main; sys.exit(main())",
            "check",
            str(folder),
        ],
        capture_output=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout


def test_a_bad_case_file_spares_the_others_and_is_not_repeated(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in (
        ("b", {"cpt": ["ZQXNAME"]}),
        ("c", {"icd": ["M47.816"], "descriptions": {"M47.812": "x"}}),
    ):
        (folder / f"{name}.txt").write_text(NOTE, encoding="utf-8")
        (folder / f"{name}.case.json").write_text(json.dumps(content), encoding="utf-8")
    assert main(["check", str(folder), "--format", "json"]) == 3
    out, err = capsys.readouterr()
    assert [c["case_id"] for c in json.loads(out)] == ["a"]
    assert "ZQXNAME" not in err
    assert "cpt[0]" in err
    assert "descriptions" in err


def test_descriptions_of_a_case_file_are_matched_whatever_the_code_is_written_like(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = {"icd": ["m47812"], "descriptions": {"M47.812": "neck pain"}, "service_date": "2026-05-05"}
    (folder / "a.case.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "a.txt").write_text(NOTE + "Requested date of service: 02/01/2026\n", encoding="utf-8")
    assert main(["check", str(folder), "--format", "json"]) == 0
    request = json.loads(capsys.readouterr().out)["case"]["request"]
    assert request["diagnoses"][0]["description"] == "neck pain"
    assert any(c["field"] == "service_date" for c in request["conflicts"])


def test_the_python_entry_refuses_what_the_command_refuses() -> None:
    with pytest.raises(BinaryDocument):
        assess_text("pain\x00")
    with pytest.raises(UsageError):
        assess_text(5)  # type: ignore[arg-type]
    assert assess_text("\ufeff" + NOTE).notices == ("note: byte-order mark dropped",)

"""A marker planted in a note reaches no log, no exception, no standard error and no temporary file."""

from __future__ import annotations

import dataclasses
import logging
import subprocess
import sys
from pathlib import Path

import pytest

import pipeline.assess as assess_module
from extractors.engine import Extractor
from extractors.families import all_families
from extractors.note import Note
from pipeline.assess import assess_text
from pipeline.errors import InternalFault, NotewarrantError

MARKER = "ZQXMARKERZQ"
NOTE = (
    f"{MARKER} HPI: patient {MARKER} has low back pain for two years, shooting to the left calf {MARKER}.\n"
    f"MEDS: gabapentin {MARKER} 300 mg\nPSH: L4-L5 fusion {MARKER} 2019\n"
    f"Dx M47.816 {MARKER}. Request 64635-50 {MARKER} L4-5.\nMBB {MARKER} 80% relief.\n"
    f"lumbar facet {MARKER} (LFZ)\n"
)


def test_nothing_is_logged_at_any_level(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        assessment = assess_text(NOTE)
    assert MARKER in assessment.model_dump_json()  # the marker was really there to leak
    assert MARKER not in caplog.text
    out, err = capfd.readouterr()
    assert MARKER not in out + err


def test_a_fault_names_its_class_and_nothing_of_the_note(monkeypatch: pytest.MonkeyPatch) -> None:
    def bind(note: Note) -> list[object]:
        raise ValueError(f"could not bind {note.text}")

    broken = dataclasses.replace(all_families()[0], bind=bind)
    monkeypatch.setattr(assess_module, "extractor", lambda: Extractor([broken]))
    with pytest.raises(InternalFault) as caught:
        assess_text(NOTE)
    assert "ValueError" in str(caught.value)
    assert MARKER not in str(caught.value)
    # Neither may a traceback show it: the cause is cut off.
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_usage_errors_quote_options_never_notes() -> None:
    with pytest.raises(NotewarrantError) as caught:
        assess_text(NOTE, cpt="banana")
    assert MARKER not in str(caught.value)


def test_command_line_leaves_no_temporary_file_and_a_clean_error_stream(tmp_path: Path) -> None:
    notes, temporary = tmp_path / "notes", tmp_path / "tmp"
    notes.mkdir()
    temporary.mkdir()
    (notes / "a.txt").write_text(NOTE, encoding="utf-8")
    (notes / "b.txt").write_bytes(b"%PDF-1.4 " + MARKER.encode())
    out = tmp_path / "out.json"
    command = [sys.executable, "-c", "import sys; from pipeline.cli import main; sys.exit(main())"]
    done = subprocess.run(
        [*command, "check", str(notes), "--format", "json", "-o", str(out)],
        capture_output=True,
        text=True,
        env={"TMPDIR": str(temporary), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 3
    assert MARKER in out.read_text(encoding="utf-8")
    assert MARKER not in done.stdout + done.stderr
    left = [p for p in temporary.rglob("*") if p.is_file()]
    assert all(MARKER.encode() not in p.read_bytes() for p in left)
    elsewhere = [p for p in tmp_path.rglob("*") if p.is_file() and p != out and notes not in p.parents]
    assert all(MARKER.encode() not in p.read_bytes() for p in elsewhere)

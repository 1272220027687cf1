"""A small soak: the same program, fewer documents."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.slow
def test_a_small_soak_holds(tmp_path: Path) -> None:
    command = [
        sys.executable, str(HERE / "soak.py"), "--documents", "200", "--poison", "0.1", "--duplicates", "40",
        "--kill-every", "5", "--kills", "2", "--batch-seconds", "2", "--folder", str(tmp_path / "site"),
        "-o", str(tmp_path / "report.json"), "-q",
    ]  # fmt: skip
    run = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(HERE.parents[1])}, capture_output=True, text=True,
        timeout=180,
    )  # fmt: skip
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["faults"] == []
    assert run.returncode == 0
    assert (report["taken_in"], report["done"], report["dead"], report["pending"]) == (200, 180, 20, 0)
    assert report["dead_by_code"] == {"CHANGED": 6, "CRASH": 2, "NOT_TEXT": 6, "NO_TEXT": 6}
    assert report["kills"] >= 1
    assert report["duplicates"] == 40

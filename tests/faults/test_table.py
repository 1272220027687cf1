"""The table of faults names every test that is here."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent


def test_every_test_here_is_named() -> None:
    named = set(re.findall(r"`tests/faults/(test_\w+\.py)`", HERE.joinpath("README.md").read_text()))
    assert {p.name for p in HERE.glob("test_*.py")} - {Path(__file__).name} == named

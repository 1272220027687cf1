"""The table of faults names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent


def test_every_named_test_is_there_and_every_test_here_is_named() -> None:
    named = set(re.findall(r"`([\w/]+\.py)`", HERE.joinpath("README.md").read_text()))
    named -= {"zygote.py", "held.py"}
    assert [n for n in sorted(named) if not (HERE.parent / n).is_file()] == []
    own = {f"faults/{p.name}" for p in HERE.glob("test_*.py")} - {f"faults/{Path(__file__).name}"}
    assert own <= named

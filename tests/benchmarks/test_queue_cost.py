"""The queue's benchmark runs and fills its table; what it measures is not tested."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.slow
def test_the_table_has_a_row_for_each_way() -> None:
    run = subprocess.run(
        [sys.executable, str(HERE / "queue_cost.py"), "--documents", "30", "--processes", "1"],
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    rows = run.stdout.splitlines()[2:]
    assert re.fullmatch(r"plain loop, 1 process +[\d.]+ +[\d.]+", rows[0])
    assert re.fullmatch(r"queue, 1 process +[\d.]+ +[\d.]+ +-?[\d.]+ +-?[\d.]+% +[\d.]+ +[\d.]+s", rows[1])

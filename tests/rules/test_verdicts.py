"""Every named case is told as written in ``verdicts/``, and a verdict that changes is announced."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rules.checks import CATALOGUE

from .verdicts import CHANGELOG, stored, unannounced, verdicts, versions


@pytest.fixture(scope="module")
def now():
    return verdicts()


def test_verdicts_are_told_as_written(now):
    for stem, cases in now.items():
        written = stored(stem)
        for name, case in cases.items():
            assert case == written.get(name), f"{stem}: {name}: look at the change, then run: make verdicts"
        assert set(written) == set(cases)


def test_two_processes_give_the_same_bytes():
    """Whatever the seed of hashing: sets and dictionaries leave no trace in a result."""
    script = Path(__file__).with_name("verdicts.py")
    found = set()
    for seed in ("1", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(script.parents[2])}
        run = subprocess.run(
            [sys.executable, str(script), "--digest"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(run.stdout.strip())
    assert len(found) == 1


def test_versions_are_those_that_the_verdicts_were_written_under():
    assert stored("versions") == versions()


@pytest.mark.parametrize("check", [c for c in CATALOGUE if c.version != "1"], ids=lambda c: c.ref)
def test_a_raised_version_is_named_in_the_changelog(check):
    text = CHANGELOG.read_text("utf-8")
    assert re.search(rf"\b{re.escape(check.ref)}\b[^\n]*\bversion {check.version}\b", text)


def test_a_changed_verdict_without_a_new_version_is_found(now):
    new = copy.deepcopy(now["A4"])
    name, case = next((n, c) for n, c in new.items() if c["findings"])
    case["findings"][0]["outcome"] = "changed"
    (fault,) = unannounced(now["A4"], new, versions())
    assert fault.startswith("A4: case ")
    assert name in fault
    assert unannounced(now["A4"], new, {**versions(), "A4": "0"}) == []

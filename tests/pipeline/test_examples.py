"""Every example chart, through the whole path, against the findings that its writer expects."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.assess import Result, assess_input
from pipeline.inputs import CaseInput, collect
from pipeline.request import Asked

EXAMPLES = Path(__file__).parents[2] / "corpora" / "examples"
FOLDERS = sorted(p.parent for p in EXAMPLES.glob("*/expected.yaml"))


KNOWN = yaml.safe_load(Path(__file__).with_name("known_shortfalls.yaml").read_text(encoding="utf-8"))


def folders(test: str) -> list[object]:
    """The example folders as test parameters; known shortfalls are strict expected failures."""
    return [
        pytest.param(f, id=f.name, marks=pytest.mark.xfail(strict=True, reason=KNOWN[test][f.name]))
        if f.name in KNOWN[test]
        else pytest.param(f, id=f.name)
        for f in FOLDERS
    ]


@cache
def expected(folder: Path) -> dict[str, Any]:
    return yaml.safe_load((folder / "expected.yaml").read_text(encoding="utf-8"))


@cache
def assessed(folder: Path) -> Result:
    cases = list(collect([folder], packet=len(list(folder.glob("*.txt"))) > 1))
    assert len(cases) == 1
    assert isinstance(cases[0], CaseInput)
    return assess_input(cases[0], policy="guideline", on=None, option=Asked())


def test_there_are_examples() -> None:
    assert len(FOLDERS) >= 20


@pytest.mark.parametrize("folder", folders("answer"))
def test_answer(folder: Path) -> None:
    assessment = assessed(folder).assessment
    assert assessment.determination.answer == expected(folder)["answer"], assessment.determination.because


@pytest.mark.parametrize("folder", folders("findings"))
def test_findings(folder: Path) -> None:
    outcomes: dict[str, set[str]] = {}
    for f in assessed(folder).assessment.findings:
        outcomes.setdefault(f.ref, set()).add(f.outcome)
    want = expected(folder).get("findings", {})
    wrong = {
        ref: (o, sorted(outcomes.get(ref, {"absent"})))
        for ref, o in want.items()
        if o not in outcomes.get(ref, ())
    }
    assert not wrong, f"expected, got: {wrong}"
    banned = expected(folder).get("must_not", {})
    broken = {
        ref: sorted(outcomes.get(ref, set()) & set(o))
        for ref, o in banned.items()
        if outcomes.get(ref, set()) & set(o)
    }
    assert not broken


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f.name)
def test_every_quote_is_its_slice(folder: Path) -> None:
    result = assessed(folder)
    texts = result.built.texts
    for finding in result.assessment.findings:
        for e in finding.evidence:
            assert texts[e.document][e.start : e.end] == e.quote

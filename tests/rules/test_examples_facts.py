"""The rules apart from extraction: the example charts' hand-made facts in, the expected outcomes out."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from rules.case import ClaimLine
from rules.engine import assess

EXAMPLES = Path(__file__).parents[2] / "corpora" / "examples"
#: Checks that need no more than the facts of the annotation guide (it knows no imaging studies, examination
#: findings, denied red flags or dates of therapy).
CHECKS = {"A1", "A2", "A5", "A6", "B1", "B4", "B10", "G4"}
FAMILIES = ("therapies", "injections", "ablations", "surgeries", "red_flags")
#: Keys of the annotation that are not part of a fact's value.
LEFT_OUT = {"evidence", "required", "remarks"}


def first(value):
    """The first stated reading where the annotation accepts several."""
    if isinstance(value, dict) and "accept" in value:
        return next((v for v in value["accept"] if v is not None), None)
    return value


def fact(item):
    return {key: first(value) for key, value in item.items() if key not in LEFT_OUT}


def spec_of(facts):
    radicular = []
    for region, item in facts["radicular"].items():
        item = first(item)
        status = first(item["status"]) if isinstance(item, dict) else item
        if status != "not_documented":
            radicular.append({"region": region, "status": status})
    return {
        "facts": {"radicular": radicular, **{name: [fact(i) for i in facts[name]] for name in FAMILIES}},
        "request": {"icd": facts["request"]["diagnoses"]},
    }


def charts():
    found = []
    for path in sorted(EXAMPLES.glob("*/expected.yaml")):
        expected = yaml.safe_load(path.read_text("utf-8"))
        if expected["facts"]["request"]["procedures"]:
            found.append((path.parent.name, expected))
    return found


CHARTS = charts()


def test_there_are_charts():
    assert len(CHARTS) >= 20


@pytest.mark.parametrize(("name", "expected"), CHARTS, ids=[name for name, _ in CHARTS])
def test_outcomes_from_hand_made_facts(name, expected, build_case):
    case = build_case(spec_of(expected["facts"]))
    lines = tuple(
        ClaimLine(
            cpt=p["cpt"],
            laterality=first(p.get("laterality", "unknown")),
            levels=tuple(first(p.get("levels", []))),
        )
        for p in expected["facts"]["request"]["procedures"]
    )
    case = case.model_copy(update={"request": case.request.model_copy(update={"lines": lines})})
    found = {}
    for finding in assess(case).findings:
        found.setdefault(finding.ref, set()).add(finding.outcome)
    for ref, outcome in expected["findings"].items():
        if ref in CHECKS:
            assert outcome in found[ref], f"{ref}: {found[ref]}"

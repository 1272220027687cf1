"""Every figure of the guideline is pinned by a case: moved one step, some case is told otherwise."""

from __future__ import annotations

import pytest

from rules.engine import assess
from rules.policy_files import load_policy

from .conftest import load_cases, make_case, policy_of

GUIDELINE = load_policy("guideline")
CASES = [spec for _, spec in load_cases() if spec.get("policy", "guideline") == "guideline"]


def moves():
    """Each number one up and one down, each flag turned."""
    for name, parameter in GUIDELINE.parameters.items():
        value = parameter.values[0].value
        if isinstance(value, bool):
            yield name, not value
        elif isinstance(value, int | float):
            yield name, value - 1
            yield name, value + 1


def otherwise(spec, name, value):
    """Whether a case that leaves the figure as it is is told otherwise under another value."""
    if name in spec.get("setup", {}).get("parameters", {}):
        return False
    policy = policy_of(spec)
    old = policy.parameters[name]
    dated = (old.values[0].model_copy(update={"value": value}),)
    figures = {**policy.parameters, name: old.model_copy(update={"values": dated})}
    found = assess(make_case(spec), policy.model_copy(update={"parameters": figures}), on=spec.get("day"))
    told = {}
    for f in found.findings:
        told.setdefault(f.ref, set()).add(f.outcome)
        told.setdefault(f.id, set()).add(f.outcome)
    return any(told.get(key) != {outcome} for key, outcome in spec["expect"].items())


@pytest.mark.parametrize(("name", "value"), list(moves()))
def test_a_figure_is_pinned(name, value):
    assert any(otherwise(spec, name, value) for spec in CASES)

"""Policy files: what a faulty one says, and which value holds on which day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

import rules
from rules.policy import PolicyError, PolicyView
from rules.policy_files import available_policies, load_policy, parse_policy

GUIDELINE = Path(rules.__file__).parent / "policies" / "guideline.yaml"


def changed(**update):
    raw = yaml.safe_load(GUIDELINE.read_text("utf-8"))
    raw.update(update)
    return yaml.safe_dump({k: v for k, v in raw.items() if v is not None}, allow_unicode=True)


def test_the_guideline_is_there():
    assert "guideline" in available_policies()
    assert load_policy("guideline").id == "guideline"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [1", "odd.yaml, line 1: not valid YAML"),
        ("just words", "odd.yaml: a policy is a mapping"),
        (changed(version=None), "odd.yaml: key version: "),
        (changed(colour="red"), "key colour: "),
        (changed(families=["facets"]), "key families.0: "),
        (
            changed(checks={"conservative-care": {"required": "perhaps"}}),
            "key checks.conservative-care.required: ",
        ),
    ],
)
def test_a_faulty_policy_is_named_with_its_key(text, words):
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, "odd.yaml")
    assert words in str(caught.value)


def test_values_hold_from_their_day_on():
    raw = yaml.safe_load(GUIDELINE.read_text("utf-8"))
    raw["parameters"]["conservative_care_weeks"]["values"] = [
        {"from": dt.date(2025, 1, 1), "value": 6},
        {"from": dt.date(2026, 7, 1), "value": 4},
    ]
    policy = parse_policy(yaml.safe_dump(raw, allow_unicode=True), "two.yaml")

    def weeks(day):
        return PolicyView(policy, day).number("conservative_care_weeks")

    assert [weeks(d) for d in (dt.date(2026, 6, 30), dt.date(2026, 7, 1), None)] == [6, 4, 4]


def test_values_must_ascend():
    raw = yaml.safe_load(GUIDELINE.read_text("utf-8"))
    raw["parameters"]["conservative_care_weeks"]["values"] = [
        {"from": dt.date(2026, 1, 1), "value": 6},
        {"from": dt.date(2025, 1, 1), "value": 4},
    ]
    with pytest.raises(PolicyError, match="ascend"):
        parse_policy(yaml.safe_dump(raw, allow_unicode=True), "two.yaml")


def test_unknown_parameter_is_named():
    with pytest.raises(PolicyError, match="has no parameter 'days_of_rain'"):
        PolicyView(load_policy("guideline"), None).parameter("days_of_rain")


def test_unknown_sources_are_named():
    raw = yaml.safe_load(GUIDELINE.read_text("utf-8"))
    raw["parameters"]["conservative_care_weeks"]["reference"] = "hearsay"
    with pytest.raises(
        PolicyError,
        match=r"line \d+: key parameters.conservative_care_weeks.reference: unknown reference 'hearsay'",
    ):
        parse_policy(yaml.safe_dump(raw, allow_unicode=True), "odd.yaml")
    raw = yaml.safe_load(GUIDELINE.read_text("utf-8"))
    raw["pitfalls"][0]["references"] = ["hearsay"]
    with pytest.raises(PolicyError, match="unknown reference 'hearsay'"):
        parse_policy(yaml.safe_dump(raw, allow_unicode=True), "odd.yaml")

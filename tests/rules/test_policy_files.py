"""Policy files: what a faulty one says, and which value holds on which day."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
import yaml

import rules
from rules.checks import CATALOGUE
from rules.figures import figures, units
from rules.policy import PolicyError, PolicyView
from rules.policy_files import available_policies, load_policy, parse_policy, read_policy

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


HEAD = (
    'extends: guideline\nid: acme-facet\ntitle: Acme\nversion: "1"\nsummary: s\n'
    "effective_from: 2024-01-01\nlast_verified: 2026-11-01\nparameters:\n"
)


def figure(name, rest):
    return f"{HEAD}  {name}:\n    {rest}\n"


def dated(value):
    return f"values: [{{from: 2024-01-01, value: {value}}}]"


@pytest.mark.parametrize(
    ("name", "rest", "words"),
    [
        ("diagnostic_block_count", dated(".nan"), "must lie between 0 and 100 blocks"),
        ("diagnostic_block_count", dated(".inf"), "must lie between"),
        ("diagnostic_block_count", dated("-3"), "must lie between"),
        ("diagnostic_block_count", dated("1.5"), "a whole number of blocks"),
        ("diagnostic_block_relief_percent", dated("101"), "must lie between 0 and 100 per cent"),
        ("conservative_care_recency_months", dated("1.0e+300"), "must lie between"),
        ("conservative_care_weeks", "unit: furlongs", "the unit must be days, weeks or months"),
        ("conservative_care_weeks", "unit: null", "the unit must be days, weeks or months"),
        ("conservative_care_weeks", "comparison: at_most", "the comparison must be at_least or more_than"),
        ("conservative_care_weeks", "comparison: null", "the comparison must be at_least or more_than"),
        ("conservative_care_weeks", "comparison: null\n    " + dated('"two"'), "the comparison must be"),
        ("guidance_services", dated("5"), "must be a list of words"),
        ("guidance_services", dated("[5]"), "must be a list of words"),
    ],
)
def test_a_figure_that_no_check_can_take_is_refused_with_its_line(name, rest, words):
    with pytest.raises(PolicyError) as caught:
        parse_policy(figure(name, rest), "odd.yaml")
    assert f"odd.yaml, line 10: key parameters.{name}." in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("diagnostic_block_count", dated("0")),
        ("diagnostic_block_relief_percent", dated("100")),
        ("diagnostic_block_relief_percent", dated("79.5")),
        ("conservative_care_weeks", "unit: months"),
        ("conservative_care_weeks", "comparison: more_than"),
    ],
)
def test_a_figure_at_the_edge_of_what_can_be_is_taken(name, rest):
    assert parse_policy(figure(name, rest), "fine.yaml").id == "acme-facet"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "  a: &x {}\n  b: *x\n", "line 10: not valid YAML (an alias (*) is not taken"),
        ("id: a\nid: b\n", "line 2: not valid YAML (the key 'id' stands twice"),
        ("a: " + "[" * 3000, "line 1: not valid YAML (nested more than 40 levels deep)"),
        ("a: 1\nb: " + "9" * 5000, "line 2: not valid YAML (no date and no number that there can be)"),
        ("a: 2026-02-30", "line 1: not valid YAML (no date"),
        ("[a, b]: 1", "a key must be one word"),
        ("# " + "x" * 400_000, "longer than 400000 characters"),
        (f"extends: {'a' * 5000}", "odd.yaml, line 1: key extends: must be the id"),
        ("extends: ../guideline", "odd.yaml, line 1: key extends: must be the id"),
        ("extends: [guideline]", "key extends: must be the id"),
        (HEAD + "  {}\nreverify_after_days: 99999999999999\n", "line 10: key reverify_after_days"),
    ],
)
def test_yaml_that_no_policy_needs_is_refused_with_its_line(text, words):
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, "odd.yaml")
    assert words in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(PolicyError, match="is no file"):
        read_policy(tmp_path / "pipe.yaml")


def test_every_figure_that_a_check_reads_has_its_kind():
    read = {name for check in CATALOGUE for name in (*check.parameters, *check.optional)}
    assert set(figures()) == read
    for name, row in figures().items():
        assert (row.kind == "threshold") == bool(row.units) == (row.side is not None), name
        assert set(row.units) <= set(units())

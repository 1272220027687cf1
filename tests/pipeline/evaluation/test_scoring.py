"""Matching by key, optional entries, accepted values, statuses; every rule on gold written for it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.counts import counts_of
from pipeline.evaluation.judgement import Judgement
from pipeline.evaluation.scoring import judge, raises_contradiction
from pipeline.evaluation.values import accepted, same, status_values


def found(judgements: list[Judgement], family: str, part: str = "entry") -> list[tuple[str, str]]:
    return [(j.gold, j.verdict) for j in judgements if j.family == family and j.part == part]


def therapy(modality: str, status: str = "past", **rest: Any) -> dict[str, Any]:
    return {"modality": modality, "status": status, **rest}


@pytest.mark.parametrize(
    ("value", "allowed", "right"),
    [
        (10, [11], True),
        (10, [11.2], False),
        (-1.0, [1.0], False),
        (0, [0], True),
        (0, [1], False),
        (["L5", "L4"], [["L4", "L5"]], True),
        (("L4", "L5"), [["L5", "L4"]], True),
        (None, [["L4"]], False),
        (None, [[]], True),
        (None, [None, 6], True),
        ("failed", ["partial", "failed"], True),
        ("failed", [["failed"]], False),
    ],
)
def test_same(value: Any, allowed: list[Any], right: bool) -> None:
    assert same(value, allowed) is right


@pytest.mark.parametrize(
    ("got", "right"), [(2015, True), (2015.0, True), (2014, False), (1990, False), (None, False)]
)
def test_a_year_is_exact(got: object, right: bool) -> None:
    assert same(got, [2015], "year") is right
    out = judge(
        {"surgeries": [{"kind": "fusion", "status": "past", "year": 2015}]},
        {"surgeries": [{"kind": "fusion", "status": "past", "year": got}]},
    )
    assert [j.verdict for j in out if j.part == "year"] == ["right" if right else "wrong"]


def test_of_two_operations_the_one_of_the_same_year_is_taken() -> None:
    gold = {"surgeries": [{"kind": "fusion", "status": "past", "year": 2018}]}
    two = [{"kind": "fusion", "status": "past", "year": y, "id": str(y)} for y in (2012, 2018)]
    out = judge(gold, {"surgeries": two})
    assert [j.fact for j in out if j.part == "entry" and j.verdict == "right"] == ["2018"]


def test_status_in_all_its_spellings() -> None:
    for entry in ("absent", {"status": "absent"}, {"accept": ["absent"]}, {"status": {"accept": ["absent"]}}):
        assert status_values({"radicular": {"lumbar": entry}}, "radicular", "lumbar") == ["absent"]
    assert status_values({}, "radicular", "lumbar") == ["not_documented"]
    assert accepted({"accept": [1, 2]}) == [1, 2]


def test_entries_match_on_their_key_once_each() -> None:
    gold = {"therapies": [therapy("nsaid"), therapy("nsaid"), therapy("tens")]}
    out = judge(gold, {"therapies": [therapy("nsaid"), therapy("opioid")]})
    assert found(out, "therapies") == [("0", "right"), ("1", "missed"), ("2", "missed"), ("", "extra")]
    assert counts_of(out)["therapies:tp"] == 1


def test_the_candidate_that_agrees_in_most_attributes_is_taken() -> None:
    gold = {"therapies": [therapy("nsaid", weeks=8, outcome="failed")]}
    two = [
        therapy("nsaid", weeks=2, outcome="failed", id="a"),
        therapy("nsaid", weeks=8, outcome="failed", id="b"),
    ]
    out = judge(gold, {"therapies": two})
    assert [j.fact for j in out if j.part == "entry" and j.verdict == "right"] == ["b"]


def test_an_optional_entry_neither_counts_nor_takes_the_match_of_a_required_one() -> None:
    gold = {"therapies": [therapy("nsaid", required=False), therapy("nsaid")]}
    one = judge(gold, {"therapies": [therapy("nsaid")]})
    assert found(one, "therapies") == [("1", "right")]
    two = judge(gold, {"therapies": [therapy("nsaid"), therapy("nsaid")]})
    assert found(two, "therapies") == [("1", "right"), ("0", "free")]
    assert counts_of(two).get("therapies:fp", 0) == 0


def test_a_wrong_status_is_one_missed_and_one_extra_that_name_each_other() -> None:
    out = judge({"therapies": [therapy("nsaid")]}, {"therapies": [therapy("nsaid", "current", id="t.1")]})
    missed, extra = (next(j for j in out if j.verdict == v) for v in ("missed", "extra"))
    assert (missed.partner, missed.got, missed.kind) == ("t.1", "current", "wrong_status")
    assert (extra.partner, extra.kind) == ("0", "wrong_status")
    flags = judge({"red_flags": [{"kind": "fracture"}]}, {"red_flags": [{"kind": "infection"}]})
    assert {j.kind for j in flags} == {"missed", "extra"}


def test_attributes_are_judged_only_where_something_is_said() -> None:
    gold = {
        "therapies": [therapy("nsaid", weeks=None, sessions=4, outcome={"accept": ["failed", "partial"]})]
    }
    out = judge(gold, {"therapies": [therapy("nsaid", weeks=None, sessions=5, outcome="partial")]})
    assert [(j.part, j.verdict) for j in out if j.part != "entry"] == [
        ("sessions", "wrong"), ("outcome", "right"),
    ]  # fmt: skip


def test_levels_that_neither_side_names_are_not_judged() -> None:
    def levels(gold: list[str], found_ones: list[str]) -> list[str]:
        want, got = ({"kind": "fusion", "status": "past", "levels": x} for x in (gold, found_ones))
        out = judge({"surgeries": [want]}, {"surgeries": [got]})
        return [j.verdict for j in out if j.part == "levels"]

    assert levels([], []) == []
    assert levels([], ["L4-L5"]) == ["wrong"]
    assert levels(["L4-L5"], []) == ["wrong"]


@pytest.mark.parametrize(
    ("want", "got", "verdicts"),
    [
        ("not_stated", "not_stated", []),
        ("not_stated", None, []),
        ("not_stated", "axial", ["wrong"]),
        ("axial", "not_stated", ["wrong"]),
        ({"accept": ["axial", "not_stated"]}, "not_stated", ["right"]),
    ],
)
def test_a_pattern_of_pain_that_neither_side_states_is_not_judged(
    want: object, got: object, verdicts: list[str]
) -> None:
    out = judge({"pain": {"pattern": want}}, {"pain": {"pattern": got}})
    assert [j.verdict for j in out] == verdicts


def test_each_line_of_a_request_answers_for_one_line() -> None:
    def lines(*units: int) -> dict[str, Any]:
        return {"request": {"procedures": [{"cpt": "64636", "units": u} for u in units], "diagnoses": []}}

    out = judge(lines(1, 3), lines(1, 3))
    assert [(j.gold, j.got, j.verdict) for j in out if j.part == "units"] == [
        ("0", 1, "right"), ("1", 3, "right"),
    ]  # fmt: skip
    short = judge(lines(1, 3), lines(1))
    assert [j.gold for j in short if j.part == "units"] == ["0"]
    assert [j.verdict for j in short if j.part == "procedures"] == ["wrong"]


def test_a_criterion_counts_in_the_class_that_the_gold_names_first() -> None:
    doubtful = Judgement("criteria", "mbb_over_50", "right", want=("met", "not_met"), got="not_met")
    counts = counts_of([doubtful])
    assert counts["criteria.mbb_over_50=met:right"] == counts["criteria.mbb_over_50=met:total"] == 1
    assert "criteria.mbb_over_50=not_met:total" not in counts


def test_a_note_that_could_not_be_read_is_missed_wholly() -> None:
    gold = {
        "radicular": {"lumbar": {"status": "present"}},
        "therapies": [therapy("nsaid")],
        "pain": {"score_max": 7},
        "request": {"procedures": [{"cpt": "64635"}], "diagnoses": []},
        "criteria": dict.fromkeys(
            (
                "dx_contradiction", "radicular_indication", "conservative_care_6_weeks", "mbb_over_50",
                "two_mbb_80", "target_level_fused", "postfusion_imaging",
            ),
            "no",
        ),
    }  # fmt: skip
    counts = counts_of(judge(gold, {}))
    assert {k: v for k, v in counts.items() if k.endswith((":right", ":tp", ":fp"))} == {
        "request.diagnoses:right": 1
    }
    assert counts["radicular:total"] == counts["therapies:fn"] == counts["pain.score_max:total"] == 1


@pytest.mark.parametrize(
    ("gold", "predicted", "raised"),
    [
        ({"radicular": {"lumbar": "absent"}, "criteria": {"dx_contradiction": "no"}}, "yes", 1),
        ({"radicular": {"lumbar": "absent"}, "criteria": {"dx_contradiction": "yes"}}, "yes", 0),
        ({"radicular": {"lumbar": "absent"}, "criteria": {"dx_contradiction": "no"}}, "no", 0),
        ({"radicular": {"lumbar": "absent"}}, "yes", 1),
        ({"radicular": {"lumbar": "absent", "cervical": "present"}}, "yes", 0),
        ({"radicular": {"lumbar": "present"}}, "yes", 0),
    ],
)
def test_a_false_radicular_status_that_raises_a_contradiction(
    gold: dict[str, Any], predicted: str, raised: int
) -> None:
    if "criteria" in gold:
        rest = "radicular_indication conservative_care_6_weeks mbb_over_50 two_mbb_80 target_level_fused"
        gold["criteria"] |= dict.fromkeys([*rest.split(), "postfusion_imaging"], "no")
    said = {
        "radicular": {r: {"status": "present"} for r in gold["radicular"] if r != "thoracic"},
        "criteria": {"dx_contradiction": predicted},
    }
    assert raises_contradiction(judge(gold, said), said) == raised


LISTS = st.lists(
    st.fixed_dictionaries(
        {
            "modality": st.sampled_from(["nsaid", "tens", "opioid"]),
            "status": st.sampled_from(["past", "current"]),
            "weeks": st.sampled_from([None, 2, 8]),
            "outcome": st.sampled_from(["failed", "not_stated"]),
        }
    ),
    max_size=6,
)


@given(LISTS, LISTS)
def test_counts_add_up_and_a_perfect_answer_has_no_fault(
    gold: list[dict[str, Any]], predicted: list[dict[str, Any]]
) -> None:
    given_gold = copy.deepcopy(gold)
    out = judge({"therapies": gold}, {"therapies": predicted})
    verdicts = [j.verdict for j in out if j.part == "entry"]
    assert verdicts.count("right") + verdicts.count("missed") == len(gold)
    assert verdicts.count("right") + verdicts.count("extra") == len(predicted)
    assert not any(j.fault for j in judge({"therapies": gold}, {"therapies": gold}))
    assert gold == given_gold

"""What a silent record would need: a fact that, if true, settles the finding, and contradicts nothing."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.case import Fact
from rules.checks import check_of
from rules.engine import assess
from rules.policy import PolicyView
from rules.view import CaseView

DAY = dt.date(2026, 3, 1)


def supplies_of(ref, case, policy):
    drafts = check_of(ref).run(CaseView(case, DAY), PolicyView(policy, DAY))
    return [supply for draft in drafts for supply in draft.supplies]


def with_supplies(case, supplies):
    """The case in which what is supplied is documented as well."""
    for n, supply in enumerate(supplies):
        fact = Fact[type(supply.value)](
            id=f"if-{n}", document="note", start=0, end=0, quote="", value=supply.value, extractor="what-if",
            version="1",
        )  # fmt: skip
        case = case.model_copy(update={supply.family: (*getattr(case, supply.family), fact)})
    return case


def outcomes_of(ref, case, policy):
    return {f.outcome for f in assess(case, policy, DAY).findings if f.ref == ref}


def figures(**values):
    units = {
        "diagnostic_block_count": ("blocks", "at_least"),
        "diagnostic_block_relief_percent": ("per cent", "at_least"),
        "days_between_blocks": ("days", "at_least"),
    }
    return {
        "parameters": {
            name: {"value": value}
            | (dict(zip(("unit", "comparison"), units[name], strict=True)) if name in units else {})
            for name, value in values.items()
        }
    }


MEDICARE = figures(diagnostic_block_count=2, diagnostic_block_relief_percent=80, days_between_blocks=14)
LEFT = {"cpt": ["64635"], "icd": ["M47.816"], "levels": ["L4-L5"], "side": "left"}


def block(percent=85, **more):
    return {
        "kind": "medial_branch_block", "status": "past", "region": "lumbar", "percent_relief": percent,
        **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("setup", "request_", "injections", "ablations", "expected"),
    [
        # kind, levels, side, relief, day of each block that is missing
        (MEDICARE, LEFT, [], [], [("2026-02-28", "left", 80), ("2026-02-14", "left", 80)]),
        (MEDICARE, LEFT, [block(date="2026-02-20")], [], [("2026-02-06", "left", 80)]),
        (MEDICARE, LEFT, [block(date="2026-02-14")], [], [("2026-02-28", "left", 80)]),
        (MEDICARE, LEFT, [block(date="2026-02")], [], [("2026-01-18", "left", 80)]),
        (MEDICARE, LEFT, [block()], [], [("2026-02-28", "left", 80)]),
        ({}, LEFT, [], [], [("2026-02-28", "left", 51)]),
        (figures(diagnostic_block_relief_percent=50.5), LEFT, [], [], [("2026-02-28", "left", 50.5)]),
        (
            MEDICARE,
            {**LEFT, "side": "bilateral"},
            [block(date="2026-01-05", laterality="left")],
            [],
            [("2026-02-28", "bilateral", 80), ("2026-02-14", "right", 80)],
        ),
        ({}, {"cpt": ["64635"], "icd": ["M47.816"]}, [], [], [("2026-02-28", "unknown", 51)]),
        (
            figures(repeat_ablation_needs_block=True),
            LEFT,
            [],
            [{"target": "facet", "status": "past", "date": "2026-02-27"}],
            [("2026-02-28", "left", 51)],
        ),
        (
            figures(repeat_ablation_needs_block=True),
            LEFT,
            [],
            [{"target": "facet", "status": "past", "date": "2026-02-28"}],
            [],
        ),
        (
            figures(repeat_ablation_needs_block=True),
            LEFT,
            [],
            [{"target": "facet", "status": "past"}],
            [],
        ),
    ],
)
def test_missing_blocks(build_case, build_policy, setup, request_, injections, ablations, expected):
    case = build_case({"request": request_, "facts": {"injections": injections, "ablations": ablations}})
    policy = build_policy({"setup": setup})
    supplies = supplies_of("A5", case, policy)
    assert [(s.value.date, s.value.laterality, s.value.percent_relief) for s in supplies] == expected
    assert outcomes_of("A5", case, policy) == {"not_documented"}
    if supplies:
        assert {s.value.levels for s in supplies} == {tuple(request_.get("levels", ()))}
        assert outcomes_of("A5", with_supplies(case, supplies), policy) == {"met"}
        # Nothing to spare.
        assert outcomes_of("A5", with_supplies(case, supplies[:-1]), policy) != {"met"}


def test_a_missing_block_is_told_in_words(build_case, build_policy):
    case = build_case({"request": LEFT})
    (first, second) = supplies_of("A5", case, build_policy({"setup": MEDICARE}))
    assert first.words == "a diagnostic medial branch block (left L4-L5) gave at least 80 % relief"
    assert second.words == (
        "a further diagnostic medial branch block (left L4-L5), at least 14 days from any other, gave at "
        "least 80 % relief"
    )
    assert first.family == "injections"
    assert (first.value.kind, first.value.status, first.value.region) == (
        "medial_branch_block", "past", "lumbar",
    )  # fmt: skip
    assert second.value.purpose == "diagnostic"
    assert second.value.steroid is None


def test_a_missing_block_is_of_a_kind_that_counts(build_case, build_policy):
    setup = figures(diagnostic_block_kinds=["facet_intraarticular"], block_anesthetic_only=True)
    case = build_case({"request": {"cpt": ["64635"], "icd": ["M47.816"]}})
    policy = build_policy({"setup": setup})
    (supply,) = supplies_of("A5", case, policy)
    assert supply.value.kind == "facet_intraarticular"
    assert supply.value.steroid is False
    assert supply.words == (
        "a diagnostic injection into the facet joint (lumbar), without steroid, gave more than 50 % relief"
    )
    assert outcomes_of("A5", with_supplies(case, [supply]), policy) == {"met"}


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        (["medial_branch_block", "facet_intraarticular"], "medial_branch_block"),
        (["facet_intraarticular", "medial_branch_block"], "facet_intraarticular"),
        (["epidural"], "medial_branch_block"),
    ],
)
def test_the_first_kind_that_is_named(build_case, build_policy, kinds, kind):
    case = build_case({"request": LEFT})
    policy = build_policy({"setup": figures(diagnostic_block_kinds=kinds)})
    assert supplies_of("A5", case, policy)[0].value.kind == kind


def test_relief_that_is_not_documented_needs_one_block(build_case, build_policy):
    case = build_case({"request": LEFT})
    policy = build_policy({"setup": MEDICARE})
    supplies = supplies_of("A6", case, policy)
    assert supplies == supplies_of("A5", case, policy)[:1]
    assert outcomes_of("A6", case, policy) == {"not_documented"}
    assert outcomes_of("A6", with_supplies(case, supplies), policy) == {"met"}


MEDICARE_REPEAT = {
    "checks": {"repeat-ablation-benefit": {"required": True}},
    "parameters": {
        "repeat_ablation_relief_percent": {"value": 50, "unit": "per cent", "comparison": "at_least"},
        "repeat_ablation_relief_duration": {"value": 6, "unit": "months", "comparison": "at_least"},
        "repeat_ablation_function_percent": {"value": 40, "unit": "per cent", "comparison": "at_least"},
    },
}
AETNA_REPEAT = {
    "checks": {"repeat-ablation-benefit": {"required": True}},
    "parameters": {
        "repeat_ablation_relief_percent": {"value": 50, "unit": "per cent", "comparison": "more_than"},
        "repeat_ablation_relief_duration": {"value": 12, "unit": "weeks", "comparison": "at_least"},
    },
}


@pytest.mark.parametrize(
    ("setup", "stated", "figures", "words"),
    [
        (MEDICARE_REPEAT, {}, (50, 182, None), "at least 50 % relief for at least 6 months"),
        (MEDICARE_REPEAT, {"percent_relief": 60}, (None, 182, None), "relief for at least 6 months"),
        (MEDICARE_REPEAT, {"relief_days": 200}, (50, None, None), "at least 50 % relief"),
        (
            MEDICARE_REPEAT,
            {"percent_relief": 20, "relief_days": 200},
            (None, None, 40),
            "at least 40 % gain in movement or daily activities",
        ),
        (
            MEDICARE_REPEAT,
            {"relief_days": 20},
            (None, None, 40),
            "at least 40 % gain in movement or daily activities",
        ),
        (
            MEDICARE_REPEAT,
            {"function_gain_percent": 10},
            (50, 182, None),
            "at least 50 % relief for at least 6 months",
        ),
        (AETNA_REPEAT, {}, (51, 84, None), "more than 50 % relief for at least 12 weeks"),
        (AETNA_REPEAT, {"percent_relief": 90}, (None, 84, None), "relief for at least 12 weeks"),
    ],
)
def test_benefit_of_the_earlier_ablation(build_case, build_policy, setup, stated, figures, words):
    earlier = {"target": "facet", "status": "past", "region": "lumbar", "date": "2025-01", **stated}
    case = build_case({"request": LEFT, "facts": {"ablations": [earlier]}})
    policy = build_policy({"setup": setup})
    (supply,) = supplies_of("F4", case, policy)
    value = supply.value
    assert (value.percent_relief, value.relief_days, value.function_gain_percent) == figures
    assert (value.date, value.status, value.target, value.region) == ("2025-01", "past", "facet", "lumbar")
    assert supply.words == f"the earlier ablation of 2025-01 gave {words}"
    assert outcomes_of("F4", case, policy) == {"not_documented"}
    assert outcomes_of("F4", with_supplies(case, [supply]), policy) == {"met"}


def test_an_ablation_told_in_its_procedure_note_is_dated_by_it(build_case, build_policy):
    documents = [{"id": "note", "date": DAY}, {"id": "op", "date": dt.date(2025, 1, 5)}]
    earlier = {"target": "facet", "status": "performed", "region": "lumbar", "doc": "op"}
    case = build_case({"documents": documents, "request": LEFT, "facts": {"ablations": [earlier]}})
    policy = build_policy({"setup": MEDICARE_REPEAT})
    (supply,) = supplies_of("F4", case, policy)
    assert (supply.value.date, supply.value.status) == ("2025-01-05", "past")
    assert outcomes_of("F4", with_supplies(case, [supply]), policy) == {"met"}


@pytest.mark.parametrize(
    "stated",
    [{"percent_relief": 20}, {"relief_days": 20}, {"percent_relief": 40, "percent_bound": "at_least"}],
)
def test_a_documented_shortfall_is_not_supplied_away(build_case, build_policy, stated):
    earlier = {"target": "facet", "status": "past", "region": "lumbar", **stated}
    case = build_case({"request": LEFT, "facts": {"ablations": [earlier]}})
    assert not supplies_of("F4", case, build_policy({"setup": AETNA_REPEAT}))


def test_an_ablation_without_a_date_is_supplied_without_one(build_case, build_policy):
    earlier = {"target": "facet", "status": "past", "region": "lumbar"}
    case = build_case({"request": LEFT, "facts": {"ablations": [earlier]}})
    (supply,) = supplies_of("F4", case, build_policy({"setup": AETNA_REPEAT}))
    assert supply.value.date is None
    assert supply.words == "the earlier ablation gave more than 50 % relief for at least 12 weeks"


RECORD = {
    "checks": {
        "block-record": {"required": True},
        "formal-record": {"required": True},
        "pain-scale": {"required": True},
    },
}


def test_a_missing_block_is_told_with_what_its_record_must_hold(build_case, build_policy):
    """Otherwise the supplied block would itself leave the checks of its record without an answer."""
    baseline = {"moment": "baseline", "low": 7, "high": 7}
    case = build_case({"request": LEFT, "facts": {"pain_scores": [baseline]}})
    policy = build_policy({"setup": RECORD})
    block, note = supplies_of("A5", case, policy)
    assert block.words == (
        "a diagnostic medial branch block (left L4-L5), with local anaesthetic under fluoroscopy, with a "
        "pain score after it, gave more than 50 % relief"
    )
    assert note.words == "a procedure note describes each diagnostic block"
    assert note.family == "record_items"
    assert (block.value.agent, block.value.guidance) == ("local anaesthetic", "fluoroscopy")
    assert block.value.score_after == 1
    full = with_supplies(case, [block, note])
    assert outcomes_of("D5", full, policy) == {"met"}
    found = {f.id: f.outcome for f in assess(full, policy, DAY).findings}
    assert found["D6-procedure-note"] == "met"
    assert found["D2-lumbar"] == "met"


def test_what_a_policy_only_shows_is_not_supplied(build_case, build_policy):
    case = build_case({"request": LEFT})
    shown = {"checks": {slug: {"required": False} for slug in RECORD["checks"]}}
    (block,) = supplies_of("A5", case, build_policy({"setup": shown}))
    assert block.words == "a diagnostic medial branch block (left L4-L5) gave more than 50 % relief"
    assert (block.value.agent, block.value.guidance, block.value.score_after) == (None, None, None)


def test_days_and_drugs_that_were_not_read_leave_the_count_as_it_is(build_case, build_policy):
    unread = {
        "parameters": {
            "days_between_blocks": {"value": None, "unit": "days", "comparison": "at_least"},
            "block_anesthetic_only": {"value": None},
        }
    }
    case = build_case({"request": LEFT})
    policy = build_policy({"setup": unread})
    (block,) = supplies_of("A5", case, policy)
    assert block.value.steroid is None
    assert outcomes_of("A5", case, policy) == {"not_documented"}

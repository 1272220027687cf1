"""One case under several policies, two policies side by side, a stored case under a new one."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.compare import compare, figure_told
from rules.engine import assess
from rules.policy_diff import diff
from rules.policy_files import load_policy
from rules.replay import replay

A_BLOCK = {"kind": "medial_branch_block", "status": "past", "region": "lumbar"}
GUIDELINE = load_policy("guideline")


def stricter(**values):
    """A policy like the guideline with other figures; None takes a figure's source away."""
    parameters = dict(GUIDELINE.parameters)
    for name, value in values.items():
        old = parameters[name]
        dated = (old.values[0].model_copy(update={"value": value}),)
        update = {"values": dated}
        if value is None:
            update |= {"verification": "unverified", "why": "nobody read it"}
        parameters[name] = old.model_copy(update=update)
    update = {"id": "stricter", "title": "Stricter payer", "parameters": parameters}
    return GUIDELINE.model_copy(update=update)


@pytest.fixture
def sixty(build_case):
    """Everything documented, one block of 60 %."""
    return build_case(
        {
            "request": {"cpt": ["64635"], "icd": ["M47.816"]},
            "facts": {
                "therapies": [
                    {"modality": "physical_therapy", "status": "past", "weeks": 8, "outcome": "failed"}
                ],
                "injections": [
                    {
                        "kind": "medial_branch_block",
                        "status": "past",
                        "region": "lumbar",
                        "percent_relief": 60,
                    }
                ],
                "radicular": [{"region": "lumbar", "status": "absent"}],
            },
        }
    )


def test_matrix_tells_policies_apart(sixty):
    found = compare(sixty, [GUIDELINE, stricter(diagnostic_block_relief_percent=80)])
    assert [c.answer for c in found.columns] == ["supported", "not_supported"]
    row = next(r for r in found.rows if r.ref == "A6")
    assert [c.outcome for c in row.cells] == ["met", "not_met"]
    assert row.differs
    assert [c.figures for c in row.cells] == [("more than 50 per cent",), ("more than 80 per cent",)]
    assert not next(r for r in found.rows if r.ref == "A4").differs
    assert {"policy:guideline", "policy:stricter", "rules", "icd10cm"} <= set(found.versions)


def test_a_criterion_that_a_policy_does_not_list_is_blank(sixty, build_case):
    checks = {k: v for k, v in GUIDELINE.checks.items() if k != "conservative-care"}
    without = GUIDELINE.model_copy(update={"id": "without", "checks": checks})
    row = next(r for r in compare(sixty, [GUIDELINE, without]).rows if r.ref == "A4")
    assert [c.outcome for c in row.cells] == ["met", None]
    assert not row.differs  # what is met is no matter to the policy that does not ask
    short = [{"modality": "physical_therapy", "status": "past", "weeks": 2, "outcome": "failed"}]
    less = sixty.model_copy(update={"therapies": build_case({"facts": {"therapies": short}}).therapies})
    row = next(r for r in compare(less, [GUIDELINE, without]).rows if r.ref == "A4")
    assert [c.outcome for c in row.cells] == ["not_met", None]
    assert row.differs


def test_matrix_is_the_same_whatever_the_order_of_facts(sixty):
    policies = [GUIDELINE, stricter(conservative_care_weeks=12)]
    assert compare(sixty, policies) == compare(sixty.model_copy(deep=True), policies)


def test_unread_figure_is_told_as_such(sixty):
    found = compare(sixty, [stricter(diagnostic_block_relief_percent=None)])
    cell = next(r for r in found.rows if r.ref == "A6").cells[0]
    assert (cell.outcome, cell.figures) == ("needs_review", ("not read",))
    parameter = assess(sixty).findings[3].parameters
    assert all(figure_told(p) != "not read" for p in parameter)


def test_diff_names_figures_and_checks_that_differ():
    other = stricter(diagnostic_block_count=2)
    checks = {**other.checks}
    del checks["facet-examination"]
    found = diff(GUIDELINE, other.model_copy(update={"checks": checks}))
    told = {(d.kind, d.name, d.first, d.second) for d in found.differences}
    assert told == {
        ("figure", "diagnostic_block_count", "at least 1 blocks", "at least 2 blocks"),
        ("check", "facet-examination", "shown", "not asked for"),
    }


def test_diff_depends_on_the_day():
    old = GUIDELINE.parameters["conservative_care_weeks"]
    dated = (*old.values, old.values[0].model_copy(update={"since": dt.date(2026, 7, 1), "value": 4}))
    later = GUIDELINE.model_copy(
        update={
            "parameters": {
                **GUIDELINE.parameters,
                "conservative_care_weeks": old.model_copy(update={"values": dated}),
            }
        }
    )
    assert diff(GUIDELINE, later, dt.date(2026, 6, 30)).differences == ()
    (found,) = diff(GUIDELINE, later, dt.date(2026, 7, 1)).differences
    assert (found.first, found.second) == ("at least 6 weeks", "at least 4 weeks")


def test_replay_tells_who_flips_and_why(sixty):
    stored = assess(sixty)
    found = replay(stored, stricter(diagnostic_block_relief_percent=80))
    assert (found.before, found.after, found.flips) == ("supported", "not_supported", True)
    assert {(t.finding, t.before, t.after) for t in found.turned} >= {("A6-lumbar", "met", "not_met")}
    turned = next(t for t in found.turned if t.finding == "A6-lumbar")
    assert turned.figures == ("diagnostic_block_relief_percent more than 80 per cent",)
    same = replay(stored, GUIDELINE)
    assert (same.flips, same.turned) == (False, ())


def test_replay_keeps_the_day_of_the_stored_assessment(sixty):
    stored = assess(sixty, on=dt.date(2026, 5, 5))
    assert replay(stored, GUIDELINE).on == dt.date(2026, 5, 5)
    assert replay(stored, GUIDELINE, dt.date(2026, 6, 6)).on == dt.date(2026, 6, 6)


def test_replay_tells_no_text_of_the_note(sixty):
    found = replay(assess(sixty), stricter(diagnostic_block_relief_percent=80))
    assert "injections statement" not in found.model_dump_json()

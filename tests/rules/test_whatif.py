"""What-if: it may supply what is undocumented or a code that the narrative supports, and nothing else."""

from __future__ import annotations

import dataclasses

import pytest

from rules import whatif
from rules.assessment import Finding, Remedy
from rules.case import Case
from rules.checks.base import Draft, Supply, icd
from rules.determination import Weighed
from rules.engine import assess, weigh
from rules.policy_files import load_policy
from rules.values import Injection, Therapy

CARE = Supply(
    "therapies",
    Therapy(modality="physical_therapy", status="past", weeks=6, outcome="failed"),
    "six weeks of physical therapy failed",
)
BLOCK = Supply(
    "injections",
    Injection(
        kind="medial_branch_block",
        status="past",
        region="lumbar",
        percent_relief=51,
        percent_source="percent",
    ),
    "a medial branch block gave 51 % relief",
)
A_BLOCK = {"kind": "medial_branch_block", "status": "past", "region": "lumbar"}
GUIDELINE = load_policy("guideline")


def with_supplies(case, policy, on):
    """The rules as they are, with supplies put into the drafts that ask for care and for a block."""
    for w in weigh(case, policy, on):
        supplies = {"A4": (CARE,), "A5": (BLOCK,), "A6": (BLOCK,)}.get(w.finding.ref, ())
        yield Weighed(w.finding, dataclasses.replace(w.draft, supplies=supplies))


def possibilities(case: Case, rules=with_supplies):
    base = tuple(rules(case, GUIDELINE, case.latest_date))
    return whatif.what_if(case, GUIDELINE, case.latest_date, base, rules)


@pytest.fixture
def bare(build_case):
    return build_case({"request": {"cpt": ["64635"], "icd": ["M47.816"]}})


def test_silence_is_supplied_and_worded_as_a_condition(bare):
    (found,) = possibilities(bare)
    assert found.answer == "supported"
    assert found.statement.startswith(
        "If it is true that six weeks of physical therapy failed and a medial branch block gave 51 % relief, "
        "and the record is completed to show it: Supported on this record"
    )
    assert {c.finding for c in found.changes} == {"A4", "A5-lumbar"}
    assert ("A4", "not_documented", "met") in {(t.finding, t.before, t.after) for t in found.turns}


def test_a_supply_that_is_not_needed_is_left_out(build_case):
    case = build_case(
        {
            "request": {"cpt": ["64635"], "icd": ["M47.816"]},
            "facts": {
                "injections": [
                    {
                        "kind": "medial_branch_block",
                        "status": "past",
                        "region": "lumbar",
                        "percent_relief": 80,
                    }
                ]
            },
        }
    )
    (found,) = possibilities(case)
    assert [c.words for c in found.changes] == ["six weeks of physical therapy failed"]


def test_documented_shortfall_stays(build_case):
    """A block of 40 % is documented: no what-if makes it more, so nothing betters the answer."""
    case = build_case(
        {
            "request": {"cpt": ["64635"], "icd": ["M47.816"]},
            "facts": {
                "injections": [
                    {
                        "kind": "medial_branch_block",
                        "status": "past",
                        "region": "lumbar",
                        "percent_relief": 40,
                    }
                ]
            },
        }
    )
    assert possibilities(case) == ()


def test_the_case_only_grows(bare, build_case, monkeypatch):
    """Every case that the rules are run on holds all that the real one holds."""
    full = build_case(
        {
            "request": {"cpt": ["64635"], "icd": ["M47.816", "M54.50"]},
            "facts": {
                "therapies": [{"modality": "nsaid", "status": "past", "weeks": 2, "outcome": "partial"}],
                "radicular": [{"region": "lumbar", "status": "absent"}],
            },
        }
    )
    seen = []

    def watched(case, policy, on):
        seen.append(case)
        return with_supplies(case, policy, on)

    possibilities(full, watched)
    assert len(seen) > 1
    for altered in seen:
        for family in Case.model_fields:
            if family not in ("request",):
                before, after = getattr(full, family), getattr(altered, family)
                assert after == before or after[: len(before)] == before
        assert altered.request.lines == full.request.lines
        assert altered.documents == full.documents


def test_only_a_code_of_a_remedy_takes_the_place_of_the_one_that_it_replaces(build_case):
    case = build_case(
        {
            "request": {"cpt": ["64635"], "icd": ["M47.816", "M54.50"]},
            "facts": {"radicular": [{"region": "lumbar", "status": "present"}]},
        }
    )
    seen = set()

    def rules(case, policy, on):
        seen.add(tuple(dx.code for dx in case.request.diagnoses))
        for w in weigh(case, policy, on):
            finding: Finding = w.finding
            if finding.id == "A1-M47.816":
                remedies = (Remedy(action="x", codes=(icd("M47.26"), icd("M47.2")), replaces="M47.816"),)
                finding = finding.model_copy(update={"remedies": remedies})
            yield Weighed(finding, w.draft)

    found = possibilities(case, rules)
    # M47.2 is a header and cannot be billed, so that only M47.26 is tried.
    assert {codes for codes in seen if "M47.816" not in codes} == {("M47.26", "M54.50")}
    assert [f.answer for f in found] == ["not_supported"]
    assert found[0].statement.startswith(
        "If M47.26 (Other spondylosis with radiculopathy, lumbar region) stood in the place of M47.816, "
        "where the record supports it as the cause: Not supported:"
    )


def test_a_code_that_is_submitted_already_is_not_doubled(build_case):
    case = build_case({"request": {"cpt": ["64635"], "icd": ["M47.816", "M47.26"]}})
    option = whatif._Option(change=None, replaces="M47.816", code="M47.26")
    assert [dx.code for dx in whatif._replaced(case.request.diagnoses, option)] == ["M47.26"]


def test_draft_without_supplies_asks_for_nothing(bare):
    def rules(case, policy, on):
        for w in weigh(case, policy, on):
            yield Weighed(w.finding, dataclasses.replace(w.draft, supplies=()))

    assert possibilities(bare, rules) == ()


def test_not_asked_for_is_none(bare):
    assert assess(bare).what_if is None
    assert assess(bare, what_if=True).what_if is not None


def test_draft_is_what_the_engine_uses(bare):
    assert all(isinstance(w.draft, Draft) for w in weigh(bare, GUIDELINE, bare.latest_date))

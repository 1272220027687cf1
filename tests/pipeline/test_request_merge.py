"""The request: options, then case file, then the note; differences are reported."""

from __future__ import annotations

import pytest

from pipeline.errors import CaseFileError, UsageError
from pipeline.request import (
    Asked,
    asked_by_case_file,
    asked_by_options,
    merge,
    parse_claim_kind,
    parse_cpt,
    parse_icd,
    parse_setting,
    parse_state,
    read_case_file,
)
from rules.case import ClaimLine, Diagnosis, Evidence

PLACE = Evidence(document="n", start=0, end=5, quote="64635")
NOTE = Asked(
    (ClaimLine(cpt="64635", levels=("L4-L5",), laterality="bilateral", evidence=(PLACE,)),),
    (Diagnosis(code="M47.816", description="lumbar spondylosis", evidence=(PLACE,)),),
)


def test_options_come_first_and_the_difference_is_reported() -> None:
    request = merge(asked_by_options("64636", "M54.16"), Asked(), NOTE)
    assert [line.cpt for line in request.lines] == ["64636"]
    assert [d.code for d in request.diagnoses] == ["M54.16"]
    assert {(c.field, c.used_source, c.other_source) for c in request.conflicts} == {
        ("procedures", "option", "note"),
        ("diagnoses", "option", "note"),
    }


def test_same_codes_are_no_conflict_and_keep_the_notes_detail() -> None:
    request = merge(asked_by_options("64635", "M47.816"), Asked(), NOTE)
    assert request.conflicts == ()
    assert request.lines[0].levels == ("L4-L5",)
    assert request.lines[0].laterality == "bilateral"
    assert request.lines[0].evidence == (PLACE,)
    assert request.diagnoses[0].description == "lumbar spondylosis"


def test_case_file_stands_between_options_and_note() -> None:
    file = Asked((ClaimLine(cpt="64633", source="case_file"),))
    request = merge(Asked(), file, NOTE)
    assert [line.cpt for line in request.lines] == ["64633"]
    assert [d.code for d in request.diagnoses] == ["M47.816"]
    assert [c.field for c in request.conflicts] == ["procedures"]


@pytest.mark.parametrize(
    ("text", "cpt", "modifiers", "units", "side"),
    [
        ("64635", "64635", (), 1, "unknown"),
        ("64635-50", "64635", ("50",), 1, "bilateral"),
        ("64636-RTx2", "64636", ("RT",), 2, "right"),
        ("64636-LT-KX", "64636", ("LT", "KX"), 1, "left"),
        ("0213t", "0213T", (), 1, "unknown"),
    ],
)
def test_cpt_options(text: str, cpt: str, modifiers: tuple[str, ...], units: int, side: str) -> None:
    line = parse_cpt(text, "--cpt", "option")
    assert (line.cpt, line.modifiers, line.units, line.laterality) == (cpt, modifiers, units, side)


@pytest.mark.parametrize("bad", ["6463", "646355", "abcde", "64635-5", "64 635"])
def test_malformed_cpt_is_refused_with_cause_and_mend(bad: str) -> None:
    with pytest.raises(UsageError, match=r"--cpt: .* is not a CPT or HCPCS code; write"):
        parse_cpt(bad, "--cpt", "option")


@pytest.mark.parametrize(
    ("text", "code"), [("M47.816", "M47.816"), ("m47816", "M47.816"), ("Z98.1", "Z98.1"), ("M47", "M47")]
)
def test_icd_options(text: str, code: str) -> None:
    assert parse_icd(text, "--icd", "option").code == code


@pytest.mark.parametrize("bad", ["M4", "47.816", "M47.81677", "M47.8-6", "hello"])
def test_malformed_icd_is_refused(bad: str) -> None:
    with pytest.raises(UsageError, match="--icd"):
        parse_icd(bad, "--icd", "option")


@pytest.mark.parametrize("text", ["{", '{"cpts": []}', '{"cpt": "64635"}', "[]"])
def test_a_broken_case_file_names_the_field(text: str) -> None:
    with pytest.raises(UsageError, match=r"case\.json: "):
        read_case_file(text, "case.json")


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("office", "office"),
        ("Ambulatory Surgery Center", "ambulatory_surgery_center"),
        ("hospital-outpatient", "hospital_outpatient"),
        ("other", "other"),
        ("11", "office"),
        ("24", "ambulatory_surgery_center"),
        ("19", "hospital_outpatient"),
        ("22", "hospital_outpatient"),
        ("21", "inpatient"),
    ],
)
def test_a_setting_is_a_word_or_a_place_of_service_code(text: str, setting: str) -> None:
    assert parse_setting(text, "--setting") == setting


@pytest.mark.parametrize("bad", ["12", "clinic", "111", "ASC", "1"])
def test_an_unknown_setting_is_refused_with_the_choices(bad: str) -> None:
    with pytest.raises(UsageError, match=r"--setting: .* is no setting; choose from office, .*24 ambulatory"):
        parse_setting(bad, "--setting")


@pytest.mark.parametrize(
    ("text", "state"),
    [("TX", "TX"), ("tx", "TX"), ("Texas", "TX"), ("new  Jersey", "NJ"), ("D.C.", None), ("XX", None)],
)
def test_a_state_is_two_letters_or_a_name(text: str, state: str | None) -> None:
    if state is not None:
        assert parse_state(text, "--state") == state
    else:
        with pytest.raises(
            UsageError, match=r"--state: .* is no state of the United States; write two letters"
        ):
            parse_state(text, "--state")


def test_kinds_of_claim() -> None:
    assert parse_claim_kind("Facility", "--claim-kind") == "facility"
    with pytest.raises(UsageError, match="choose from professional, facility"):
        parse_claim_kind("dental", "--claim-kind")


def test_options_state_the_context_and_differences_are_reported() -> None:
    option = asked_by_options(None, None, payer=" Cigna ", setting="11", state="texas")
    note = Asked(payer="Aetna", setting="hospital_outpatient", state="TX", claim_kind="facility")
    request = merge(option, Asked(), note)
    assert (request.payer, request.setting, request.state, request.claim_kind) == (
        "Cigna", "office", "TX", "facility",
    )  # fmt: skip
    assert [(c.field, c.used, c.other) for c in request.conflicts] == [
        ("setting", ("office",), ("hospital outpatient",))
    ]


def test_the_case_file_states_the_context() -> None:
    text = '{"setting": 24, "payer": "Humana", "state": "Ohio", "claim_kind": "professional"}'
    asked = asked_by_case_file(read_case_file(text, "case.json"), "case.json")
    assert (asked.setting, asked.payer, asked.state, asked.claim_kind) == (
        "ambulatory_surgery_center", "Humana", "OH", "professional",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"setting": "clinic"}', r"case\.json: setting is no setting; choose from office"),
        ('{"state": "Texxas"}', r"case\.json: state is no state of the United States"),
        ('{"claim_kind": "x"}', r"case\.json: claim_kind is no kind of claim"),
    ],
)
def test_a_case_file_with_an_unknown_value_is_an_error_of_that_case(text: str, said: str) -> None:
    with pytest.raises(CaseFileError, match=said):
        asked_by_case_file(read_case_file(text, "case.json"), "case.json")


def test_the_patients_reference_is_no_part_of_what_is_asked() -> None:
    file = read_case_file('{"cpt": ["64635"], "patient": "MRN-17"}', "case.json")
    assert file.patient == "MRN-17"
    assert file.asked() == {"cpt": ["64635"]}

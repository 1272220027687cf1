"""The request: options, then case file, then the note; differences are reported."""

from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.request import Asked, asked_by_options, merge, parse_cpt, parse_icd, read_case_file
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

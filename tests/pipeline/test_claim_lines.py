"""Claim lines of the assembled case: rows of a table stay lines, repetitions do not."""

from __future__ import annotations

import datetime as dt

from pipeline.assemble import build_case
from pipeline.assess import extractor
from pipeline.documents import document_from_text
from rules.case import Case

ROWS = "Claim:\n64635 RT 1 unit 03/04/2026\n64635 LT 1 unit 03/04/2026\nDx M47.816\n"


def case_of(*texts: str) -> Case:
    documents = [document_from_text(text, f"d{i}") for i, text in enumerate(texts)]
    return build_case(extractor(), "case", documents).case


def test_two_rows_of_one_code_are_two_lines_with_their_own_quotes() -> None:
    case = case_of(ROWS)
    assert [(x.cpt, x.modifiers, x.laterality) for x in case.request.lines] == [
        ("64635", ("RT",), "right"),
        ("64635", ("LT",), "left"),
    ]
    assert [x.evidence[0].quote for x in case.request.lines] == [
        "64635 RT 1 unit 03/04/2026",
        "64635 LT 1 unit 03/04/2026",
    ]


def test_equal_rows_stay_two_lines() -> None:
    assert len(case_of("64635-50 x1\n64635-50 x1\n").request.lines) == 2


def test_a_second_document_with_the_same_lines_adds_none() -> None:
    assert len(case_of(ROWS, ROWS).request.lines) == 2
    assert len(case_of(ROWS, "Request 64636-RT at L5-S1.").request.lines) == 3


def test_one_date_of_all_lines_is_the_date_of_service() -> None:
    assert case_of(ROWS).request.service_date == dt.date(2026, 3, 4)
    assert case_of(ROWS.replace("LT 1 unit 03/04", "LT 1 unit 03/18")).request.service_date is None
    assert case_of("64635 RT 1 unit\n").request.service_date is None


def test_the_context_of_the_note_reaches_the_request() -> None:
    text = "Insurance: Humana\nPlace of service: 24\nState of service: Ohio\nCMS-1500\n" + ROWS
    request = case_of(text).request
    assert (request.payer, request.setting, request.state, request.claim_kind) == (
        "Humana", "ambulatory_surgery_center", "OH", "professional",
    )  # fmt: skip


def test_reasons_and_parts_of_the_record_reach_the_case() -> None:
    case = case_of(
        "RFA is not an option because of her pacemaker.\nElectronically signed by A. Quillan, MD\n"
    )
    assert [(f.value.kind, f.assertion) for f in case.rationales] == [("why_not_ablation", "present")]
    assert [(f.value.kind, f.assertion) for f in case.record_items] == [("signature", "present")]

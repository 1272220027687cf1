"""Every check has a note whose text makes it fire and, changed, makes it stop."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.assess import assess_documents
from pipeline.documents import document_from_text
from pipeline.request import asked_by_options
from rules.checks import CATALOGUE
from rules.policy_files import available_policies

FOLDER = Path(__file__).parents[2] / "corpora" / "checks"
REGISTER = yaml.safe_load((FOLDER / "register.yaml").read_text("utf-8"))
FIRING = {"contradiction", "not_met", "not_documented", "needs_review"}
#: The most checks that may wait for an extractor.
MOST_WITHOUT = 9
WITH_NOTE = {ref: row for ref, row in REGISTER.items() if "no_extractor" not in row}


def outcomes(row, text):
    option = asked_by_options(
        row.get("cpt"), row.get("icd"), payer=row.get("payer"), setting=row.get("setting"),
        state=row.get("state"), claim_kind=row.get("claim_kind"),
    )  # fmt: skip
    found = assess_documents(
        "case", [document_from_text(text, "note")], policy=row["policy"], on=row.get("on"), option=option
    )
    return {f.id: f.outcome for f in found.assessment.findings}


def text_of(row):
    own = FOLDER / "notes" / row["note"]
    return (own if own.is_file() else FOLDER.parent / row["note"]).read_text("utf-8")


def changed(row):
    text = text_of(row)
    for change in row["change"]:
        assert text.count(change["from"]) == 1, (
            f"{change['from']!r} stands {text.count(change['from'])} times"
        )
        text = text.replace(change["from"], change["to"])
    return text


def test_every_check_is_in_the_register_in_its_order():
    assert list(REGISTER) == [check.ref for check in CATALOGUE]


def of(finding: str, ref: str) -> bool:
    """Whether a finding's id is of that ref or id: B10 is none of B1."""
    return finding == ref or finding.startswith(f"{ref}-")


def test_few_checks_wait_for_an_extractor():
    waiting = [ref for ref, row in REGISTER.items() if "no_extractor" in row]
    assert len(waiting) <= MOST_WITHOUT
    assert all(REGISTER[ref]["no_extractor"].strip() for ref in waiting)


@pytest.mark.parametrize("ref", WITH_NOTE)
def test_the_note_makes_the_check_fire(ref):
    row = REGISTER[ref]
    assert row["policy"] in available_policies()
    assert of(row["fires"], ref)
    assert row["as"] in FIRING
    found = outcomes(row, text_of(row))
    assert row["as"] in {v for k, v in found.items() if of(k, row["fires"])}, {
        k: v for k, v in found.items() if of(k, ref)
    }


@pytest.mark.parametrize("ref", WITH_NOTE)
def test_the_changed_note_makes_it_stop(ref):
    row = REGISTER[ref]
    found = outcomes(row, changed(row))
    stopped = {k: v for k, v in found.items() if of(k, ref)}
    assert not set(stopped.values()) & FIRING, stopped
    assert stopped, "the check is gone instead of answering"


def test_every_note_is_used():
    used = {row["note"] for row in WITH_NOTE.values()}
    assert {p.name for p in (FOLDER / "notes").iterdir()} <= used

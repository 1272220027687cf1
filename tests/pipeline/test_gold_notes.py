"""Over all notes that NOTEWARRANT_GOLD points to: no error, and every quote equals its slice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.assemble import CASE_FAMILIES
from pipeline.assess import assess_documents
from pipeline.documents import read_document

GOLD = os.environ.get("NOTEWARRANT_GOLD")
NOTES = sorted(Path(GOLD).rglob("*.txt")) if GOLD else []

pytestmark = [
    pytest.mark.gold,
    pytest.mark.skipif(not GOLD, reason="NOTEWARRANT_GOLD is unset: the gold notes are not on this machine"),
]


def test_the_gold_holds_notes() -> None:
    assert len(NOTES) >= 200


def test_all_notes_are_assessed_and_every_quote_is_its_slice() -> None:
    facts = 0
    for path in NOTES:
        document = read_document(path)
        result = assess_documents(path.stem, [document])
        places = [
            e
            for name in CASE_FAMILIES
            for fact in getattr(result.assessment.case, name)
            for e in fact.evidence
        ]
        places += [e for f in result.assessment.findings for e in f.evidence]
        places += [e for line in result.assessment.case.request.lines for e in line.evidence]
        facts += len(places)
        for e in places:
            assert document.text[e.start : e.end] == e.quote, f"{path.name} {e.start}-{e.end}"
    assert facts > len(NOTES)

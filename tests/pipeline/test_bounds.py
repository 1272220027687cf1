"""From bounded wording to the outcome: care and block relief that cannot be held against a figure."""

from __future__ import annotations

import pytest

from pipeline import assess_text

NOTE = "DATE OF SERVICE: 12/05/2025\n\nHistory: {}\n\nPlan: right L4-5 facet ablation, 64635, for M47.816."


def outcome(text: str, ref: str) -> set[str]:
    return {f.outcome for f in assess_text(NOTE.format(text)).findings if f.ref == ref}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He had physical therapy for less than 6 weeks without relief.", "not_met"),
        ("She finished just short of six weeks of physical therapy without improvement.", "not_met"),
        ("Physical therapy up to 6 weeks was of no benefit.", "not_documented"),
        ("Physical therapy for 4-6 weeks failed.", "needs_review"),
        ("Physical therapy from October 2025 to November 2025 failed.", "needs_review"),
        ("More than 6 weeks of physical therapy failed.", "met"),
    ],
)
def test_care(text, expected):
    assert outcome(text, "A4") == {expected}


@pytest.mark.parametrize(
    ("relief", "expected"),
    [
        ("more than 50% relief", "met"),
        ("at least 50% relief", "needs_review"),
        ("less than 50% relief", "not_met"),
        ("40 to 60% relief", "needs_review"),
        ("nearly 80% relief", "met"),
    ],
)
def test_relief(relief, expected):
    text = f"Right L4-5 medial branch block on 10/01/2025 gave {relief}."
    assert outcome(text, "A5") == outcome(text, "A6") == {expected}


def test_a_block_of_the_other_side_is_no_evidence():
    text = "Left L4-5 medial branch block on 10/01/2025 gave 90% relief."
    assert outcome(text, "A5") == outcome(text, "A6") == {"not_documented"}

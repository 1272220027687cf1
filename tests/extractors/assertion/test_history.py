"""Told as history: what ConText's annotation calls historical, over or not."""

from __future__ import annotations

import pytest

from extractors.assertion.history import told_as_history
from extractors.assertion.measure import assertion_at, target_extractor

EXTRACTOR = target_extractor()
TOLD = [
    "PAST MEDICAL HISTORY: hypertension, [gout] and asthma.",
    "SOCIAL HISTORY: Denies [alcohol] or drugs.",
    "ALLERGIES: [penicillin].",
    "There is no history of [sciatica].",
    "Family history of [colon cancer].",
    "Because of his [coronary disease] history he was admitted.",
    "Status post [laminectomy] in 2011.",
    "The patient [smokes cigarettes].",
    "Known [stenosis].",
]
NOT_TOLD = [
    "She has [low back pain] today.",
    "IMPRESSION: [lumbar spondylosis].",
    "There is a 6-month history of [low back pain].",
    "No [radiculopathy].",
]


def told(marked: str) -> bool:
    text = marked.replace("[", "").replace("]", "")
    return told_as_history(assertion_at(EXTRACTOR, text, marked.index("["), marked.index("]") - 1), text)


@pytest.mark.parametrize("marked", TOLD)
def test_told(marked: str) -> None:
    assert told(marked)


@pytest.mark.parametrize("marked", NOT_TOLD)
def test_not_told(marked: str) -> None:
    assert not told(marked)

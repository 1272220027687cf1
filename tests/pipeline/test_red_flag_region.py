"""Where a red flag lies: myelopathy of the neck does not contradict a lumbar code."""

from __future__ import annotations

import pytest

from pipeline import assess_text

NOTE = "DATE OF SERVICE: 12/05/2025\n\nHistory: Axial low back pain. {}\n\nPlan: 64635 for M47.816."


@pytest.mark.parametrize(
    ("text", "region", "a1"),
    [
        ("MRI shows cervical myelopathy with cord signal change at C5-6.", "cervical", "met"),
        ("Thoracic cord compression with myelopathy, and lumbar spondylosis.", "thoracic", "met"),
        ("She has myelopathy.", "unknown", "needs_review"),
    ],
)
def test_myelopathy(text, region, a1):
    result = assess_text(NOTE.format(text))
    assert [f.value.region for f in result.case.red_flags if f.value.kind == "myelopathy"] == [region]
    found = {f.ref: f.outcome for f in result.findings}
    assert found["A1"] == a1
    assert found["A8"] == "not_met"

"""Sections: cases, what holds for any text, and the share of line headings that are found."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractors.text.sections import SectionIndex, find_sections

CASES = yaml.safe_load(Path(__file__).with_name("sections.yaml").read_text(encoding="utf-8"))["cases"]
PIECES = st.sampled_from(
    [
        "HPI:",
        "Plan:",
        "PMH: ",
        "MRI",
        "pain ",
        ". ",
        "\n",
        "\r\n",
        "ALLERGIES",
        " - ",
        "1. ",
        ":",
        "\t",
        "Exam ",
    ]
)
#: A heading by typography: a short title with a capital and a colon at the start of a line.
HEADING = re.compile(r"^[ \t]*([A-Z][A-Za-z0-9 /&,'()\-]{1,50}?)[ \t]*:", re.MULTILINE)


@pytest.mark.parametrize("case", CASES, ids=[repr(c["text"])[1:50] for c in CASES])
def test_case(case: dict[str, object]) -> None:
    assert [[s.category, s.title] for s in find_sections(str(case["text"]))] == case["sections"]


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200))
def test_sections_cover_the_note_without_gaps(text: str) -> None:
    sections = find_sections(text)
    assert sections[0].start == 0
    assert sections[-1].end == len(text)
    for section, following in pairwise(sections):
        assert section.start <= section.body <= section.end == following.start
    index = SectionIndex(sections)
    assert all(index.at(s.start) is s for s in sections if s.end > s.start)


def test_most_line_headings_of_reports_are_found(gold_dir: Path) -> None:
    found = total = 0
    for path in sorted((gold_dir / "reports_dev").glob("*/*.txt")):
        text = path.read_bytes().decode("utf-8", "replace")
        starts = {s.start for s in find_sections(text)}
        for m in HEADING.finditer(text):
            if len(m[1].split()) <= 6:
                total += 1
                found += m.start(1) in starts or m.start() in starts
    assert total > 1000
    assert found / total >= 0.85

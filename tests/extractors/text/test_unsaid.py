"""Text that says nothing about the patient, and text that looks like it and does."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.engine import Extractor
from extractors.text.unsaid import UnsaidIndex, Why, unsaid

EXTRACTOR = Extractor()
#: The marked words stand in text that says nothing: (reason, text).
UNSAID = [
    ("blank_prompt", "Prior spine [fusion]: level ______ year ______\nBack pain."),
    ("blank_prompt", "First [medial branch block], date: __/__/____  percent relief: ____"),
    (
        "instruction",
        "CARE: [Describe here failed [[physical therapy]], NSAIDs. Delete this line.]",
    ),
    ("unmarked_list", "Low back pain radiates to: {none | [left leg] | right leg | ***}"),
    ("unticked_box", "( ) fever  ( ) [loss of bladder control]  (x) none of the above"),
    ("unticked_box", "☒ leg pain\n☐ [loss of bladder control]"),
    ("policy", 'Per plan policy, "ablation is covered after 6 weeks of [physical therapy]."'),
    ("policy", "The LCD requires 4 weeks of [physical therapy] before any block."),
    ("handout", 'Handout given: "What is [radiofrequency ablation]? The nerve is heated."'),
    ("others", "In one trial, patients who failed [physical therapy] did better with surgery."),
    (
        "alternatives",
        "Alternatives to this procedure include medication and [spinal fusion].",
    ),
]
#: The marked words say something about the patient.
SAID = [
    "Prior spine [fusion]: level L4-5 year 2016",
    "First [medial branch block], date: 2/11/25  percent relief: ____ 85",
    "[Fusion] ____ none",
    "Low back pain radiates to: {none | *[left leg]* | right leg}",
    "☒ [shooting pain] down the leg\n☐ fever",
    "[Numbness] ☒   Weakness ☐",
    "The plan requires 6 weeks of [physical therapy], which she has completed.",
    "(x) no [nerve root compression]  ( ) compression at ____",
    "Stim is on, coverage unchanged, still covers the [leg pain].",
    'Tried: HEP (clinic handout) x 8 wks, most mornings, "not touching the [leg pain]."',
    "Six weeks of [physical therapy] failed.",
    "She read that most patients improve; in her case [physical therapy] failed.",
    "As alternatives he tried [physical therapy] and massage.",
]


def plain(marked: str) -> tuple[str, int]:
    """The text without the inner mark, and where the marked words stand."""
    mark = "[[" if "[[" in marked else "["
    close = "]]" if mark == "[[" else "]"
    at = marked.index(mark)
    return marked.replace(mark, "", 1).replace(close, "", 1), at


@pytest.mark.parametrize(("why", "marked"), UNSAID)
def test_says_nothing(why: str, marked: str) -> None:
    text, at = plain(marked)
    found = UnsaidIndex(text).at(at)
    assert found is not None
    assert found.why == why


@pytest.mark.parametrize("marked", SAID)
def test_says_something(marked: str) -> None:
    text, at = plain(marked)
    assert UnsaidIndex(text).at(at) is None


def test_every_reason_is_tried() -> None:
    assert {why for why, _ in UNSAID} == set(get_args(Why))


def test_boxes_are_bullets_where_nothing_is_ticked() -> None:
    assert not list(unsaid("☐ physical therapy, eight weeks\n☐ naproxen"))


def test_what_is_left_out_gives_no_fact_and_keeps_its_reason() -> None:
    extraction = EXTRACTOR.extract("Prior spine fusion: level ______ year ______ surgeon ______")
    assert not [f for f in extraction.facts if f.family == "surgeries"]
    assert {why for _, why in extraction.note.left_out} == {"blank_prompt"}


@given(st.text(alphabet="ab _[]()x☐☒{|}\"'.:;\n/policyrequsan", max_size=120))
def test_spans_lie_in_the_text(text: str) -> None:
    index = UnsaidIndex(text)
    for s in index.spans:
        assert 0 <= s.start < s.end <= len(text)
    for at in range(len(text)):
        held = any(s.start <= at < s.end for s in index.spans)
        assert (index.at(at) is not None) == held

"""Sentence splitting: cases, and what holds for any text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractors.text.sentences import MAX_SENTENCE, find_sentences

CASES = yaml.safe_load(Path(__file__).with_name("sentences.yaml").read_text(encoding="utf-8"))["cases"]
PIECES = st.sampled_from(
    [
        "Pain",
        "pain",
        "L4-L5",
        "Dr.",
        "no",
        "7.5",
        ".",
        ". ",
        "; ",
        ", ",
        "\n",
        "\r\n",
        "\n\n",
        " ",
        "- ",
        "1. ",
        "2) ",
        "PT",
        "q.i.d.",
        "...",
        "?",
        "!",
        ":",
        "\t",
        "•",
        "é",
        "\u00a0",
        "e.g.",
    ]
)


@pytest.mark.parametrize("case", CASES, ids=[repr(c["text"])[1:60] for c in CASES])
def test_case(case: dict[str, object], request: pytest.FixtureRequest) -> None:
    if "xfail" in case:
        request.applymarker(pytest.mark.xfail(reason=str(case["xfail"]), strict=True))
    text = str(case["text"])
    assert [text[a:b] for a, b in find_sentences(text)] == case["sentences"]


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 80


@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=300))
def test_sentences_are_ordered_disjoint_and_lose_nothing(text: str) -> None:
    bounds = find_sentences(text)
    at = 0
    for start, end in bounds:
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert end - start <= MAX_SENTENCE
        at = end
    assert not text[at:].strip()


@given(st.lists(PIECES, max_size=40).map("".join), st.integers(0, 80))
def test_a_break_starts_a_sentence(text: str, at: int) -> None:
    at = min(at, len(text))
    assert all(end <= at or start >= at for start, end in find_sentences(text, [at]))


@pytest.mark.parametrize(
    "line", ["pain in the back ", "Pain. ", "pain\n", "1. pain ", "no. ", "a) (1) ", "? ", "." * 7, " ", "\n"]
)
def test_time_is_linear(line: str) -> None:
    text = line * (200_000 // len(line))
    spent = []
    for part in (text[:50_000], text):
        began = time.perf_counter()
        find_sentences(part)
        spent.append(time.perf_counter() - began)
    # Four times the text; a quadratic splitter would take sixteen times as long.
    assert spent[1] < 9 * spent[0] + 0.5


def test_one_line_of_five_megabytes() -> None:
    text = "pain in the back and leg " * 200_000
    began = time.perf_counter()
    bounds = find_sentences(text)
    assert time.perf_counter() - began < 20
    assert bounds[-1][1] == len(text.rstrip())

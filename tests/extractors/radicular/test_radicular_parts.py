"""Settling as a pure function, the lexicons and cues as data, and the offsets of every fact."""

from __future__ import annotations

import re
from functools import cache
from itertools import permutations
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.engine import Extractor
from extractors.examination.binder import FAMILY as EXAMINATION
from extractors.nerve_compression.binder import FAMILY as COMPRESSION
from extractors.radicular.binder import FAMILY as RADICULAR
from extractors.radicular.cues import cue, cue_data
from extractors.radicular.evidence import DEFINITE, FAIR, WEAK, Evidence
from extractors.radicular.places import places_in
from extractors.radicular.settle import settle

ODDITIES = ("\n\n", "\r\n", "  ", "İ ", "“", "\ufeff")
FAMILIES = (RADICULAR, COMPRESSION, EXAMINATION)
CASES = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))["cases"]


@cache
def extractor() -> Extractor:
    return Extractor(FAMILIES)


@cache
def mention():
    return extractor().read("Low back pain with lumbar radiculopathy.").mentions("radicular")[0]


def evidence(polarity: str, weight: int, at: int = 0, **more: object) -> Evidence:
    m = mention()
    span = type(m.span)(at, at + 5)
    fields: dict[str, object] = {"sign": "radiating_pain"} | more
    return Evidence(region="lumbar", polarity=polarity, weight=weight, span=span, mention=m, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("items", "status"),
    [
        ([("present", DEFINITE), ("absent", DEFINITE)], "present"),
        ([("present", FAIR), ("absent", FAIR)], "present"),
        ([("present", WEAK)], "present"),
        ([("present", WEAK), ("absent", DEFINITE)], "absent"),
        ([("present", WEAK), ("absent", FAIR)], "uncertain"),
        ([("uncertain", FAIR), ("absent", FAIR)], "uncertain"),
        ([("historical", DEFINITE), ("absent", DEFINITE)], "historical"),
        ([("absent", FAIR)], "absent"),
    ],
)
def test_settling_does_not_depend_on_the_order_of_the_note(items: list[tuple[str, int]], status: str) -> None:
    for order in permutations(items):
        settled = settle([evidence(p, w, 10 * i) for i, (p, w) in enumerate(order)])
        assert settled is not None
        assert settled.status == status


def test_nothing_is_settled_from_nothing_or_from_one_normal_finding() -> None:
    assert settle([]) is None
    assert settle([evidence("absent", WEAK)]) is None
    two = settle([evidence("absent", WEAK, sign="sensory"), evidence("absent", WEAK, sign="motor")])
    assert two is not None
    assert two.status == "absent"


def test_a_resolution_yields_only_to_firm_evidence() -> None:
    gone = evidence("historical", DEFINITE, 50, resolved=True)
    assert settle([evidence("present", DEFINITE, 0), gone]).status == "historical"  # type: ignore[union-attr]
    before, after = (evidence("present", DEFINITE, at, firm=True) for at in (0, 99))
    assert settle([before, gone]).status == "historical"  # type: ignore[union-attr]
    assert settle([gone, after]).status == "present"  # type: ignore[union-attr]


def test_copied_text_yields_to_the_interval_history() -> None:
    old = evidence("present", DEFINITE, 0, stale=True)
    assert settle([old, evidence("absent", DEFINITE, 50)]).status == "historical"  # type: ignore[union-attr]
    assert settle([old]).status == "present"  # type: ignore[union-attr]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_lexicon_examples_are_matched_by_their_own_entry(family) -> None:
    seen: dict[str, str] = {}
    for entry in family.lexicon.entries:
        assert entry.examples, entry.id
        for example in entry.examples:
            hits = [re.search(p, example, re.IGNORECASE) for p in entry.patterns]
            hits += [re.search(p, example) for p in entry.cased]
            assert any(hits), (entry.id, example)
        for pattern in (*entry.patterns, *entry.cased, *entry.literals):
            assert ".*" not in pattern, entry.id
            assert ".+" not in pattern, entry.id
            assert seen.setdefault(pattern, entry.label) == entry.label, f"{pattern} stands under two labels"


def test_every_cue_compiles_and_is_bounded() -> None:
    for name in cue_data()["cues"]:
        pattern = cue(name).pattern
        assert ".*" not in pattern, name
        assert ".+" not in pattern, name


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("down the left leg to the ankle", [("lumbar", "distal"), ("lumbar", "distal")]),
        ("into the buttocks", [("lumbar", "none")]),
        ("to the upper arm", [("cervical", "proximal")]),
        ("past the elbow to the thumb", [("cervical", "distal"), ("cervical", "distal")]),
        ("right-handed, arm chair, foot note, 6 feet tall", []),
        ("RLE and LUE", [("lumbar", "distal"), ("cervical", "distal")]),
    ],
)
def test_places(text: str, expect: list[tuple[str, str]]) -> None:
    assert [(p.region, p.depth) for p in places_in(text)] == expect


@pytest.mark.parametrize("case", CASES, ids=[str(c["text"])[:60] for c in CASES])
def test_facts_fit_the_case_and_quote_the_note(case: dict[str, object]) -> None:
    from rules.values import Radicular, RadicularSign

    models = {"radicular": Radicular, "radicular_signs": RadicularSign}
    text = str(case["text"])
    for fact in extractor().extract(text).facts:
        if fact.family in models:
            models[fact.family](**fact.value)
        for start, end in [(fact.start, fact.end), *((s.start, s.end) for s in fact.supporting)]:
            assert 0 <= start < end <= len(text)
            assert text[start:end] == text[start:end].strip()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*(str(c["text"]) for c in CASES), *ODDITIES]), max_size=6))
def test_any_mixture_of_sentences_gives_spans_inside_the_note(parts: list[str]) -> None:
    text = " ".join(parts)
    for fact in extractor().extract(text).facts:
        assert 0 <= fact.start < fact.end <= len(text)
        assert "\n\n" not in text[fact.start : fact.end]

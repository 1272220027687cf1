"""Named traps of assertion, and the validity of the context rules."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from extractors.assertion.context import FLAGS, own_rules, rule_data
from extractors.assertion.measure import assertion_at, flags_of, read_items, scores, target_extractor
from extractors.engine import Extractor

CASES = yaml.safe_load(Path(__file__).with_name("traps.yaml").read_text(encoding="utf-8"))["cases"]
_DIRECTIONS = {"forward", "backward", "bidirectional", "terminate", "pseudo"}


@cache
def extractor() -> Extractor:
    return target_extractor()


def flags_at(marked: str) -> set[str]:
    start, end = marked.index("["), marked.index("]") - 1
    return set(assertion_at(extractor(), marked.replace("[", "").replace("]", ""), start, end).flags)


@pytest.mark.parametrize("case", CASES, ids=[str(c["name"]) for c in CASES])
def test_trap(case: dict[str, object], request: pytest.FixtureRequest) -> None:
    if "xfail" in case:
        request.applymarker(pytest.mark.xfail(reason=str(case["xfail"]), strict=True))
    assert flags_at(str(case["text"])) == set(case["flags"])  # type: ignore[call-overload]


def test_there_are_enough_traps() -> None:
    assert len(CASES) >= 120
    for flag in FLAGS.values():
        assert sum(flag in c["flags"] for c in CASES) >= 9, flag
    assert sum(not c["flags"] for c in CASES) >= 30


def test_rules_are_valid() -> None:
    for literal, pattern, rule in own_rules(rule_data()):
        assert literal.strip() == literal != ""
        assert rule["direction"] in _DIRECTIONS, literal
        assert str(rule["category"]).isupper(), literal
        if pattern is not None:
            re.compile(pattern, re.IGNORECASE)
            assert not re.search(r"\.[*+]", pattern), literal
            assert not re.search(r"\{[a-z]", pattern), f"{literal}: a word that words does not define"


def test_every_dropped_rule_says_why() -> None:
    assert all(d["why"] for d in rule_data()["drop"])


def test_a_target_with_a_cue_in_its_own_words_keeps_its_place() -> None:
    text = "Spondylosis   without\nradiculopathy is seen."
    mention = assertion_at(extractor(), text, 0, 35)
    assert not mention.flags
    assert text[mention.span.start : mention.span.end] == text[:35]


def test_annotated_sentences(gold_dir: Path) -> None:
    measured = scores(flags_of(read_items(gold_dir / "assertion_dev.jsonl")))
    assert measured["negated"].f1 >= 0.96
    assert measured["hypothetical"].f1 >= 0.95
    assert measured["historical"].precision >= 0.75

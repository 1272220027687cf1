"""The request family on a table of invented sentences, run through the real engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.engine import Extractor
from extractors.request.binder import FAMILY
from rules.case import ClaimLine, Diagnosis

TABLE = Path(__file__).with_name("cases.yaml")
CONTEXT: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("context.yaml").read_text(encoding="utf-8")
)
LINES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("lines.yaml").read_text(encoding="utf-8")
)
CASES: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
PIECES = [p for c in CASES for p in c["text"].splitlines(keepends=True)]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor([FAMILY])


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60
    assert len({c["name"] for c in CASES}) == len(CASES)
    assert sum(not c.get("lines") and not c.get("dx") for c in CASES) >= 15


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_case(extractor: Extractor, case: dict[str, Any]) -> None:
    facts = extractor.extract(case["text"]).facts
    lines = [f.value for f in facts if f.family == "claim_lines"]
    assert [[v["cpt"], v["units"], v["laterality"], list(v["levels"])] for v in lines] == [
        [str(x[0]), *x[1:]] for x in case.get("lines", [])
    ]
    codes = [f.value for f in facts if f.family == "diagnoses"]
    assert list(dict.fromkeys(v["code"] for v in codes)) == case.get("dx", [])
    for field in ("modifiers", "called"):
        for cpt, want in case.get(field, {}).items():
            got = next(v[field] for v in lines if v["cpt"] == str(cpt))
            assert (list(got) if isinstance(got, tuple) else got) == want
    for code, want in case.get("descriptions", {}).items():
        assert next(v["description"] for v in codes if v["code"] == code) == want
    if "context" in case:
        got = {f.value["field"]: f.value["value"] for f in facts if f.family == "request_context"}
        assert got == case["context"]


@pytest.mark.parametrize("case", CONTEXT, ids=[c["text"][:60] for c in CONTEXT])
def test_context(extractor: Extractor, case: dict[str, Any]) -> None:
    text = case["text"]
    found = [f for f in extractor.extract(text).facts if f.family == "request_context"]
    assert {f.value["field"]: f.value["value"] for f in found} == case["expect"]
    assert all(0 <= f.start < f.end <= len(text) and text[f.start : f.end].strip() for f in found)


@pytest.mark.parametrize("case", LINES, ids=[c["text"][:60] for c in LINES])
def test_lines(extractor: Extractor, case: dict[str, Any]) -> None:
    found = [f.value for f in extractor.extract(case["text"]).facts if f.family == "claim_lines"]
    got = [
        [v["cpt"], v["units"], v["laterality"], list(v["modifiers"]), v["service_date"] or ""] for v in found
    ]
    assert got == case["lines"]
    for value in found:
        ClaimLine.model_validate({**value, "source": "note"})


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*PIECES, "\r\n", "  ", "Ä – ", "6463", "M47.", "-50"]), max_size=10))
def test_facts_are_valid_and_in_the_note(extractor: Extractor, pieces: list[str]) -> None:
    text = "".join(pieces)
    for fact in extractor.extract(text).facts:
        assert 0 <= fact.start < fact.end <= len(text)
        if fact.family == "claim_lines":
            ClaimLine.model_validate({**fact.value, "source": "note"})
            assert fact.value["cpt"][-2:] in text[fact.start : fact.end]
        elif fact.family == "diagnoses":
            Diagnosis.model_validate({**fact.value, "source": "note"})


@pytest.mark.parametrize("entry", FAMILY.lexicon.entries, ids=lambda e: e.id)
def test_examples_are_matched_by_their_entry(extractor: Extractor, entry: Any) -> None:
    assert entry.examples
    for example in entry.examples:
        assert entry.id in {m.entry.id for m in extractor.read(example).mentions("request")}

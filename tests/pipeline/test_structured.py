"""Faulty JSON gives a typed error that quotes nothing of it: no key, no value, no id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import DocumentError
from pipeline.structured import MalformedCase, read_cases

SECRET = "ZZMARK_John_Smith"
DOCUMENT = {"id": "a", "sha256": "0" * 64, "length": 100}


def therapy(**value: Any) -> dict[str, Any]:
    place = {"id": "t.1", "document": "a", "start": 0, "end": 5, "quote": "words", "extractor": "any"}
    return {**place, "version": "1", "value": {"modality": "nsaid", "status": "past", **value}}


def case(**keys: Any) -> dict[str, Any]:
    return {"case_id": SECRET, "documents": [DOCUMENT], **keys}


def read(tmp_path: Path, text: str) -> list[Any]:
    path = tmp_path / "case.json"
    path.write_text(text, "utf-8")
    return list(read_cases(path))


def fault(tmp_path: Path, text: str) -> str:
    try:
        (found,) = read(tmp_path, text)
    except DocumentError as error:
        found = error
    assert isinstance(found, MalformedCase)
    return str(found)


def test_a_sound_case_is_read(tmp_path):
    (found,) = read(tmp_path, json.dumps(case(therapies=[therapy(weeks=6, start="2024-02-29")])))
    assert found.therapies[0].value.weeks == 6


def test_the_case_of_an_outgoing_result_is_read(tmp_path):
    result = {"schema": "notewarrant.result/1", "state": "done", "assessment": {"case": case()}}
    (found,) = read(tmp_path, json.dumps(result))
    assert found.case_id == SECRET
    given_up = {"schema": "notewarrant.result/1", "state": "dead", "assessment": None, "case_id": SECRET}
    told = fault(tmp_path, json.dumps(given_up))
    assert "given up" in told
    assert SECRET not in told


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({SECRET: 1}, "the whole: an unknown key"),
        ({"therapies": [therapy(**{SECRET: 1})]}, "therapies.0.value: an unknown key"),
        ({"therapies": [therapy(status=SECRET)]}, "therapies.0.value.status: none of the words"),
        ({"therapies": [therapy(start="2026-02-30")]}, "therapies.0.value.start: is no date of the calendar"),
        ({"therapies": [therapy(start="2024-13")]}, "is no date of the calendar"),
        ({"therapies": [therapy(start="0000")]}, "is no date of the calendar"),
        ({"therapies": [therapy(weeks=-8)]}, "therapies.0.value.weeks"),
        ({"therapies": [therapy(weeks=1e18)]}, "therapies.0.value.weeks"),
        ({"therapies": [therapy(weeks_low=12, weeks_high=2)]}, "a range begins above its end"),
        ({"therapies": [{**therapy(), "start": 9}]}, "a place ends before it starts"),
        ({"request": {"lines": [{"cpt": "64635", "units": -1}]}}, "request.lines.0.units"),
        ({"request": {"lines": [{"cpt": "64635", "units": 0}]}}, "request.lines.0.units"),
        ({"request": {"lines": [{"cpt": SECRET}]}}, "request.lines.0.cpt"),
        ({"request": {"service_date": SECRET}}, "request.service_date"),
        ({"documents": [{**DOCUMENT, "date": SECRET}]}, "documents.0.date"),
    ],
)
def test_impossible_input_is_refused_without_a_word_of_it(tmp_path, keys, told):
    said = fault(tmp_path, json.dumps(case(**keys)))
    assert told in said
    assert SECRET not in said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"case_id": "a", "case_id": "b", "documents": []}', "a key twice"),
        (
            '{"case_id": "a", "documents": [], "request": {"lines": [{"units": %s}]}}' % ("9" * 5000),
            "too long",
        ),
        ('{"case_id": NaN}', "NaN or Infinity"),
        ('{"case_id": -Infinity}', "NaN or Infinity"),
        ('{"case_id": "\\ud800", "documents": []}', "half a character"),
        ("[" * 100_000, "nested too deeply"),
        ('{"case_id"', "is not JSON at line 1"),
    ],
)
def test_json_that_says_nothing_certain_is_refused(tmp_path, text, told):
    assert told in fault(tmp_path, text)


@pytest.mark.parametrize("figure", ["1e999", "-1e999"])
def test_a_number_beyond_all_numbers_is_refused(tmp_path, figure):
    text = json.dumps(case(therapies=[therapy(weeks=1.25)])).replace("1.25", figure)
    assert "therapies.0.value.weeks" in fault(tmp_path, text)


def test_one_faulty_case_leaves_the_others(tmp_path):
    first, second = read(tmp_path, json.dumps([case(**{SECRET: 1}), case()]))
    assert isinstance(first, MalformedCase)
    assert str(first).startswith(f"{tmp_path / 'case.json'}[0]: ")
    assert second.case_id == SECRET

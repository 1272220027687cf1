"""Invented dictated reports: statements, first evaluations by therapists, notes of another complaint."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.extractors.therapies.test_therapies import read

CASES = yaml.safe_load(Path(__file__).with_name("cases_dictated.yaml").read_text(encoding="utf-8"))["cases"]

EVALUATION = """PHYSICAL THERAPY INITIAL EVALUATION

HISTORY: The patient is a 44-year-old baker, referred to physical therapy for low back pain.
{history}

ASSESSMENT: She would benefit from skilled physical therapy. Rehab potential is good.

GOALS (4 weeks): 1. The patient will be independent with a home exercise program. 2. Sit for an hour.

PLAN: The patient will be seen two times a week for six weeks. Therapeutic exercises.
"""
HEADACHE = (
    "CHIEF COMPLAINT: Headache.\n\nHISTORY: A 30-year-old teacher with pressure over the forehead,"
    " worse in bright light. "
    + "There was no trauma and vision is normal. " * 12
    + "\n\nMEDICATIONS: Naproxen 500 mg b.i.d.\n"
)


def key(items: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return sorted((i["modality"], i["status"]) for i in items)  # type: ignore[type-var]


@pytest.mark.parametrize("case", CASES, ids=[str(c["text"])[:60] for c in CASES])
def test_statement(case: dict[str, object]) -> None:
    got = read(str(case["text"]))
    want = [[*e, *["not_stated", None, None][len(e) - 2 :]] for e in case["expect"]]  # type: ignore[attr-defined]
    have = [[g["modality"], g["status"], g["outcome"], g["weeks"], g["sessions"]] for g in got]
    assert sorted(x[:3] for x in have) == sorted(x[:3] for x in want)
    for h, w in zip(sorted(have, key=lambda x: x[:3]), sorted(want, key=lambda x: x[:3]), strict=True):
        assert h[3] == (None if w[3] is None else pytest.approx(w[3], rel=0.02))
        assert h[4] == w[4]


def test_the_course_of_a_first_evaluation_is_planned_with_the_length_of_its_frequency() -> None:
    got = read(EVALUATION.format(history="She has had no therapy before."))
    assert key(got) == [("home_exercise", "planned"), ("physical_therapy", "planned")]
    course = next(g for g in got if g["modality"] == "physical_therapy")
    assert (course["weeks"], course["sessions"]) == (pytest.approx(6.0), 12)
    assert next(g for g in got if g["modality"] == "home_exercise")["weeks"] is None  # a goal's date


def test_a_course_attended_before_an_evaluation_is_past() -> None:
    got = read(EVALUATION.format(history="She attended physical therapy for five weeks last year."))
    assert ("physical_therapy", "past") in key(got)
    assert ("physical_therapy", "planned") in key(got)


def test_drugs_of_a_note_without_pain_of_spine_or_limb_do_not_count() -> None:
    assert read(HEADACHE) == []
    assert key(read(HEADACHE.replace("Headache.", "Headache and low back pain."))) == [("nsaid", "current")]

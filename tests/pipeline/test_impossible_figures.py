"""What a note cannot mean is left out of the case; the rest of the note still counts."""

from __future__ import annotations

from pipeline.assemble import _possible
from rules.case import ClaimLine
from rules.values import Therapy


def test_a_faulty_figure_stays_out_and_the_rest_counts():
    said = {"modality": "nsaid", "status": "past", "weeks": 1e9, "start": "2024-02-30", "outcome": "failed"}
    assert _possible(Therapy, said) == {"modality": "nsaid", "status": "past", "outcome": "failed"}
    assert _possible(ClaimLine, {"cpt": "64635", "units": 0}) == {"cpt": "64635"}


def test_a_range_that_begins_above_its_end_stays_out():
    said = {"modality": "nsaid", "status": "past", "weeks": 6, "weeks_low": 12, "weeks_high": 2}
    assert _possible(Therapy, said) == {"modality": "nsaid", "status": "past", "weeks": 6}


def test_what_the_model_takes_is_left_as_it_is():
    said = {"modality": "nsaid", "status": "past", "weeks": 6}
    assert _possible(Therapy, said) == said


def test_a_required_word_is_left_to_the_model():
    assert _possible(Therapy, {"modality": "hope", "status": "past"}) == {
        "modality": "hope",
        "status": "past",
    }

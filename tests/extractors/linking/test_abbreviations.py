"""Short forms that a note defines stand for their lexicon entry in that note, and in no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.engine import Extractor
from extractors.family import Family
from extractors.lexicon import load_lexicon

LEXICON = """
family: probe
version: "1"
entries:
  - {id: block, label: block, literals: [medial branch block, medial branch blocks]}
  - {id: denervation, label: denervation, literals: [facet denervation]}
  - {id: therapy, label: therapy, patterns: ['physical therapy', '(?-i:\\bPT\\b)(?! presents)']}
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Extractor:
    path: Path = tmp_path_factory.mktemp("lexicon") / "lexicon.yaml"
    path.write_text(LEXICON, encoding="utf-8")
    return Extractor([Family("probe", "1", load_lexicon(path), lambda note: [])])


def found(reader: Extractor, text: str) -> list[tuple[str, str]]:
    note = reader.read(text)
    for m in note.mentions("probe"):
        assert text[m.span.start : m.span.end] == m.text
    return [(m.entry.id, m.text) for m in note.mentions("probe")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A lumbar facet denervation (LFD) was done. The LFD gave relief.", ["LFD", "LFD"]),
        ("Medial branch blocks (MBBs) in March. Second MBBs in April.", ["MBBs", "MBBs"]),
        # The detector takes what stands in brackets for a long form from four words on.
        ("LMBB (left lumbar medial branch block) in March. An LMBB in April.", ["LMBB", "LMBB"]),
        ("She had a facet denervation (FD).\nHistory: FD in 2021.\nNo FD since.", ["FD", "FD", "FD"]),
        # Used before it is defined.
        ("LFD helped. The lumbar facet denervation (LFD) was in May.", ["LFD", "LFD"]),
        # In a sentence without any anchor of a lexicon.
        ("Lumbar facet denervation (LFD) in May. Wants another LFD.", ["LFD", "LFD"]),
    ],
)
def test_short_forms_become_mentions(reader: Extractor, text: str, expected: list[str]) -> None:
    assert [t for _, t in found(reader, text) if t.isupper() or t == "MBBs"] == expected


@pytest.mark.parametrize(
    "text",
    [
        "A facet denervation (right) was done. It hurts on the right.",
        "A FACET DENERVATION (RIGHT) WAS DONE. IT HURTS ON THE RIGHT.",
        "A facet denervation (L4) was done. L4 is tender.",
        "A facet denervation (see below) was done. See below.",
        "The LFD was done.",
        "Lumbar facet disease (LFD). LFD is seen.",
        "A facet denervation in a fast dog (FD). The FD barks.",
    ],
)
def test_other_brackets_define_nothing(reader: Extractor, text: str) -> None:
    assert all(t.lower() == "facet denervation" for _, t in found(reader, text))


def test_a_definition_ends_with_its_note(reader: Extractor) -> None:
    assert found(reader, "Lumbar facet denervation (LFD).")
    assert found(reader, "The LFD helped.") == []


def test_the_lexicons_own_screens_stay_in_charge(reader: Extractor) -> None:
    text = "Physical therapy (PT) for six weeks. PT presents for follow-up."
    assert [t for _, t in found(reader, text)] == ["Physical therapy", "PT"]


def test_context_reaches_the_short_form(reader: Extractor) -> None:
    note = reader.read("Lumbar facet denervation (LFD) was discussed. He denies any prior LFD.")
    last = note.mentions("probe")[-1]
    assert last.text == "LFD"
    assert last.has("negated")

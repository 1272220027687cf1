"""Out to every format and back: text, places and values are the same."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from pipeline.corpus import GoldNote, load_corpus
from pipeline.corpus.exchange import entries, located_gold
from pipeline.corpus.formats import FORMATS

sys.path.insert(0, str(Path(__file__).parent))
from exchange_cases import notes, there_and_back

CORPORA = Path(__file__).parents[3] / "corpora"
SETS = [
    p.parent for p in sorted(CORPORA.glob("*/corpus.yaml")) if "kind: charts" in p.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", FORMATS)
@given(note=notes())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_invented_notes(name: str, note: GoldNote) -> None:
    with tempfile.TemporaryDirectory() as folder:
        back = there_and_back([note], name, Path(folder))
    assert back.problems == []
    assert [r for r in back.repairs if r.what != "overlap"] == []
    (again,) = back.notes
    assert again.text == note.text
    assert again.gold == located_gold(note)
    assert {(s.family, s.start, s.end) for s in again.evidence} == {
        (s.family, s.start, s.end) for s in note.evidence
    }
    assert (again.set, again.split, again.document_type) == (note.set, note.split, note.document_type)


@pytest.mark.parametrize("folder", SETS, ids=lambda p: p.name)
@pytest.mark.parametrize("name", FORMATS)
def test_every_corpus(name: str, folder: Path, tmp_path: Path) -> None:
    corpus = load_corpus(folder)
    back = there_and_back(corpus.notes, name, tmp_path)
    assert back.problems == []
    assert [r for r in back.repairs if r.what != "overlap"] == []
    again = {n.note_id: n for n in back.notes}
    assert len(again) == len(corpus.notes)
    for note in corpus.notes:
        assert again[note.note_id].text == note.text
        assert again[note.note_id].gold == located_gold(note)


@pytest.mark.parametrize("folder", SETS, ids=lambda p: p.name)
def test_giving_places_changes_no_value(folder: Path) -> None:
    for note in load_corpus(folder).notes:
        located = located_gold(note)
        bare = [{k: v for k, v in e.value.items() if k != "evidence"} for e in entries(located)]
        assert bare == [{k: v for k, v in e.value.items() if k != "evidence"} for e in entries(note.gold)]
        assert {k: v for k, v in located.items() if k in ("request", "criteria", "remarks", "note_id")} == {
            k: v for k, v in note.gold.items() if k in ("request", "criteria", "remarks", "note_id")
        }

"""Files as the programs themselves write and read them."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from exchange_cases import there_and_back

from pipeline.corpus import load_corpus
from pipeline.corpus.formats.brat import annotation_conf
from pipeline.corpus.formats.docbin import GROUP
from pipeline.corpus.formats.label_studio import labelling_config
from pipeline.corpus.quotes import FAMILIES
from pipeline.corpus.transfer import Imported, import_notes

CHARTS = Path(__file__).parents[3] / "corpora" / "charts"


@pytest.fixture(scope="module")
def exported() -> Imported:
    """An export of Label Studio 1.23.2: four invented notes, with regions drawn by mouse on its page."""
    return import_notes(Path(__file__).parent / "label_studio_1_23_2.json", "label-studio")


def test_label_studio_counts_code_points_and_every_line_end(exported: Imported) -> None:
    assert exported.problems == []
    assert {r.what for r in exported.repairs} == {"added"}
    assert len(exported.repairs) == 5
    notes = {n.note_id: n for n in exported.notes}
    drawn = {(n, s.quote) for n, note in notes.items() for s in note.evidence if s.family == "injections"}
    assert drawn == {("crlf", "2019"), ("plain", "2019"), ("emoji", "done"), ("both", "tried")}
    assert "\r\n" in notes["crlf"].text
    assert ord(max(notes["emoji"].text)) > 0xFFFF


def test_label_studio_writes_line_ends_in_its_words_as_backslash_and_n(exported: Imported) -> None:
    (note,) = [n for n in exported.notes if n.note_id == "crlf"]
    (span,) = [s for s in note.evidence if s.family == "ablations"]
    assert (span.start, span.end, span.quote) == (8, 30, "seen today.\r\nTENS unit")


@pytest.mark.parametrize("name", ["doccano_1_8_4", "doccano_1_8_4_graphemes"])
def test_doccano_counts_utf16_units_or_graphemes(name: str) -> None:
    """The same notes in doccano 1.8.4, in a project of either kind, with a label of pain drawn by mouse."""
    back = import_notes(Path(__file__).parent / f"{name}.jsonl", "doccano")
    assert back.problems == []
    told = {r.what for r in back.repairs}
    assert told == ({"added", "offset", "units"} if "graphemes" in name else {"added"})
    drawn = {n.note_id: n.gold["pain"]["evidence"][-1]["quote"] for n in back.notes}
    assert drawn == {"crlf": "2019", "plain": "2019", "emoji": "done", "both": "tried"}


def test_the_labelling_configuration_names_every_family() -> None:
    view = ET.fromstring(labelling_config())
    assert [x.get("value") for x in view.iter("Label")] == list(FAMILIES)
    names = [x.get("name") for x in view.iter() if x.get("perRegion") == "true"]
    assert "injections.percent_relief" in names
    assert len(names) == len(set(names))


def test_brats_configuration_names_every_family() -> None:
    sections = dict.fromkeys(("[entities]", "[relations]", "[events]", "[attributes]"))
    lines = annotation_conf().split("\n")
    assert [x for x in lines if x.startswith("[")] == list(sections)
    assert lines[1 : 1 + len(FAMILIES)] == list(FAMILIES)
    assert (
        "therapies_outcome\tArg:therapies, Value:failed|partial|effective|not_tolerated|not_stated" in lines
    )


def test_spacy_reads_the_docbin_as_training_examples(tmp_path: Path) -> None:
    import spacy
    from spacy.training import Corpus as Reader

    notes = load_corpus(CHARTS, sets=["a"]).notes
    there_and_back(notes, "docbin", tmp_path)
    (tmp_path / "out").rename(tmp_path / "a.spacy")
    examples = list(Reader(tmp_path / "a.spacy")(spacy.blank("en")))
    assert len(examples) == len(notes)
    for note, example in zip(notes, examples, strict=True):
        assert example.reference.text == note.text
        labels = [s.label_ for s in example.reference.spans[GROUP]]
        assert sorted(labels) == sorted(s.family for s in note.evidence)

"""A pool of notes read by the product: predictions, and facts of one note that stand against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.assemble import Built, build_case
from pipeline.assess import extractor
from pipeline.corpus import GoldNote
from pipeline.corpus.card import CARD
from pipeline.corpus.scan import GOLD
from pipeline.corpus.settle import OUTSIDE
from pipeline.documents import document_from_text
from pipeline.errors import DocumentError, UsageError, contained
from pipeline.evaluation.predict import Prediction, prediction_of
from pipeline.evaluation.selection import select
from pipeline.inputs import collect, distinct

#: Families whose facts may contradict each other, with the field that tells what a fact is about.
_KEYS = {
    "radicular_signs": "region",
    "nerve_compression": "region",
    "red_flags": "kind",
    "therapies": "modality",
    "injections": "kind",
    "ablations": "target",
}
_REFUSED = frozenset({"declined", "denied"})
_DONE = frozenset({"past", "current", "performed"})


@dataclass(frozen=True, slots=True)
class PoolNote:
    """A note that may be chosen; ``gold`` is there where it comes from a corpus."""

    note_id: str
    set: str
    split: str | None
    text: str
    gold: GoldNote | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """The notes to choose from.

    Of a corpus also its name, the label of the split, and the sets that were left out for the test split.
    """

    notes: list[PoolNote]
    corpus: str | None = None
    split: str | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the product finds in a note. ``opposed`` names what two facts say both yes and no of."""

    note: PoolNote
    prediction: Prediction
    opposed: tuple[str, ...]


def is_corpus(path: Path) -> bool:
    """Whether the path is a corpus folder, and not just notes."""
    return (path / CARD).is_file() or (path / GOLD).is_file()


def pool(paths: Sequence[Path], split: str | None, on_error: Callable[[DocumentError], object]) -> Pool:
    """The notes of a corpus, or of files and folders of notes; what cannot be read is told, the others go on.

    Of a corpus the test split is left out unless it is named: nobody who reads it may tune on it, and what is
    chosen here is read.

    Raises
    ------
    UsageError
        Where a split is asked of notes that have none.
    CorpusError
        Where the corpus has an error.
    """
    if len(paths) == 1 and is_corpus(paths[0]):
        chosen = select(paths[0], split)
        notes = [PoolNote(n.note_id, n.set, n.split, n.text, n) for n in chosen.corpus.notes]
        return Pool(notes, chosen.corpus.name, chosen.split, chosen.left_out)
    if split is not None:
        raise UsageError("--split", "is for a corpus with splits", "leave it out for plain notes")
    out: list[PoolNote] = []
    cases = []
    for item in collect(list(paths), False, []):
        if isinstance(item, DocumentError):
            on_error(item)
        else:
            cases.append(item)
    for case in distinct(cases):
        try:
            documents = case.read()
        except DocumentError as error:
            on_error(error)
            continue
        for document in documents:
            name = case.case_id if len(documents) == 1 else f"{case.case_id}.{document.id}"
            out.append(PoolNote(name, OUTSIDE, None, document.text))
    return Pool(out)


def _opposed(built: Built) -> Iterator[str]:
    """Family and key of facts of which one says yes and another no."""
    for family, key in _KEYS.items():
        said: dict[str, set[bool]] = {}
        for fact in getattr(built.case, family):
            status = getattr(fact.value, "status", None)
            if status in _REFUSED or fact.assertion in ("absent", "declined"):
                said.setdefault(str(getattr(fact.value, key)), set()).add(False)
            elif status is None or status in _DONE or status == "present":
                said.setdefault(str(getattr(fact.value, key)), set()).add(True)
        yield from (f"{family} {name}" for name, sides in sorted(said.items()) if len(sides) == 2)
    statuses = {fact.value.status for fact in built.case.surgeries}
    if "denied" in statuses and statuses & _DONE:
        yield "surgeries"


def read_note(note: PoolNote) -> Reading:
    """One note.

    Raises
    ------
    DocumentError
        Naming the note and the class of the fault, never its text.
    """
    with contained(note.note_id):
        built: Any = build_case(extractor(), note.note_id, [document_from_text(note.text, note.note_id)])
        return Reading(note, prediction_of(built, note.note_id), tuple(_opposed(built)))

"""What the product finds in a note, as plain data that travels between processes.

The text itself goes into a worker through memory only and does not come back: places are offsets.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from extractors.facts import Cue
from extractors.note import Mention
from pipeline.assemble import CASE_FAMILIES, Built, build_case
from pipeline.assess import extractor
from pipeline.documents import document_from_text
from pipeline.errors import EXIT_DOCUMENTS, DocumentError, InternalFault, contained
from pipeline.evaluation.families import STATUS_FAMILIES, case_family
from pipeline.guide import guide_facts

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FoundFact:
    """A fact of the case with its way.

    ``entries`` are the lexicon entries that it rests on (``family/entry``), ``matched`` the expressions of
    them that matched (``family/entry#patterns[3]``).
    """

    id: str
    family: str
    start: int
    end: int
    section: str | None
    supporting: tuple[Place, ...]
    entries: tuple[str, ...]
    matched: tuple[str, ...]
    cues: tuple[Cue, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FoundMention:
    """A lexicon match: what fired, where, and the context flags and cues that act on it.

    ``left_out`` says why it is no mention, where it stands in text that says nothing about the patient.
    """

    entry: str
    matched: str
    label: str
    start: int
    end: int
    section: str | None
    flags: tuple[str, ...]
    cues: tuple[Cue, ...]
    left_out: str = ""

    @property
    def family(self) -> str:
        """The lexicon's name."""
        return self.entry.split("/", 1)[0]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a note gave no facts; never with anything of its text."""

    code: str
    cause: str
    mend: str
    exit_code: int = EXIT_DOCUMENTS

    def line(self, note_id: str) -> str:
        """The failure as one line for the error stream."""
        return f"{note_id}: {self.cause}; {self.mend}"


@dataclass(frozen=True, slots=True)
class Prediction:
    """The facts of one note; empty where ``failure`` says why.

    ``left_out`` are matches that are no mentions, each with its reason.
    """

    note_id: str
    guide: Mapping[str, Any] = field(default_factory=dict)
    kind: str | None = None
    facts: Mapping[str, FoundFact] = field(default_factory=dict)
    mentions: tuple[FoundMention, ...] = ()
    left_out: tuple[FoundMention, ...] = ()
    failure: Failure | None = None


def _guide(built: Built, note_id: str) -> dict[str, Any]:
    """The guide's facts, with fact ids also where a family has one entry a region or a note."""
    out = guide_facts(built.case, note_id)
    for family in STATUS_FAMILIES:
        for f in getattr(built.case, case_family(family)):
            out[family][f.value.region]["id"] = f.id
    if built.case.pain:
        out["pain"]["id"] = built.case.pain[0].id
    return out


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _facts(built: Built) -> dict[str, FoundFact]:
    out = {}
    for family in CASE_FAMILIES:
        for f in getattr(built.case, family):
            trace = built.traces[f.id]
            out[f.id] = FoundFact(
                f.id, family, f.start, f.end, f.section, tuple((e.start, e.end) for e in f.supporting),
                _once(trace.patterns), _once(trace.matched), trace.cues, trace.steps,
            )  # fmt: skip
    return out


def _mention(m: Mention, left_out: str = "") -> FoundMention:
    return FoundMention(
        f"{m.family}/{m.entry.id}", m.name, m.label, m.span.start, m.span.end, m.sentence.section.category,
        tuple(sorted(m.flags)), m.cues, left_out,
    )  # fmt: skip


def prediction_of(built: Built, note_id: str) -> Prediction:
    """What was found, from a case of one document that is built already."""
    note = built.notes[note_id]
    return Prediction(
        note_id, _guide(built, note_id), built.case.documents[0].kind, _facts(built),
        tuple(_mention(m) for s in note.sentences for m in s.mentions),
        tuple(_mention(m, why) for m, why in note.left_out),
    )  # fmt: skip


def predict(note_id: str, text: str) -> Prediction:
    """The facts of one note, through the product's own path. A fault becomes the prediction's ``failure``."""
    try:
        with contained(note_id):
            built = build_case(extractor(), note_id, [document_from_text(text, note_id)])
            return prediction_of(built, note_id)
    except DocumentError as error:
        return Prediction(note_id, failure=Failure(error.code, error.cause, error.mend, error.exit_code))


def _task(note: tuple[str, str]) -> Prediction:
    return predict(*note)


def predict_all(notes: Sequence[tuple[str, str]], jobs: int = 1) -> Iterator[Prediction]:
    """Predictions of ``(note id, text)`` pairs in their order, whatever the number of processes.

    Raises
    ------
    InternalFault
        Where a worker process was killed.
    """
    if jobs <= 1 or len(notes) < 2:
        yield from map(_task, notes)
        return
    # Fresh processes: a fork of one that runs threads (BLAS, a progress bar) may hang.
    context = multiprocessing.get_context("spawn")
    chunk = max(1, min(16, len(notes) // (4 * jobs)))
    try:
        with ProcessPoolExecutor(min(jobs, len(notes)), mp_context=context) as pool:
            yield from pool.map(_task, notes, chunksize=chunk)
    except BrokenProcessPool:
        cause = "a worker process ended (out of memory?)"
        raise InternalFault("--jobs", cause, "run again with --jobs 1") from None

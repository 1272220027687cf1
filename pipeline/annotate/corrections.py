"""A Label Studio export as gold: every annotation settled, several of one note merged."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.annotate.merge import Conflict, merged
from pipeline.corpus.formats import FORMATS
from pipeline.corpus.formats.base import read_text
from pipeline.corpus.formats.label_studio import documents
from pipeline.corpus.model import CorpusError, GoldNote, Problem, problem
from pipeline.corpus.repair import Repair
from pipeline.corpus.settle import settle
from pipeline.corpus.transfer import Imported, name_trouble
from pipeline.corpus.units import Units


@dataclass
class Corrections:
    """What came back: whole notes, what was mended, what could not be, where annotators differ.

    ``waiting`` are notes that nobody has annotated yet; they are no gold. ``annotations``
    counts those that were read.
    """

    notes: list[GoldNote] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    annotations: int = 0

    def as_imported(self) -> Imported:
        """For :func:`pipeline.corpus.transfer.write_corpus`."""
        return Imported(self.notes, self.repairs, self.problems)

    def report(self) -> dict[str, Any]:
        """As plain data, no text of a note."""
        return {
            **self.as_imported().report(),
            "annotations": self.annotations,
            "conflicts": [c.as_dict() for c in self.conflicts],
            "waiting": self.waiting,
        }


def _tasks(path: Path) -> list[Any]:
    if not path.is_file():
        cause = "is no file" if path.exists() else "does not exist"
        raise CorpusError([problem("no_corpus", path, cause, "name the JSON export of the project")])
    text = read_text(path)
    if isinstance(text, Problem):
        raise CorpusError([text])
    try:
        tasks = json.loads(text)
    except ValueError:
        tasks = None
    if not isinstance(tasks, list):
        cause = "is no JSON array of tasks"
        raise CorpusError([problem("line", path, cause, "export the project as JSON")])
    return tasks


def _who(annotation: Mapping[str, Any], place: int) -> str:
    """Name of the annotator: Label Studio's number of the user, else the annotation's place."""
    by = annotation.get("completed_by")
    if isinstance(by, Mapping):
        by = by.get("id")
    return f"user {by}" if isinstance(by, int | str) else f"annotation {place}"


def _name(task: object, place: int) -> str:
    data = task.get("data") if isinstance(task, Mapping) else None
    return str(data.get("note_id") or f"task_{place}") if isinstance(data, Mapping) else f"task_{place}"


def _latest(annotations: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Annotator and annotation; of several by one annotator the last one."""
    by_user: dict[str, Mapping[str, Any]] = {}
    for place, annotation in enumerate(annotations, start=1):
        by_user[_who(annotation, place)] = annotation
    return sorted(by_user.items())


def _one(
    out: Corrections, task: Mapping[str, Any], place: int, path: Path, units: Units | None
) -> GoldNote | None:
    """The gold of one task; problems and repairs go to ``out``."""
    done = task.get("annotations")
    done = (
        [a for a in done if isinstance(a, Mapping) and not a.get("was_cancelled")]
        if isinstance(done, list)
        else []
    )
    if not done:
        out.waiting.append(_name(task, place))
        return None
    read: list[tuple[str, GoldNote]] = []
    whole = True
    for who, annotation in _latest(done):
        for raw in documents([{**task, "annotations": [annotation]}], path):
            if isinstance(raw, Problem):
                out.problems.append(replace(raw, cause=f"{raw.cause} ({who})"))
                whole = False
                continue
            settled = settle(raw, units or FORMATS["label-studio"].units, fixed=units is not None)
            out.repairs += settled.repairs
            out.problems += [replace(p, cause=f"{p.cause} ({who})") for p in settled.problems]
            if settled.note is None:
                whole = False
            else:
                read.append((who, settled.note))
    out.annotations += len(read)
    if not whole or not read:
        return None
    if len({note.text for _, note in read}) > 1:
        out.problems.append(
            problem(
                "text",
                path,
                "its annotations are of different texts",
                "export again",
                note=_name(task, place),
            )
        )
        return None
    note, conflicts = merged(read)
    out.conflicts += conflicts
    return note


def import_corrections(
    path: Path,
    *,
    set_name: str | None = None,
    units: Units | None = None,
) -> Corrections:
    """Read a Label Studio export (JSON, or JSON-MIN's full form) as gold.

    A note with an annotation that cannot be used is a problem, and the others go on. A task without an
    annotation is no gold, whatever its prediction says: it waits.

    Parameters
    ----------
    path
        The export.
    set_name
        Set of the notes; by default the one that they came from.
    units
        What the offsets count; by default code points, and others where these do not name the quoted words.

    Raises
    ------
    CorpusError
        Where the file cannot be read as an export at all.
    """
    out = Corrections()
    seen: set[str] = set()
    for place, task in enumerate(_tasks(path), start=1):
        if not isinstance(task, Mapping):
            cause = f"task {place} is no object"
            out.problems.append(problem("line", path, cause, "export the project as JSON"))
            continue
        note = _one(out, task, place, path, units)
        if note is None:
            continue
        if set_name is not None:
            note = replace(note, set=set_name, split=None)
        trouble = name_trouble(note, seen)
        if trouble is not None:
            code, _, cause, mend = trouble
            out.problems.append(problem(code, path, cause, mend, note=note.note_id))
            continue
        seen.add(note.note_id.casefold())
        out.notes.append(note)
    return out

"""Whole corpora out of and into exchange formats."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.corpus.exchange import Raw, Record, record
from pipeline.corpus.formats import FORMATS, Lost
from pipeline.corpus.model import Corpus, CorpusError, GoldNote, Problem, problem
from pipeline.corpus.repair import Repair
from pipeline.corpus.settle import settle
from pipeline.corpus.units import Units
from pipeline.corpus.write import write_records
from pipeline.errors import OutputError, UsageError

#: Shows the progress of an iteration: takes an iterable and how many are awaited (None: not known).
Watch = Callable[[Iterable[Any], int | None], Iterable[Any]]


def _unwatched(things: Iterable[Any], total: int | None) -> Iterable[Any]:
    return things


@dataclass
class Imported:
    """What an import brought: notes that are whole, what was mended, and what could not be."""

    notes: list[GoldNote] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "notes": len(self.notes),
            "repairs": [r.as_dict() for r in self.repairs],
            "problems": [p.as_dict() for p in self.problems],
        }


def _free(target: Path) -> None:
    """Refuse to write over a folder that holds something.

    Raises
    ------
    OutputError
        Naming the folder.
    """
    if target.is_dir() and any(target.iterdir()):
        raise OutputError(str(target), "is a folder that holds files", "name a new folder")
    if not target.parent.is_dir():
        raise OutputError(str(target), f"the folder {target.parent} does not exist", "create it first")


def _placed(target: Path, write: Callable[[Path], Any]) -> Any:
    """Write beside the target, then move into place: whole or not at all, for its owner's eyes alone."""
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".notewarrant-") as folder:
            out = write(Path(folder) / target.name)
            for path in Path(folder).rglob("*"):
                path.chmod(0o700 if path.is_dir() else 0o600)
            for path in sorted(Path(folder).iterdir()):
                place = target.parent / path.name
                if place.is_dir():
                    place.rmdir()  # _free() saw that it is empty
                path.replace(place)
    except OSError as error:
        raise OutputError(
            str(target), f"cannot be written ({error.strerror})", "choose another place"
        ) from None
    return out


def export_corpus(
    corpus: Corpus, to: str, target: Path, *, units: Units | None = None, watch: Watch = _unwatched
) -> list[Lost]:
    """Write a corpus in a format; what the format's own form could not hold comes back.

    Raises
    ------
    OutputError
        Where the target cannot be written.
    """
    made = FORMATS[to]
    if made.target == "folder":
        _free(target)
    elif target.is_dir():
        raise OutputError(str(target), "is a folder", f"name a file: {made.name} is one file")
    elif not target.parent.is_dir():
        raise OutputError(str(target), f"the folder {target.parent} does not exist", "create it first")
    records = watch((record(n) for n in corpus.notes), len(corpus.notes))
    lost: list[Lost] = _placed(target, lambda place: made.write(records, place, units or made.units))
    return lost


def read_documents(path: Path, of: str) -> Iterator[Raw | Problem]:
    """The documents of a file or folder in a format, before offsets are trusted.

    Raises
    ------
    CorpusError
        Where there is no such file or folder.
    """
    made = FORMATS[of]
    sound = path.is_dir() if made.target == "folder" else path.is_file()
    if not sound:
        cause = f"is no {made.target}" if path.exists() else "does not exist"
        raise CorpusError([problem("no_corpus", path, cause, f"{made.title} is read from a {made.target}")])
    yield from made.read(path)


def import_notes(path: Path, of: str, *, units: Units | None = None, watch: Watch = _unwatched) -> Imported:
    """Read, check and mend. A document that cannot be mended is a problem, the others go on.

    ``units`` tells what the offsets count; without it the format's own are taken, and others tried where
    these do not name the quoted words.

    Raises
    ------
    CorpusError
        Where there is nothing to read.
    """
    out = Imported()
    seen: set[str] = set()
    splits: dict[str, str | None] = {}
    for raw in watch(read_documents(path, of), None):
        if isinstance(raw, Problem):
            out.problems.append(raw)
            continue
        settled = settle(raw, units or FORMATS[of].units, fixed=units is not None)
        out.repairs += settled.repairs
        out.problems += settled.problems
        note = settled.note
        if note is None:
            continue
        trouble = name_trouble(note, seen)
        if trouble is None and splits.setdefault(note.set, note.split) != note.split:
            trouble = ("split", "import", "its set stands in another split", "leave each set in one split")
        if trouble is not None:
            out.problems.append(problem(*trouble, line=raw.line, note=note.note_id))
            continue
        seen.add(note.note_id.casefold())
        out.notes.append(note)
    return out


def name_trouble(note: GoldNote, seen: set[str]) -> tuple[str, str, str, str] | None:
    """Code, file, cause and mend where the note's id cannot name a file of its own."""
    for name in (note.note_id, note.set):
        if (
            not name
            or len(name) > 120
            or name.startswith(".")
            or not all(c.isalnum() or c in "-_. " for c in name)
        ):
            return "note_id", "import", "its id or set is no file name", "use letters, digits, - and _"
    if note.note_id.casefold() in seen:
        return "duplicate_id", "import", "another document has this id", "give each document an id of its own"
    return None


def write_corpus(imported: Imported, target: Path) -> None:
    """The notes as a new corpus folder.

    Raises
    ------
    OutputError
        Where the folder holds something already, or cannot be written.
    UsageError
        Where there are no notes to write.
    """
    _free(target)
    if not imported.notes:
        raise UsageError(str(target), "no document could be imported", "see the problems above")
    records: list[Record] = [record(n) for n in imported.notes]
    _placed(target, lambda place: write_records(records, place))

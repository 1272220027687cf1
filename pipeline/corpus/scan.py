"""One pass over a corpus folder: the notes that are whole, and every problem on the way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.corpus.card import CARD, CorpusCard, read_card
from pipeline.corpus.legal import faults
from pipeline.corpus.lines import json_lines
from pipeline.corpus.locate import locate
from pipeline.corpus.model import CorpusError, GoldNote, Kind, Problem, Severity, problem
from pipeline.documents import read_document
from pipeline.errors import DocumentError

GOLD = "gold.jsonl"
NOTES = "notes"


@dataclass
class Scan:
    """What a folder holds. ``notes`` are those without an error of their own."""

    path: Path
    card: CorpusCard | None
    notes: list[GoldNote] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """Of the card; a folder without a card holds charts."""
        return self.card.kind if self.card else "charts"


def sets_of(path: Path, card: CorpusCard | None) -> Iterator[tuple[str, Path, str | None]]:
    """Name, folder and split of each set.

    Raises
    ------
    CorpusError
        Where the folder is no corpus, or a set of the card has no folder.
    """
    if card is None:
        if not (path / GOLD).is_file():
            mend = f"give a folder with {CARD}, or with {GOLD} and {NOTES}/"
            raise CorpusError([problem("no_corpus", path, "is no corpus", mend)])
        yield path.name, path, None
        return
    for name, of in card.sets.items():
        folder = path / name
        if not (folder / GOLD).is_file():
            raise CorpusError(
                [problem("set_missing", path / CARD, f"set {name} has no {name}/{GOLD}",
                         "add the folder or drop the set from the card")]
            )  # fmt: skip
        yield name, folder, of.split


def lines_of(file: Path) -> Iterator[tuple[int, Any]]:
    """Line number and JSON value; the value is a ``Problem`` where there is none."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        yield (
            0,
            problem("gold_unreadable", file, f"cannot be read ({type(error).__name__})", "save it as UTF-8"),
        )
        return
    for number, value in json_lines(text):
        if isinstance(value, dict) and isinstance(value.get("note_id"), str):
            yield number, value
        else:
            cause = "is no JSON object with a note_id"
            yield number, problem("gold_line", file, cause, "write one JSON object a line", line=number)


def _note(
    scan: Scan, folder: Path, set_name: str, split: str | None, line: int, gold: dict[str, Any]
) -> GoldNote | None:
    """The note of one line; None where it cannot be used."""
    note_id, file = gold["note_id"], folder / GOLD
    report = partial(_report, file=file, line=line, note=note_id)
    if Path(note_id).name != note_id or note_id in (".", ".."):
        scan.problems.append(report("note_id", "note_id is no file name", "use letters, digits, - and _"))
        return None
    path = folder / NOTES / f"{note_id}.txt"
    try:
        text = read_document(path).text
    except DocumentError as error:
        code = "gold_without_note" if not path.is_file() else "note_unreadable"
        scan.problems.append(report(code, f"{NOTES}/{path.name} {error.cause}", error.mend))
        return None
    mine = [
        report("illegal_value", cause, "see corpora/GUIDELINES.md for the legal values")
        for cause in dict.fromkeys(faults(gold))
    ]
    document_type = gold.get("document_type")
    located = locate(gold, text, report)
    mine += located.problems
    scan.problems += mine
    if any(p.severity == "error" for p in mine):
        return None
    return GoldNote(note_id, set_name, split, text, gold, document_type, located.spans)


def _report(code: str, cause: str, mend: str, *, severity: str = "error", **where: Any) -> Problem:
    level: Severity = "warning" if severity == "warning" else "error"
    return problem(code, where.pop("file"), cause, mend, severity=level, **where)


def scan(path: Path, *, split: str | None = None, sets: Collection[str] | None = None) -> Scan:
    """Read the sets that are asked for.

    Raises
    ------
    CorpusError
        Where there is nothing to read: no folder, no card and no gold, a broken card, an unknown set.
    """
    if not path.is_dir():
        raise CorpusError([problem("no_corpus", path, "is no folder", "check the path")])
    out = Scan(path, read_card(path))
    if out.kind == "traps":
        mend = "notewarrant corpus check reads it; from Python use load_traps"
        raise CorpusError([problem("kind", path / CARD, "is a corpus of traps, not of charts", mend)])
    found = list(sets_of(path, out.card))
    unknown = sorted(set(sets or ()) - {name for name, _, _ in found})
    if unknown:
        names = ", ".join(name for name, _, _ in found)
        raise CorpusError([problem("no_set", path, f"has no set {unknown[0]}", f"choose of {names}")])
    seen: dict[str, str] = {}
    for set_name, folder, of in found:
        if (sets is not None and set_name not in sets) or (split is not None and of != split):
            continue
        mine: set[str] = set()
        for line, gold in lines_of(folder / GOLD):
            if isinstance(gold, Problem):
                out.problems.append(gold)
                continue
            note_id = gold["note_id"]
            mine.add(note_id)
            if note_id in seen:
                cause = f"note_id stands already in set {seen[note_id]}"
                mend = "give each note an id of its own"
                out.problems.append(
                    problem("duplicate_id", folder / GOLD, cause, mend, line=line, note=note_id)
                )
                continue
            seen[note_id] = set_name
            note = _note(out, folder, set_name, of, line, gold)
            if note is not None:
                out.notes.append(note)
        for file in sorted((folder / NOTES).glob("*.txt")):
            if file.stem not in mine:
                out.problems.append(
                    problem("note_without_gold", file, f"has no line in {GOLD}",
                            "annotate the note or take it out", note=file.stem)
                )  # fmt: skip
    return out


def digest(notes: Collection[GoldNote]) -> str:
    """SHA-256 over ids, texts and annotations, in order."""
    out = hashlib.sha256()
    for note in notes:
        gold = json.dumps(note.gold, sort_keys=True, ensure_ascii=True)
        out.update(json.dumps([note.set, note.note_id, note.text, gold]).encode("ascii"))
    return out.hexdigest()

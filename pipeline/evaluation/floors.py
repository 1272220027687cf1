"""Floors: scores that must not fall. A file beside the corpus holds them, by split.

::

    tolerance: 0.01            # a share may lie this much below its floor; counts of faults may not rise
    floors:
      train:
        sets: [a, b]           # the notes that were scored
        notes: 48
        digest: 3f2a...        # of their texts and gold
        scores: {radicular.accuracy: 0.95, radicular.false_present: 2, ...}
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from pipeline.errors import UsageError
from pipeline.evaluation.bootstrap import scored
from pipeline.evaluation.evaluator import Evaluation, NoteResult
from pipeline.evaluation.families import CRITERIA, LIST_FAMILIES, PAIN, STATUS_FAMILIES
from pipeline.evaluation.measures import COUNTS
from pipeline.evaluation.runs import note_digest
from pipeline.evaluation.selection import ALL_BUT_TEST

#: Share by which a score may lie below its floor where the file states nothing.
TOLERANCE: Final = 0.01
#: Measures that have a floor; attributes move with the entries that they stand in, and have none.
FLOORED: Final = (
    *(f"{f}.accuracy" for f in STATUS_FAMILIES),
    *COUNTS,
    *(f"{f}.f1" for f in LIST_FAMILIES),
    *(f"pain.{p}" for p in PAIN),
    "request.procedures",
    "request.diagnoses",
    *(f"criteria.{c}" for c in CRITERIA),
)


@dataclass(frozen=True, slots=True)
class Fall:
    """A score below its floor (a count of faults above it)."""

    split: str
    measure: str
    floor: float
    value: float | None

    def __str__(self) -> str:
        value = "nothing to measure" if self.value is None else f"{self.value:.4g}"
        return f"{self.split}: {self.measure} was {self.floor:.4g} and is {value}"


def _digest(notes: Sequence[NoteResult]) -> str:
    total = hashlib.sha256()
    for n in sorted(notes, key=lambda n: n.note.note_id):
        total.update(f"{n.note.note_id}:{note_digest(n.note)};".encode())
    return total.hexdigest()


def _values(notes: Sequence[NoteResult]) -> dict[str, float | None]:
    scores = scored([n.counts for n in notes], resamples=0)
    return {name: scores[name].value for name in FLOORED}


def _entry(notes: Sequence[NoteResult]) -> dict[str, Any]:
    known = {name: v for name, v in _values(notes).items() if v is not None}
    return {
        "sets": sorted({n.note.set for n in notes}),
        "notes": len(notes),
        "digest": _digest(notes),
        "scores": {name: int(v) if name in COUNTS else round(v, 4) for name, v in known.items()},
    }


def _by_split(notes: Sequence[NoteResult]) -> dict[str, list[NoteResult]]:
    out: dict[str, list[NoteResult]] = {}
    for n in notes:
        out.setdefault(n.note.split or "all", []).append(n)
    return out


def read_floors(path: Path) -> Mapping[str, Any]:
    """The file's content.

    Raises
    ------
    UsageError
        Where it cannot be read, or is no file of floors.
    """
    mend = "write it with --write-floor"
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(str(path), f"cannot be read ({error.strerror})", mend) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise UsageError(str(path), "is not valid YAML", mend) from None
    good = (
        isinstance(data, dict)
        and isinstance(data.get("tolerance"), int | float)
        and isinstance(data.get("floors"), dict)
        and all(
            isinstance(f, dict) and {"sets", "digest", "scores"} <= set(f) for f in data["floors"].values()
        )
    )
    if not good:
        raise UsageError(str(path), "is no file of floors", mend)
    return dict(data)


def floors_text(evaluation: Evaluation, command: str, older: Mapping[str, Any] | None = None) -> str:
    """The file that makes today's scores the floors; splits that were not evaluated keep theirs.

    Parameters
    ----------
    evaluation
        The judged notes.
    command
        How the file was written, for its first line.
    older
        The file as it was, if there was one: its tolerance and other splits are kept.
    """
    floors = dict((older or {}).get("floors", {}))
    for split, notes in _by_split(evaluation.notes).items():
        floors[split] = _entry(notes)
    tolerance = (older or {}).get("tolerance", TOLERANCE)
    body = yaml.safe_dump(
        {"tolerance": tolerance, "floors": dict(sorted(floors.items()))},
        sort_keys=False, width=110, allow_unicode=True,
    )  # fmt: skip
    head = "# Scores that must not fall by more than the tolerance (counts of faults: not rise). Written by\n"
    return f"{head}# {command}\n{body}"


def _concerns(split: str, floor: Mapping[str, Any], evaluation: Evaluation, sets: set[str]) -> bool:
    """Whether a floor is of what was evaluated, if only in part: by its sets, or by the split's name."""
    if sets & set(floor["sets"]):
        return True
    if evaluation.sets is not None:
        return False
    if evaluation.split == ALL_BUT_TEST:
        return split != "test"
    return evaluation.split in (None, split)


def falls(evaluation: Evaluation, floors: Mapping[str, Any], where: str) -> list[Fall]:
    """Every stored score that fell, over the splits that were evaluated.

    Sets that came to a split after its floors were written take no part.

    Raises
    ------
    UsageError
        Where texts or gold changed since the floors were written, no floor concerns what was evaluated, or
        one that does was taken of sets that are not there.
    """
    sets = {n.note.set for n in evaluation.notes}
    if not any(sets & set(floor["sets"]) for floor in floors["floors"].values()):
        raise UsageError(where, "holds no floors of the sets that were evaluated", "name a split it holds")
    out: list[Fall] = []
    for split, floor in floors["floors"].items():
        missing = sorted(set(floor["sets"]) - sets)
        if missing and not _concerns(split, floor, evaluation, sets):
            continue
        if missing:
            raise UsageError(
                where, f"the floors of {split} are of sets too that were not evaluated: {', '.join(missing)}",
                "evaluate the split whole; where a set is gone, write the floors again with --write-floor",
            )  # fmt: skip
        notes = [n for n in evaluation.notes if n.note.set in floor["sets"]]
        if _digest(notes) != floor["digest"]:
            raise UsageError(
                where, f"texts or gold of {split} changed since its floors were written",
                "look at the scores, then write the floors again with --write-floor",
            )  # fmt: skip
        values = _values(notes)
        for name, least in floor["scores"].items():
            value = values.get(name)
            if name in COUNTS:
                fell = value is None or value > least
            else:
                fell = value is None or value < least - floors["tolerance"] - 1e-9
            if fell:
                out.append(Fall(split, name, least, value))
    return out

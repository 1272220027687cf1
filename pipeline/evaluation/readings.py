"""Somebody else's reading of the notes in place of the extractor's: a second reader, or another system.

With a second reader's annotation the scores are the agreement of two readers: what can be reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.corpus import Corpus
from pipeline.corpus.lines import json_lines
from pipeline.errors import UsageError
from pipeline.evaluation import families as fam
from pipeline.evaluation.predict import Prediction
from pipeline.evaluation.values import accepted, status_values

Reading = Mapping[str, Any]


def _reading(data: Mapping[str, Any]) -> dict[str, Any]:
    """A reader's first choice, where several values were left open."""
    out = dict(data)
    for family in fam.STATUS_FAMILIES:
        regions = data.get(family) or {}
        out[family] = {
            r: {"status": status_values(data, family, r)[0]}
            for r, e in regions.items()
            if isinstance(e, Mapping)
        }
    for family in fam.LIST_FAMILIES:
        out[family] = [{k: accepted(v)[0] for k, v in item.items()} for item in data.get(family) or ()]
    out["pain"] = {k: accepted(v)[0] for k, v in (data.get("pain") or {}).items()}
    if "criteria" in data:
        out["criteria"] = {k: accepted(v)[0] for k, v in data["criteria"].items()}
    return out


def read_readings(path: Path) -> dict[str, Prediction]:
    """Readings by note id from a file of JSON lines in the shape of ``corpora/GUIDELINES.md``.

    Raises
    ------
    UsageError
        Where the file cannot be read, a line is no such object, or a note stands twice.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(str(path), f"cannot be read ({type(error).__name__})", "give a UTF-8 file") from None
    out: dict[str, Prediction] = {}
    for number, data in json_lines(text):
        place = f"{path}:{number}"
        try:
            note_id = data["note_id"]
            reading = _reading(data)
        except (KeyError, TypeError, AttributeError):
            mend = "write one object a line as corpora/GUIDELINES.md describes"
            raise UsageError(place, "is no reading of a note", mend) from None
        if note_id in out:
            raise UsageError(place, f"note {note_id} stands twice", "keep one reading of each note")
        out[note_id] = Prediction(note_id, reading)
    if not out:
        raise UsageError(str(path), "holds no reading", "write one object a line")
    return out


def narrowed(corpus: Corpus, readings: Mapping[str, Prediction], path: Path) -> Corpus:
    """The corpus with the notes that were read.

    Raises
    ------
    UsageError
        Where a reading has no note in the corpus as chosen.
    """
    notes = tuple(n for n in corpus.notes if n.note_id in readings)
    strange = sorted(set(readings) - {n.note_id for n in notes})
    if strange:
        cause = f"reads notes that are not chosen: {', '.join(strange[:5])}"
        raise UsageError(
            str(path), cause, "choose their sets or split (a test split is left out unless named)"
        )
    return replace(corpus, notes=notes)

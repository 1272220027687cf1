"""doccano: JSON Lines of a sequence labelling project.

A line has ``text`` and ``label`` as ``[start, end, family]``. doccano keeps further columns as metadata and
hands them back, so that the envelope travels as a column of its own. Its page counts UTF-16 units.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.corpus.exchange import ENVELOPE, Raw, Record, envelope
from pipeline.corpus.formats.base import Format, Lost, dumps, offsets, read_lines, whole
from pipeline.corpus.formats.known import exported, recognise
from pipeline.corpus.model import Problem, problem
from pipeline.corpus.units import Units


def write(records: Iterable[Record], target: Path, units: Units) -> list[Lost]:
    """One file, one note a line."""
    with target.open("w", encoding="utf-8", newline="") as out:
        for taken in records:
            labels = [
                [*offsets(taken.text, a, b, units), item.family]
                for item in taken.items
                for a, b in item.spans
            ]
            line = {
                "id": taken.note_id,
                "text": taken.text,
                "label": sorted(labels),
                ENVELOPE: envelope(taken, spans=True),
            }
            out.write(dumps(line) + "\n")
    return []


def _envelope(line: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The envelope as a column, or among the metadata, as an object or as its text."""
    for place in (line, line.get("meta"), line.get("metadata")):
        found = place.get(ENVELOPE) if isinstance(place, Mapping) else None
        if isinstance(found, str):
            try:
                found = json.loads(found)
            except ValueError:
                found = None
        if isinstance(found, Mapping):
            return found
    return None


def _labels(line: Mapping[str, Any]) -> list[tuple[int, int, str]] | None:
    """The labels in either of doccano's shapes; None where one is broken."""
    out = []
    for key in ("label", "labels", "entities"):
        labels = line.get(key) or []
        if not isinstance(labels, list):
            return None
        for x in labels:
            one = [x.get("start_offset"), x.get("end_offset"), x.get("label")] if isinstance(x, dict) else x
            if not isinstance(one, list) or len(one) < 3 or not whole(one[0]) or not whole(one[1]):
                return None
            out.append((one[0], one[1], str(one[2])))
    return out


def read(target: Path) -> Iterator[Raw | Problem]:
    """The lines of a file."""
    for number, line in read_lines(target):
        if isinstance(line, Problem):
            yield line
            continue
        data = _envelope(line)
        text = line.get("text", line.get("data"))
        note_id = str((data or {}).get("note_id") or line.get("id") or f"line_{number}")
        labels = _labels(line)
        if not isinstance(text, str) or labels is None:
            cause = (
                "has no text" if not isinstance(text, str) else "has a label that is no [start, end, family]"
            )
            yield problem("line", target, cause, "export the project again", line=number, note=note_id)
            continue
        marks = tuple(recognise(text, labels, exported(data), FORMAT.units))
        yield Raw(str(target), number, note_id, text, marks, data)


FORMAT = Format("doccano", "doccano JSON Lines (sequence labelling)", "utf16", "file", write, read)

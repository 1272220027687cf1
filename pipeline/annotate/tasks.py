"""Chosen notes as Label Studio tasks whose predictions are what the product found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.annotate.choose import Chosen
from pipeline.annotate.reading import Reading
from pipeline.corpus.exchange import Record, record
from pipeline.corpus.formats.label_studio import task
from pipeline.corpus.model import GoldNote, GoldSpan
from pipeline.corpus.quotes import FAMILIES, entries

#: Fields of a prediction's entries that are no annotation.
_OURS = frozenset({"id", "evidence"})


def _evidence(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Quotes without the document, each place once, of overlapping places the first."""
    out: list[dict[str, Any]] = []
    for e in value.get("evidence", ()):
        if all(e["end"] <= x["start"] or x["end"] <= e["start"] for x in out):
            out.append({"quote": e["quote"], "start": e["start"], "end": e["end"]})
    return out


def _bare(value: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in value.items() if k not in _OURS} | {"evidence": _evidence(value)}


def predicted_record(reading: Reading) -> Record:
    """What was found, as an annotated note.

    Request and criteria are left out: no annotator sees them in the program, so they would come back as
    gold that nobody has judged.
    """
    note, guide = reading.note, reading.prediction.guide
    gold: dict[str, Any] = {"note_id": note.note_id}
    for family in FAMILIES:
        value = guide[family]
        if family == "pain":
            gold[family] = _bare(value)
        elif isinstance(value, Mapping):
            gold[family] = {region: _bare(v) for region, v in value.items()}
        else:
            gold[family] = [_bare(v) for v in value]
    if note.gold is not None and note.gold.document_type:
        gold["document_type"] = note.gold.document_type
    spans = tuple(
        GoldSpan(e.family, e.key, q["quote"], q["start"], q["end"])
        for e in entries(gold)
        for q in e.value["evidence"]
    )
    document_type = gold.get("document_type")
    return record(GoldNote(note.note_id, note.set, note.split, note.text, gold, document_type, spans))


def model_version(versions: Mapping[str, str]) -> str:
    """One word for all versions, with the product's own in front: it changes with any of them."""
    body = json.dumps(dict(versions), sort_keys=True)
    return f"notewarrant {versions['notewarrant']}+{hashlib.sha256(body.encode()).hexdigest()[:8]}"


def tasks(chosen: Sequence[Chosen], versions: Mapping[str, str]) -> list[dict[str, Any]]:
    """One task a note: text, a prediction, and why the note was chosen. All versions stand in its data."""
    version = model_version(versions)
    out = []
    for c in chosen:
        made = task(predicted_record(c.reading), "code_points")
        (annotation,) = made.pop("annotations")
        # Label Studio tells by the origin which regions an annotator has changed.
        result = [r | {"origin": "prediction"} if "origin" in r else r for r in annotation["result"]]
        made["predictions"] = [{"model_version": version, "score": round(c.score, 4), "result": result}]
        why = c.as_data()["criteria"]
        made["data"] |= {"why": {n: x["reasons"] for n, x in why.items()}, "versions": dict(versions)}
        out.append(made)
    return out

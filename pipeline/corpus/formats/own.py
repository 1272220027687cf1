"""The corpus format itself as an exchange format: repairs offsets, and gives offsets to bare quotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.corpus.card import read_card
from pipeline.corpus.exchange import Mark, Raw, Record, item_id
from pipeline.corpus.formats.base import Format, Lost
from pipeline.corpus.model import CorpusError, Problem, problem
from pipeline.corpus.quotes import FAMILIES, entries, places
from pipeline.corpus.scan import GOLD, NOTES, lines_of, sets_of
from pipeline.corpus.units import Units
from pipeline.documents import read_document
from pipeline.errors import DocumentError


def _marks(gold: Mapping[str, Any], text: str) -> Iterator[Mark]:
    for entry in entries(gold):
        evidence = entry.value.get("evidence")
        for order, given in enumerate(evidence if isinstance(evidence, list) else []):
            quote = given.get("quote") if isinstance(given, Mapping) else given
            if not isinstance(quote, str):
                continue
            start, end = (
                (given.get("start"), given.get("end")) if isinstance(given, Mapping) else (None, None)
            )
            if not isinstance(start, int) or not isinstance(end, int):
                # A quote without offsets names its first place, as when a corpus is loaded.
                found = places(quote, text)
                start, end = found[0] if found else (0, 0)
            name = item_id(entry.family, entry.key)
            yield Mark(entry.family, start, end, item=name, quote=quote, order=order)


def _envelope(gold: Mapping[str, Any], set_name: str, split: str | None) -> dict[str, Any]:
    found = list(entries(gold))
    return {
        "set": set_name,
        "split": split,
        "items": {
            item_id(e.family, e.key): {k: v for k, v in e.value.items() if k != "evidence"} for e in found
        },
        "bare": [item_id(e.family, e.key) for e in found if not e.value.get("evidence")],
        "rest": {k: v for k, v in gold.items() if k not in FAMILIES and k != "note_id"},
    }


def read(target: Path) -> Iterator[Raw | Problem]:
    """The notes of a corpus folder, with whatever offsets they have."""
    try:
        sets = list(sets_of(target, read_card(target)))
    except CorpusError as error:
        yield from error.problems
        return
    for set_name, folder, split in sets:
        for line, gold in lines_of(folder / GOLD):
            if isinstance(gold, Problem):
                yield gold
                continue
            note_id = gold["note_id"]
            path = folder / NOTES / f"{note_id}.txt"
            try:
                text = read_document(path).text
            except DocumentError as error:
                cause = f"{NOTES}/{path.name} {error.cause}"
                yield problem("note_unreadable", folder / GOLD, cause, error.mend, line=line, note=note_id)
                continue
            marks = tuple(_marks(gold, text))
            yield Raw(str(folder / GOLD), line, note_id, text, marks, _envelope(gold, set_name, split))


def write(records: Iterable[Record], target: Path, units: Units) -> list[Lost]:
    """A corpus folder; see ``pipeline.corpus.write``."""
    from pipeline.corpus.write import write_records

    write_records(list(records), target)
    return []


FORMAT = Format("corpus", "the corpus format itself", "code_points", "folder", write, read)

"""A note as the exchange formats see it: items with values and places, and the rest of the annotation.

An export writes marks (places with a label) where a program shows them, and an envelope, a JSON object that
the program carries along unseen: what its own form has no room for. An import reads both back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.corpus.model import GoldNote
from pipeline.corpus.quotes import FAMILIES, LIST_FAMILIES, REGION_FAMILIES, entries

#: Name of the envelope and version of its shape.
ENVELOPE = "notewarrant"
VERSION = 1


@dataclass(frozen=True)
class Item:
    """One entry of an annotation: values without evidence, and the places of its quotes."""

    family: str
    key: int | str | None
    values: Mapping[str, Any]
    spans: tuple[tuple[int, int], ...]

    @property
    def id(self) -> str:
        """``therapies.0``, ``radicular.lumbar``, ``pain``."""
        return item_id(self.family, self.key)


@dataclass(frozen=True)
class Record:
    """A note to write. ``rest`` is the annotation without its entries."""

    note_id: str
    set: str
    split: str | None
    text: str
    items: tuple[Item, ...]
    rest: Mapping[str, Any]

    def quotes(self, item: Item) -> list[str]:
        """The words at the item's places."""
        return [self.text[a:b] for a, b in item.spans]


@dataclass(frozen=True)
class Mark:
    """A place with a label, as a program hands it back: offsets in the program's units.

    Attributes
    ----------
    item
        Id of the item it was written for; None where an annotator added it.
    quote
        The words that the program holds for it, None where it holds none.
    shown
        Values as the program shows them, by field; None where it shows none on this mark.
    group
        Marks with one group are one item, where ``item`` is None.
    order
        Place among the quotes of its item, where the program may have sorted them anew.
    was
        Place in code points at which it was exported, where it is another now.
    """

    family: str
    start: int
    end: int
    item: str | None = None
    quote: str | None = None
    shown: Mapping[str, str] | None = None
    group: str | None = None
    order: int | None = None
    was: tuple[int, int] | None = None


@dataclass(frozen=True)
class Raw:
    """A document as a format's reader found it, before offsets are trusted.

    ``notes`` are changes that the reader itself saw, as ``(what, from, to)``.
    """

    file: str
    line: int | None
    note_id: str
    text: str
    marks: tuple[Mark, ...]
    envelope: Mapping[str, Any] | None
    notes: tuple[tuple[str, Any, Any], ...] = field(default=())


def item_id(family: str, key: int | str | None) -> str:
    """Family and key in one word."""
    return family if key is None else f"{family}.{key}"


def split_id(name: str) -> tuple[str, int | str | None]:
    """The other way: family and key of an item's id."""
    family, _, key = name.partition(".")
    if not key:
        return family, None
    return family, int(key) if family in LIST_FAMILIES and key.isdecimal() else key


def record(note: GoldNote) -> Record:
    """The note with its entries taken apart."""
    spans: dict[tuple[str, int | str | None], list[tuple[int, int]]] = {}
    for s in note.evidence:
        spans.setdefault((s.family, s.index_or_region), []).append((s.start, s.end))
    items = tuple(
        Item(
            e.family,
            e.key,
            {k: v for k, v in e.value.items() if k != "evidence"},
            tuple(spans.get((e.family, e.key), ())),
        )
        for e in entries(note.gold)
    )
    rest = {k: v for k, v in note.gold.items() if k not in FAMILIES and k != "note_id"}
    return Record(note.note_id, note.set, note.split, note.text, items, rest)


def compose(note_id: str, text: str, items: Iterable[Item], rest: Mapping[str, Any]) -> dict[str, Any]:
    """The annotation put together: keys in fixed order, evidence as quotes with code-point offsets."""
    gold: dict[str, Any] = {"note_id": note_id}
    gold |= {f: {} for f in REGION_FAMILIES} | {f: [] for f in LIST_FAMILIES}
    for item in items:
        evidence = [{"quote": text[a:b], "start": a, "end": b} for a, b in item.spans]
        value = dict(item.values)
        if evidence or item.family != "pain":
            value["evidence"] = evidence
        if item.family in REGION_FAMILIES:
            gold[item.family][item.key] = value
        elif item.family in LIST_FAMILIES:
            gold[item.family].append(value)
        else:
            gold[item.family] = value
    return gold | {k: rest[k] for k in sorted(rest) if k not in FAMILIES and k != "note_id"}


def located_gold(note: GoldNote) -> dict[str, Any]:
    """The annotation with every quote at its place: what a round trip has to give back."""
    taken = record(note)
    return compose(taken.note_id, taken.text, taken.items, taken.rest)


def text_digest(text: str) -> str:
    """SHA-256 of the text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def envelope(taken: Record, *, spans: bool = False) -> dict[str, Any]:
    """What travels beside the marks; with ``spans`` also the places, for forms that cannot name items."""
    out: dict[str, Any] = {
        "version": VERSION,
        "note_id": taken.note_id,
        "set": taken.set,
        "split": taken.split,
        "sha256": text_digest(taken.text),
        "items": {i.id: dict(i.values) for i in taken.items},
        "bare": [i.id for i in taken.items if not i.spans],
        "rest": dict(taken.rest),
    }
    returns = [i for i, c in enumerate(taken.text) if c == "\r" and taken.text[i + 1 : i + 2] == "\n"]
    if returns:
        out["carriage_returns"] = returns
    if spans:
        out["spans"] = [[i.id, a, b, taken.text[a:b]] for i in taken.items for a, b in i.spans]
    return out

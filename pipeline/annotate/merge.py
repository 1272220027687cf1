"""Annotations of one note by several annotators as one gold.

Entries of a list belong together where their quotes overlap or their first key field is the same
(``modality``, ``kind``, ``target``), best match first. Where the annotators agree a value stays as it is;
where they differ it becomes ``{"accept": [...]}`` with the first annotator's value first. An entry that
not all of them have gets ``required: false``: it may be found or left out. Quotes are joined, overlapping
ones to one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.corpus.exchange import Item, Record, compose, record
from pipeline.corpus.legal import accepted
from pipeline.corpus.model import GoldNote, GoldSpan
from pipeline.corpus.quotes import LIST_FAMILIES, REGION_FAMILIES

_FIRST_KEY = {
    "therapies": "modality",
    "injections": "kind",
    "ablations": "target",
    "surgeries": "kind",
    "red_flags": "kind",
}
_ABOUT = frozenset({"required", "remarks"})


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place where annotators of a note differ. ``field`` is empty where an entry as such is not in all."""

    note: str
    item: str
    field: str
    annotators: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "note": self.note, "item": self.item, "field": self.field, "annotators": list(self.annotators)
        }  # fmt: skip


@dataclass
class _Merged:
    """An entry on its way: its values so far, and who has it."""

    family: str
    key: int | str | None
    values: dict[str, Any]
    spans: list[tuple[int, int]]
    who: list[str]
    differ: dict[str, set[str]] = field(default_factory=dict)


def joined(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The places without overlap, in the order of the note."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return tuple(out)


def _alike(entry: _Merged, item: Item) -> int:
    """How well an item fits an entry of its family; 0 where it does not."""
    if item.family not in LIST_FAMILIES:
        return int(entry.key == item.key)
    first = _FIRST_KEY[item.family]
    same = bool(
        [
            v
            for v in accepted(item.values.get(first))
            if v in accepted(entry.values.get(first)) and v is not None
        ]
    )
    shared = any(a < d and c < b for a, b in item.spans for c, d in entry.spans)
    if not (same or shared):
        return 0
    status = item.values.get("status") in accepted(entry.values.get("status"))
    return 1 + 4 * same + 4 * shared + 2 * status


def _status_field(values: Mapping[str, Any]) -> dict[str, Any]:
    """A region's status in one form."""
    if "accept" not in values:
        return dict(values)
    rest = {k: v for k, v in values.items() if k not in ("accept", "status")}
    return {"status": {"accept": list(values["accept"])}, **rest}


def _joined_values(entry: _Merged, new: Mapping[str, Any], who: str) -> None:
    for name in dict.fromkeys([*entry.values, *new]):
        if name in _ABOUT:
            if name == "required" and new.get(name, True) is not entry.values.get(name, True):
                entry.values[name] = False
            continue
        before, now = accepted(entry.values.get(name)), accepted(new.get(name))
        more = [v for v in now if v not in before]
        if more:
            entry.values[name] = {"accept": [*before, *more]}
        if before != now:
            entry.differ.setdefault(name, set()).add(who)


def _add(entries: list[_Merged], record_: Record, who: str) -> None:
    """One annotator's items into the entries, best fits first, each entry at most once."""
    items = [
        replace(i, values=_status_field(i.values)) if i.family in REGION_FAMILIES else i
        for i in record_.items
    ]
    fits = sorted(
        (
            (-_alike(e, i), n, m)
            for n, i in enumerate(items)
            for m, e in enumerate(entries)
            if e.family == i.family
        ),
        key=lambda x: x,
    )
    home: dict[int, _Merged] = {}
    for score, n, m in fits:
        if score < 0 and n not in home and all(entries[m] is not e for e in home.values()):
            home[n] = entries[m]
    for n, item in enumerate(items):
        entry = home.get(n)
        if entry is None:
            entries.append(_Merged(item.family, item.key, dict(item.values), list(item.spans), [who]))
            continue
        _joined_values(entry, item.values, who)
        entry.spans += item.spans
        entry.who.append(who)


def _items(entries: Sequence[_Merged], annotators: int) -> Iterator[Item]:
    for family in (*REGION_FAMILIES, *LIST_FAMILIES, "pain"):
        mine = [e for e in entries if e.family == family]
        for n, e in enumerate(mine):
            values = e.values
            if family in LIST_FAMILIES and len(e.who) < annotators:
                values = {**values, "required": False}
            yield Item(family, n if family in LIST_FAMILIES else e.key, values, joined(e.spans))


def merged(notes: Sequence[tuple[str, GoldNote]]) -> tuple[GoldNote, list[Conflict]]:
    """One note out of the annotations of several annotators, and where they differ.

    Parameters
    ----------
    notes
        Annotator and annotated note, at least one; all of the same text.
    """
    first = notes[0][1]
    if len(notes) == 1:
        return first, []
    entries: list[_Merged] = []
    for name, note in notes:
        _add(entries, record(note), name)
    items = tuple(_items(entries, len(notes)))
    everyone = tuple(name for name, _ in notes)
    conflicts = []
    for item, entry in zip(items, sorted(entries, key=lambda e: _rank(e.family)), strict=True):
        if entry.family in LIST_FAMILIES and len(entry.who) < len(notes):
            conflicts.append(Conflict(first.note_id, item.id, "", tuple(entry.who)))
        conflicts += [Conflict(first.note_id, item.id, name, everyone) for name in sorted(entry.differ)]
    gold = compose(first.note_id, first.text, items, record(first).rest)
    spans = tuple(GoldSpan(i.family, i.key, first.text[a:b], a, b) for i in items for a, b in i.spans)
    return replace(first, gold=gold, evidence=spans), conflicts


def _rank(family: str) -> int:
    return (*REGION_FAMILIES, *LIST_FAMILIES, "pain").index(family)

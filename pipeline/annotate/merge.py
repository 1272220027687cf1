"""Annotations of one note by several annotators as one gold.

Entries of a list are one where their key fields (``modality``, ``kind`` or ``target``, and ``status``) are
the same, those with overlapping quotes first. Where the annotators agree a value stays as it is; where they
differ it becomes ``{"accept": [...]}`` with the first annotator's value first. Quotes are joined,
overlapping ones to one.

Key fields hold no alternatives, since entries are matched by them: where annotators differ in one, each one's
entry stays an entry of its own. An entry that not all of them have gets ``required: false``: it may be found
or left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.corpus.exchange import Item, Record, compose, record
from pipeline.corpus.legal import NEEDED, accepted
from pipeline.corpus.model import GoldNote, GoldSpan
from pipeline.corpus.quotes import LIST_FAMILIES, REGION_FAMILIES

_ABOUT = frozenset({"required", "remarks"})


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place where annotators of a note differ.

    ``field`` is empty where an entry as such is not in all. ``apart``: the field is one of the key, so that
    each annotator's entry stands by itself, the first of them at ``item``.
    """

    note: str
    item: str
    field: str
    annotators: tuple[str, ...]
    apart: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "note": self.note, "item": self.item, "field": self.field, "annotators": list(self.annotators),
            "apart": self.apart,
        }  # fmt: skip


@dataclass
class _Merged:
    """An entry on its way: its values so far, and who has it.

    ``apart`` holds, by key field, the entries of others that have another value there and so stand by
    themselves; ``rival`` says that it is one of those.
    """

    family: str
    key: int | str | None
    values: dict[str, Any]
    spans: list[tuple[int, int]]
    who: list[str]
    differ: dict[str, set[str]] = field(default_factory=dict)
    apart: dict[str, list[_Merged]] = field(default_factory=dict)
    rival: bool = False


def joined(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The places without overlap, in the order of the note."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return tuple(out)


def _overlap(entry: _Merged, item: Item) -> bool:
    return any(a < d and c < b for a, b in item.spans for c, d in entry.spans)


def _differing(entry: _Merged, item: Item) -> tuple[str, ...]:
    """The key fields in which an item differs from an entry of its family."""
    return tuple(f for f in NEEDED.get(item.family, ()) if item.values.get(f) != entry.values.get(f))


def _same_entry(entry: _Merged, item: Item) -> int:
    """How well an item fits an entry that has its key; 0 where it has another."""
    if item.family not in LIST_FAMILIES:
        return int(entry.key == item.key)
    return 0 if _differing(entry, item) else 1 + _overlap(entry, item)


def _rivals(entry: _Merged, item: Item) -> int:
    """How well entries of different keys fit one thing: same quote, same modality, kind or target."""
    if item.family not in LIST_FAMILIES:
        return 0
    first = NEEDED[item.family][0]
    return 2 * _overlap(entry, item) + (item.values.get(first) == entry.values.get(first))


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


def _paired(
    entries: Sequence[_Merged], items: Mapping[int, Item], fit: Callable[[_Merged, Item], int]
) -> dict[int, int]:
    """Item to entry, best fits first, each at most once."""
    fits = sorted(
        (-fit(e, i), n, m) for n, i in items.items() for m, e in enumerate(entries) if e.family == i.family
    )
    home: dict[int, int] = {}
    for score, n, m in fits:
        if score < 0 and n not in home and m not in home.values():
            home[n] = m
    return home


def _add(entries: list[_Merged], record_: Record, who: str) -> None:
    """One annotator's items into the entries."""
    items = {
        n: replace(i, values=_status_field(i.values)) if i.family in REGION_FAMILIES else i
        for n, i in enumerate(record_.items)
    }
    home = _paired(entries, items, _same_entry)
    for n, m in home.items():
        _joined_values(entries[m], items[n].values, who)
        entries[m].spans += items[n].spans
        entries[m].who.append(who)
    left = {n: i for n, i in items.items() if n not in home}
    free = [e for m, e in enumerate(entries) if m not in home.values()]
    against = _paired(free, left, _rivals)
    for n, item in left.items():
        entry = _Merged(item.family, item.key, dict(item.values), list(item.spans), [who])
        if n in against:
            entry.rival = True
            other = free[against[n]]
            for name in _differing(other, item):
                other.apart.setdefault(name, []).append(entry)
        entries.append(entry)


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
        told = entry.rival or entry.apart
        if entry.family in LIST_FAMILIES and len(entry.who) < len(notes) and not told:
            conflicts.append(Conflict(first.note_id, item.id, "", tuple(entry.who)))
        for name in sorted(entry.apart):
            who = (*entry.who, *(w for other in entry.apart[name] for w in other.who))
            conflicts.append(Conflict(first.note_id, item.id, name, who, apart=True))
        conflicts += [Conflict(first.note_id, item.id, name, everyone) for name in sorted(entry.differ)]
    gold = compose(first.note_id, first.text, items, record(first).rest)
    spans = tuple(GoldSpan(i.family, i.key, first.text[a:b], a, b) for i in items for a, b in i.spans)
    return replace(first, gold=gold, evidence=spans), conflicts


def _rank(family: str) -> int:
    return (*REGION_FAMILIES, *LIST_FAMILIES, "pain").index(family)

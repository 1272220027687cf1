"""A document that a format's reader found, settled: text, offsets and items as an annotated note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple, get_args

from pipeline.corpus.card import Split
from pipeline.corpus.exchange import Item, Mark, Raw, compose, split_id
from pipeline.corpus.legal import faults
from pipeline.corpus.model import GoldNote, GoldSpan, Problem
from pipeline.corpus.quotes import FAMILIES, LIST_FAMILIES, REGION_FAMILIES
from pipeline.corpus.repair import Placed, Placer, Repair, ingested, restored
from pipeline.corpus.shown import blank, edited, shown
from pipeline.corpus.units import Units
from pipeline.errors import DocumentError

#: Set of notes that come from outside.
OUTSIDE = "imported"


class Settled(NamedTuple):
    """The note, None where a fault could not be mended; with what was mended and what was not."""

    note: GoldNote | None
    repairs: tuple[Repair, ...]
    problems: tuple[Problem, ...]


@dataclass
class _Draft:
    """An item while its marks come in."""

    item: Item
    bare: bool
    marks: list[Placed] = field(default_factory=list)


def _drafts(envelope: Mapping[str, Any], placer: Placer) -> dict[str, _Draft]:
    """The items that were exported, in their order."""
    items, bare = envelope.get("items", {}), envelope.get("bare", [])
    if not isinstance(items, Mapping) or not isinstance(bare, list):
        placer.fault("envelope", "its envelope is damaged", "export the note again")
        return {}
    out: dict[str, _Draft] = {}
    for name, values in items.items():
        family, key = split_id(name)
        sound = isinstance(key, int) if family in LIST_FAMILIES else family in FAMILIES
        if not sound or not isinstance(values, Mapping):
            placer.fault("envelope", "its envelope names an item that is none", "export the note again")
            continue
        out[name] = _Draft(Item(family, key, values, ()), name in bare)
    return out


def _new_item(drafts: dict[str, _Draft], one: Placed, placer: Placer) -> _Draft | None:
    """The draft that an annotator's new mark belongs to."""
    family, now = one.mark.family, one.mark.shown or {}
    if family in LIST_FAMILIES:
        taken = [d.item.key for d in drafts.values() if d.item.family == family]
        key: int | str | None = max((k for k in taken if isinstance(k, int)), default=-1) + 1
    else:
        key = now.get("region") if family in REGION_FAMILIES else None
        if family in REGION_FAMILIES and key is None:
            placer.fault("no_region", f"a new mark of {family} names no region", "choose its region")
            return None
    name = family if key is None else f"{family}.{key}"
    old = drafts.get(name)
    if old is not None and (not now or {**shown(old.item), **now} == shown(old.item)):
        placer.repaired("added", name, [one.start, one.end])  # another quote for what is there
        return old
    base = old.item if old else Item(family, key, blank(family), ())
    item, changed = edited(base, {**shown(base), **now})
    placer.repaired("edited" if old else "added", name, {f: now.get(f) for f in changed})
    drafts[name] = _Draft(item, bare=False, marks=old.marks if old else [])
    return drafts[name]


def _join(drafts: dict[str, _Draft], placed: Sequence[Placed], placer: Placer) -> None:
    """Marks to their items; values that were changed in the program to the items."""
    added: dict[str | None, _Draft] = {}
    for one in placed:
        mark = one.mark
        draft = drafts.get(mark.item or "")
        if draft is not None:
            if mark.order is None:
                placer.repaired("added", mark.item, [one.start, one.end])
            elif mark.shown is not None:
                _edit(draft, mark.shown, placer)
        elif mark.group in added:
            draft = added[mark.group]
            _edit(draft, {**shown(draft.item), **(mark.shown or {})}, placer)
        else:
            draft = _new_item(drafts, one, placer)
            if draft is None:
                continue
            if mark.group is not None:
                added[mark.group] = draft
        draft.marks.append(one)


def _edit(draft: _Draft, now: Mapping[str, str], placer: Placer) -> None:
    """Take over what an annotator changed of an item's values."""
    name, before = draft.item.id, shown(draft.item)
    draft.item, changed = edited(draft.item, now)
    if changed:
        old, new = ({f: x.get(f) for f in changed} for x in (before, shown(draft.item)))
        placer.repaired("edited", {"item": name, **old}, {"item": draft.item.id, **new})


def _finished(drafts: Mapping[str, _Draft], placer: Placer) -> Iterator[Item]:
    far = len(placer.text) + 1
    told = {d.item.id: name for name, d in drafts.items() if d.marks}
    for name, draft in drafts.items():
        if not draft.marks and (not draft.bare or draft.item.id in told):
            placer.repaired("dropped", name, None)
            continue
        if draft.item.family not in LIST_FAMILIES and told.get(draft.item.id, name) != name:
            placer.fault("region_twice", f"{draft.item.id} stands twice", "leave one status a region")
            continue
        # sorted() is stable: marks without an order keep that of the file, after those with one.
        marks = sorted(draft.marks, key=lambda p: far if p.mark.order is None else p.mark.order)
        spans = tuple((p.start, p.end) for p in marks)
        for (_, end), (start, to) in pairwise(sorted(spans)):
            if start < end:
                placer.repaired("overlap", [start, to], [start, to])
        yield Item(draft.item.family, draft.item.key, draft.item.values, spans)


def _known(marks: Sequence[Mark], placer: Placer) -> list[Mark]:
    """The marks whose label is a family of the guide."""
    out = []
    for mark in marks:
        if mark.family in FAMILIES:
            out.append(mark)
        else:
            placer.fault(
                "unknown_label", "a mark's label is no family of the guide", f"use {', '.join(FAMILIES)}"
            )
    return out


def _folded_units(units: Units, what: str | None) -> Units:
    """What offsets count, where the program had the text without its carriage returns."""
    if what != "carriage returns given back":
        return units
    folded: dict[Units, Units] = {"code_points": "crlf_as_one", "utf16": "utf16_crlf_as_one"}
    return folded.get(units, units)


def settle(raw: Raw, expected: Units, *, fixed: bool = False) -> Settled:
    """Check, mend and join what a reader found.

    ``expected`` is what the format counts; with ``fixed`` offsets are not probed for other units.
    """
    envelope = raw.envelope if isinstance(raw.envelope, Mapping) else {}
    try:
        taken, marks, changes = ingested(raw)
    except DocumentError as error:
        fault = Problem("no_note", "error", raw.file, raw.line, raw.note_id, error.cause, error.mend)
        return Settled(None, (), (fault,))
    text, what = restored(taken, envelope)
    placer = Placer(raw.note_id, text, raw.file, raw.line)
    for change in (*raw.notes, *changes):
        placer.repaired(*change)
    if what is not None:
        placer.repaired("text", "as exported", what)
    drafts = _drafts(envelope, placer)
    placed = placer.place(_known(marks, placer), _folded_units(expected, what), fixed)
    _join(drafts, placed, placer)
    items = tuple(_finished(drafts, placer))
    rest = envelope.get("rest")
    gold = compose(raw.note_id, text, items, rest if isinstance(rest, Mapping) else {})
    for cause in dict.fromkeys(faults(gold)):
        placer.fault("illegal_value", cause, "see corpora/GUIDELINES.md for the legal values")
    set_name, split = envelope.get("set") or OUTSIDE, envelope.get("split")
    if not isinstance(set_name, str) or split not in (*get_args(Split), None):
        placer.fault("envelope", "its envelope names a set or split that is none", "export the note again")
    if placer.problems:
        return Settled(None, tuple(placer.repairs), tuple(placer.problems))
    note = GoldNote(
        note_id=raw.note_id,
        set=str(set_name),
        split=split,
        text=text,
        gold=gold,
        document_type=gold.get("document_type"),
        evidence=tuple(
            GoldSpan(i.family, place, text[a:b], a, b)
            for i, place in zip(items, _places(items), strict=True)
            for a, b in i.spans
        ),
    )
    return Settled(note, tuple(placer.repairs), ())


def _places(items: Sequence[Item]) -> Iterator[int | str | None]:
    """Of each item its index in the family's list as it is written, or its key."""
    count: Counter[str] = Counter()
    for item in items:
        yield count[item.family] if item.family in LIST_FAMILIES else item.key
        count[item.family] += 1

"""Two runs of the same notes: what was mended, what broke, what is wrong in another way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pipeline.evaluation.bootstrap import Difference, compared
from pipeline.evaluation.judgement import Judgement
from pipeline.evaluation.runs import StoredNote

What = Literal["mended", "broke", "changed"]
#: Parts that follow from other parts; they are listed like the rest, after them.
ORDER: Final = {"broke": 0, "changed": 1, "mended": 2}


@dataclass(frozen=True, slots=True)
class Change:
    """One part of one note that two runs judge differently."""

    note_id: str
    what: What
    family: str
    part: str
    gold: str
    key: Mapping[str, Any]
    want: tuple[Any, ...]
    old: Any
    new: Any

    def as_data(self) -> dict[str, Any]:
        """The change as plain data."""
        return {
            "note_id": self.note_id, "what": self.what, "family": self.family, "part": self.part,
            "gold": self.gold, "key": dict(self.key), "want": list(self.want), "old": self.old,
            "new": self.new,
        }  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """A run against an older one.

    ``only_old`` and ``only_new`` are notes that one of them lacks; ``other`` are those whose text or gold is
    not the same in both. None of these takes part in anything here.
    """

    old: str
    new: str
    notes: int
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    other: tuple[str, ...]
    differences: Mapping[str, Difference]
    changes: tuple[Change, ...]

    def count(self, what: What) -> int:
        """How many parts were mended, broke or changed."""
        return sum(c.what == what for c in self.changes)


def _slot(j: Judgement) -> tuple[str, str, str]:
    return (j.family, j.part, j.gold or json.dumps(dict(j.key), sort_keys=True))


def _said(j: Judgement | None) -> Any:
    """What the prediction says in that part, as a reader wants to see it."""
    if j is None:
        return None
    if j.part == "entry":
        return j.verdict
    return list(j.got) if isinstance(j.got, tuple) else j.got


def _state(j: Judgement) -> tuple[str, str]:
    return ("wrong" if j.fault else "right", json.dumps(_said(j), sort_keys=True))


def _change(note_id: str, what: What, j: Judgement, old: Any, new: Any) -> Change:
    return Change(note_id, what, j.family, j.part, j.gold, j.key, j.want, old, new)


def _right_entries(note: StoredNote) -> set[tuple[str, str]]:
    """Family and gold index of the entries that were matched, whose attributes were judged."""
    return {(j.family, j.gold) for j in note.judgements if j.part == "entry" and j.verdict == "right"}


def _gold_parts(note_id: str, old: StoredNote, new: StoredNote) -> Iterator[Change]:
    """Parts that the gold has; attributes of an entry that only one run matched speak through the entry."""
    in_both = _right_entries(old) & _right_entries(new)

    def judged_alone(j: Judgement) -> bool:
        """Silent in both, and so not judged, until one of them spoke: a value out of nothing."""
        return j.fault and (j.part == "status" or j.family == "pain" or (j.family, j.gold) in in_both)

    before = {_slot(j): j for j in old.judgements if j.verdict != "extra"}
    after = {_slot(j): j for j in new.judgements if j.verdict != "extra"}
    for slot, b in after.items():
        a = before.get(slot)
        if a is None:
            if judged_alone(b):
                yield _change(note_id, "broke", b, None, _said(b))
            continue
        if a.fault != b.fault:
            yield _change(note_id, "broke" if b.fault else "mended", b, _said(a), _said(b))
        elif b.fault and _state(a) != _state(b):
            yield _change(note_id, "changed", b, _said(a), _said(b))
    for slot, a in before.items():
        if slot not in after and judged_alone(a):
            yield _change(note_id, "mended", a, _said(a), None)


def _extras(note_id: str, old: StoredNote, new: StoredNote) -> Iterator[Change]:
    """Entries that the gold lacks, as many of each key as each run has."""
    before = Counter(_slot(j) for j in old.judgements if j.verdict == "extra")
    after = Counter(_slot(j) for j in new.judgements if j.verdict == "extra")
    one = {_slot(j): j for run in (old, new) for j in run.judgements if j.verdict == "extra"}
    for slot in sorted((after - before).elements()):
        yield _change(note_id, "broke", one[slot], None, "extra")
    for slot in sorted((before - after).elements()):
        yield _change(note_id, "mended", one[slot], "extra", None)


def changes_of(old: StoredNote, new: StoredNote) -> list[Change]:
    """All changes of one note, breakages first."""
    found = [*_gold_parts(new.note_id, old, new), *_extras(new.note_id, old, new)]
    return sorted(found, key=lambda c: ORDER[c.what])


def compare(
    old: Mapping[str, StoredNote],
    new: Mapping[str, StoredNote],
    *,
    names: tuple[str, str],
    seed: int,
    resamples: int,
) -> Comparison:
    """Hold the notes that both runs have, with the same text and gold, against each other.

    Parameters
    ----------
    old, new
        The notes of the two runs by id.
    names
        Labels of the two runs, old first.
    seed, resamples
        Of the paired intervals.
    """
    both = [n for n in new if n in old]
    shared: Sequence[str] = [n for n in both if old[n].digest == new[n].digest]
    changes = [c for n in shared for c in changes_of(old[n], new[n])]
    return Comparison(
        names[0],
        names[1],
        len(shared),
        tuple(sorted(set(old) - set(new))),
        tuple(sorted(set(new) - set(old))),
        tuple(n for n in both if old[n].digest != new[n].digest),
        compared([old[n].counts for n in shared], [new[n].counts for n in shared], resamples, seed),
        tuple(changes),
    )

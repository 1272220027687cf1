"""The choice: ranks of the criteria together, best first, no text twice."""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.annotate.criteria import CRITERIA, Points, disagreement, fired_in, rare, support
from pipeline.annotate.reading import Reading


@dataclass(frozen=True, slots=True)
class Chosen:
    """A note with its points by criterion and the score that ranks it (0 to 1)."""

    reading: Reading
    points: Mapping[str, Points]
    rates: Mapping[str, float]
    score: float

    def as_data(self) -> dict[str, Any]:
        """Why it was chosen: ids, numbers and reasons, no text of the note."""
        note = self.reading.note
        return {
            "note_id": note.note_id,
            "set": note.set,
            "length": len(note.text),
            "score": round(self.score, 4),
            "criteria": {
                name: {
                    "points": round(p.points, 2),
                    "per_1000_characters": round(self.rates[name], 2),
                    "reasons": list(p.reasons),
                }
                for name, p in self.points.items()
            },
        }


def _rate(reading: Reading, points: Points) -> float:
    return points.points / max(1.0, len(reading.note.text) / 1000)


def _distinct(readings: Sequence[Reading]) -> list[Reading]:
    """Each text once, in order of set and id."""
    first: dict[str, Reading] = {}
    for r in sorted(readings, key=lambda r: (r.note.set, r.note.note_id)):
        text = hashlib.sha256(r.note.text.encode("utf-8", "surrogatepass")).hexdigest()
        first.setdefault(text, r)
    return list(first.values())


def choose(
    readings: Sequence[Reading],
    labels: Mapping[str, str],
    *,
    count: int,
    by: Sequence[str] = CRITERIA,
    differences: Mapping[str, Sequence[str]] | None = None,
) -> list[Chosen]:
    """The ``count`` notes most worth reading, best first.

    A note's score is the mean over the criteria of its rank: the share of the pool's notes with a lower
    rate, 0 where it has no points. Equal scores stand in order of id. Of notes with the same text the
    first is the pool's only one.

    Parameters
    ----------
    readings
        The pool.
    labels
        Lexicon entry (``family/entry``) to what it means.
    by
        Names of ``CRITERIA``.
    differences
        Note id to what another run reads differently.
    """
    readings = _distinct(readings)
    fired = fired_in(readings)
    made: dict[str, Callable[[Reading], Points]] = {
        "disagreement": lambda r: disagreement(r, labels, (differences or {}).get(r.note.note_id, ())),
        "rare": lambda r: rare(r, fired, len(readings)),
        "support": support,
    }
    points = [{name: made[name](r) for name in by} for r in readings]
    rates = [
        {name: _rate(r, p) for name, p in mine.items()} for r, mine in zip(readings, points, strict=True)
    ]
    ordered = {name: sorted(x[name] for x in rates) for name in by}
    out = []
    for reading, mine, rate in zip(readings, points, rates, strict=True):
        ranks = [bisect_left(ordered[n], rate[n]) / len(readings) if rate[n] else 0.0 for n in by]
        out.append(Chosen(reading, mine, rate, sum(ranks) / len(ranks)))
    out.sort(key=lambda c: (-c.score, c.reading.note.set, c.reading.note.note_id))
    return out[:count]

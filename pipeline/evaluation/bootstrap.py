"""Percentile intervals by resampling whole notes, with a seed: the same notes give the same interval.

A note's facts hang together (one writer, one patient), so that notes are drawn and not facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.evaluation.counts import Counts
from pipeline.evaluation.measures import Floats, detail, measure

#: Defaults of the command line; both stand in every stored run.
SEED, RESAMPLES = 20260101, 1000
#: More would need gigabytes on a corpus of some size, for digits that no one reads.
MOST_RESAMPLES = 20_000
_LOW, _HIGH = 2.5, 97.5


@dataclass(frozen=True, slots=True)
class Score:
    """A measure with its 95 % interval; None where there is nothing to measure (or no resampling)."""

    value: float | None
    low: float | None
    high: float | None
    detail: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure of two runs on the same notes, and the paired interval of the difference (new less old)."""

    old: float | None
    new: float | None
    difference: float | None
    low: float | None
    high: float | None

    @property
    def clear(self) -> bool:
        """Whether the interval of the difference leaves out zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def _columns(notes: Sequence[Counts]) -> list[str]:
    return sorted({name for counts in notes for name in counts})


def _matrix(notes: Sequence[Counts], columns: Sequence[str]) -> Floats:
    """Counts as a matrix, a row a note and a column a count."""
    at = {name: i for i, name in enumerate(columns)}
    out = np.zeros((len(notes), len(columns)))
    for row, counts in enumerate(notes):
        for name, n in counts.items():
            out[row, at[name]] = n
    return out


def _weights(n: int, resamples: int, seed: int) -> npt.NDArray[np.int64]:
    """How often each of ``n`` notes is drawn in each resample, shape ``(resamples, n)``."""
    draws = np.random.default_rng(seed).integers(0, n, size=(resamples, n))
    out = np.zeros((resamples, n), dtype=np.int64)
    np.add.at(out, (np.arange(resamples)[:, None], draws), 1)
    return out


def _all(matrix: Floats, columns: Sequence[str]) -> dict[str, Floats]:
    return measure({name: matrix[:, i] for i, name in enumerate(columns)}, len(matrix))


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _interval(values: Floats) -> tuple[float | None, float | None]:
    """The 95 % percentile interval of those resamples that have a value."""
    known = values[~np.isnan(values)]
    if not len(known):
        return None, None
    low, high = np.percentile(known, (_LOW, _HIGH))
    return float(low), float(high)


def totals_of(notes: Sequence[Counts]) -> dict[str, int]:
    """Sums over the notes, by count."""
    return {c: sum(counts.get(c, 0) for counts in notes) for c in _columns(notes)}


def scored(notes: Sequence[Counts], resamples: int = RESAMPLES, seed: int = SEED) -> dict[str, Score]:
    """Every measure over the notes, with its interval.

    Parameters
    ----------
    notes
        Counts, one mapping a note; the order matters for the draw only.
    resamples
        How many; 0 leaves the intervals out.
    seed
        Of the draw.
    """
    columns = _columns(notes)
    matrix = _matrix(notes, columns)
    values = _all(matrix.sum(axis=0, keepdims=True), columns)
    drawn = _all(_weights(len(notes), resamples, seed) @ matrix, columns) if resamples and notes else {}
    totals = totals_of(notes)
    out = {}
    for name, value in values.items():
        low, high = _interval(drawn[name]) if name in drawn else (None, None)
        out[name] = Score(_plain(value[0]), low, high, detail(name, totals))
    return out


def compared(
    old: Sequence[Counts], new: Sequence[Counts], resamples: int = RESAMPLES, seed: int = SEED
) -> dict[str, Difference]:
    """Every measure of two runs over the same notes in the same order, with the paired interval.

    Raises
    ------
    ValueError
        Where the two differ in the number of notes.
    """
    if len(old) != len(new):
        raise ValueError(f"{len(old)} notes against {len(new)}")
    columns = _columns([*old, *new])
    before, after = _matrix(old, columns), _matrix(new, columns)
    was = _all(before.sum(axis=0, keepdims=True), columns)
    now = _all(after.sum(axis=0, keepdims=True), columns)
    drawn: dict[str, Floats] = {}
    if resamples and old:
        weights = _weights(len(old), resamples, seed)
        first, second = _all(weights @ before, columns), _all(weights @ after, columns)
        drawn = {name: second[name] - first[name] for name in first}
    out = {}
    for name in was:
        a, b = _plain(was[name][0]), _plain(now[name][0])
        low, high = _interval(drawn[name]) if name in drawn else (None, None)
        out[name] = Difference(a, b, b - a if a is not None and b is not None else None, low, high)
    return out

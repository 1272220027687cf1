"""Confusion of statuses: what the gold says against what was found, by family and region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pipeline.evaluation.evaluator import NoteResult
from pipeline.evaluation.families import LIST_FAMILIES, REGIONS, STATUS_FAMILIES

_STATUSES: Final = {
    "radicular": ("present", "absent", "historical", "uncertain", "not_documented"),
    "nerve_compression_on_imaging": ("present", "absent", "not_documented"),
    "therapies": ("past", "current", "planned", "declined"),
    "injections": ("past", "performed", "planned", "declined"),
    "ablations": ("past", "performed", "planned", "declined"),
    "surgeries": ("past", "performed", "planned", "declined", "denied"),
}
#: Beside the statuses of a list: a gold entry without any match, and a found one that the gold lacks.
MISSED, EXTRA = "missed", "extra"


@dataclass(frozen=True)
class Confusion:
    """A matrix of counts: ``cells[gold][found]``, in the order of ``rows`` and ``columns``."""

    family: str
    region: str | None
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        """All entries of the matrix."""
        return sum(map(sum, self.cells))


def _matrix(
    family: str, region: str | None, pairs: Counter[tuple[str, str]], rows: list[str], columns: list[str]
) -> Confusion:
    cells = tuple(tuple(pairs[r, c] for c in columns) for r in rows)
    return Confusion(family, region, tuple(rows), tuple(columns), cells)


def _by_region(notes: Iterable[NoteResult], family: str, region: str) -> Confusion:
    pairs: Counter[tuple[str, str]] = Counter()
    for n in notes:
        for j in n.judgements:
            if j.family == family and j.gold == region:
                # Where the gold accepts several, the one that was found counts, else its first.
                pairs[str(j.got) if j.got in j.want else str(j.want[0]), str(j.got)] += 1
    known = list(_STATUSES[family])
    odd = sorted({s for pair in pairs for s in pair} - set(known))
    return _matrix(family, region, pairs, known + odd, known + odd)


def _of_list(notes: Iterable[NoteResult], family: str) -> Confusion:
    pairs: Counter[tuple[str, str]] = Counter()
    for n in notes:
        for j in n.judgements:
            if j.family != family or j.part != "entry":
                continue
            status = str(j.key.get("status", j.key.get("kind")))
            if j.verdict == "right":
                pairs[status, status] += 1
            elif j.verdict == "missed":
                pairs[status, str(j.got) if j.partner else MISSED] += 1
            elif j.verdict == "extra" and not j.partner:
                pairs[EXTRA, status] += 1
    known = list(_STATUSES.get(family, ()))
    odd = sorted({s for pair in pairs for s in pair} - set(known) - {MISSED, EXTRA})
    return _matrix(family, None, pairs, [*known, *odd, EXTRA], [*known, *odd, MISSED])


def confusions(notes: Iterable[NoteResult]) -> list[Confusion]:
    """One matrix a list family, and one a region of each family by region.

    In a list an entry of the same kind and another status is a confusion of the two; what has no such partner
    is missed or extra. Red flags have no status, so that their matrix is one of kinds. Regions that gold and
    prediction both leave open are not counted, matrices without any entry left out.
    """
    notes = list(notes)
    out = [_by_region(notes, family, region) for family in STATUS_FAMILIES for region in REGIONS]
    out += [_of_list(notes, family) for family in LIST_FAMILIES]
    return [c for c in out if c.total]

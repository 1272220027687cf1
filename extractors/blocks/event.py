"""An event: one procedure done, planned or declined, and what makes two of them the same."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractors.blocks.attributes import Attributes
from extractors.blocks.naming import Named
from extractors.facts import Span
from extractors.quantities import DateMention
from extractors.quantities.bounds import EXACT, Stated


@dataclass(eq=False)
class Event:
    """A procedure done, planned or declined, with all that the note says of it."""

    family: str
    kind: str
    status: str
    named: Named
    levels: tuple[str, ...] = ()
    laterality: str = "unknown"
    region: str | None = None
    date: DateMention | None = None
    ordinal: int | None = None
    count: int = 1
    percent: float | None = None
    source: str | None = None
    #: How the percentage is stated: as it is, or within bounds.
    stated: Stated = EXACT
    days: float | None = None
    #: Scores of pain before and after, where the record or a column of a log gave them.
    scores: tuple[float, float] | None = None
    agent: str | None = None
    volume: float | None = None
    weak: bool = False
    #: Index of the sentence that gave the levels.
    levels_at: int = -1
    structures: frozenset[str] = frozenset()
    spans: list[Span] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)


def same_date(a: DateMention | None, b: DateMention | None) -> bool | None:
    """Whether two date mentions agree as far as both go; None where one is missing."""
    if a is None or b is None:
        return None
    for x, y in ((a.year, b.year), (a.month, b.month), (a.day, b.day)):
        if x is not None and y is not None and x != y:
            return False
    return True


def finer(a: DateMention | None, b: DateMention | None) -> DateMention | None:
    """Of two dates that agree, the one that says more."""
    if a is None or b is None:
        return a or b
    return (
        b
        if sum(x is not None for x in (b.year, b.month, b.day))
        > sum(x is not None for x in (a.year, a.month, a.day))
        else a
    )


def _vertebrae(levels: tuple[str, ...]) -> set[str]:
    return {v for name in levels for v in name.split("-")}


def apart(e: Event, a: Attributes) -> bool:
    """Whether the two name different nerves, ganglia or joints."""
    return bool(e.structures and a.structures and not e.structures & a.structures)


def clash(e: Event, a: Attributes) -> bool:
    """Whether attributes cannot belong to the event."""
    if same_date(e.date, a.date) is False:
        return True
    if e.ordinal and a.ordinal and e.ordinal != a.ordinal:
        return True
    if apart(e, a):
        return True
    if {e.laterality, a.laterality} == {"left", "right"}:
        return True
    if e.region and a.region and e.region != a.region and {e.region, a.region} != {"lumbar", "sacral"}:
        return True
    if (
        "bilateral" in {e.laterality, a.laterality}
        and "unknown" not in {e.laterality, a.laterality}
        and e.laterality != a.laterality
    ):
        if bool(e.levels) != bool(a.levels):
            return True
    return bool(e.levels and a.levels and not _vertebrae(e.levels) & _vertebrae(a.levels))

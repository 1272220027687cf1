"""Why notes were chosen, and what came back, for a reader. No text of a note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.annotate.choose import Chosen
from pipeline.annotate.corrections import Corrections

#: Reasons told for one criterion; the JSON holds all.
_TOLD = 3


def why_lines(chosen: Sequence[Chosen], pool: int) -> Iterator[str]:
    """A table: rank, note, score, points by criterion; below each note its reasons."""
    names = list(chosen[0].points) if chosen else []
    width = max([len(c.reading.note.note_id) for c in chosen] + [4])
    yield f"{len(chosen)} of {pool} notes"
    yield (
        "rank  "
        + "note".ljust(width)
        + "  score  "
        + "  ".join(n.rjust(12) for n in names)
        + "  (points per 1000 characters)"
    )
    for rank, c in enumerate(chosen, start=1):
        rates = "  ".join(f"{c.rates[n]:12.2f}" for n in names)
        yield f"{rank:4}  {c.reading.note.note_id.ljust(width)}  {c.score:5.3f}  {rates}"
        for name in names:
            reasons = c.points[name].reasons
            for reason in reasons[:_TOLD]:
                yield f"        {name}: {reason}"
            if len(reasons) > _TOLD:
                yield f"        {name}: and {len(reasons) - _TOLD} more"


def corrections_lines(found: Corrections) -> Iterator[str]:
    """Counts, and the kinds of what was mended."""
    yield (
        f"{len(found.notes)} notes as gold, {found.annotations} annotations, {len(found.waiting)} waiting, "
        f"{len(found.repairs)} repairs, {len(found.conflicts)} conflicts, {len(found.problems)} problems"
    )
    for what, number in sorted(Counter(r.what for r in found.repairs).items()):
        yield f"  {what}: {number}"
    for c in found.conflicts:
        if c.apart:
            what = f"{c.field}: annotators differ, an entry for each, none required"
        elif c.field:
            what = f"{c.field}: annotators differ, both accepted"
        else:
            what = "not in all annotations, not required"
        yield f"  {c.note}: {c.item} {what} ({', '.join(c.annotators)})"

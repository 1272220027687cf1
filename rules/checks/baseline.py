"""What counts as measured at baseline: before any diagnostic block of the work-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from rules.blocks import facet_blocks
from rules.case import Fact
from rules.dates import last_day
from rules.values import Injection, Moment, Region
from rules.view import CaseView, V

#: Moments that say themselves that the measure was taken before a block.
BEFORE: tuple[Moment, ...] = ("baseline", "before_procedure")
#: Moments that leave it to the date of the document.
UNSAID: tuple[Moment, ...] = ("current", "not_stated")


def blocks_done(view: CaseView, regions: Iterable[Region]) -> tuple[Fact[Injection], ...]:
    """Return the diagnostic facet blocks that took place in some regions, each once."""
    found = [f for region in regions for f in facet_blocks(view, region).done]
    return tuple(dict.fromkeys(found))


def first_block(view: CaseView, blocks: Sequence[Fact[Injection]]) -> dt.date | None:
    """Return the last day on which the earliest block can have been; None where some block has no date."""
    days = [last_day(f.value.date) if f.value.date else None for f in blocks]
    return min((d for d in days if d), default=None) if all(days) else None


def at_baseline(
    view: CaseView, fact: Fact[V], moment: Moment, blocks: Sequence[Fact[Injection]]
) -> bool | None:
    """Whether a measure was taken at baseline; None where neither its words nor its date tell.

    A score of "today" is one of baseline where no block has been done yet, or where its document is no later
    than the first block.
    """
    if moment in BEFORE or (moment in UNSAID and not blocks):
        return True
    if moment not in UNSAID:
        return False
    day, first = view.date_of(fact), first_block(view, blocks)
    if day is None or first is None:
        return None
    return day <= first

"""Levels that an operation only counts ("a two-level fusion") where the sentence names just as many before it."""

from __future__ import annotations

import re

from extractors.quantities.levels import find_levels

_COUNT = {"two": 2, "2": 2, "double": 2, "three": 3, "3": 3, "four": 4, "4": 4}
_COUNTED = re.compile(r"\b(two|2|double|three|3|four|4)[- ]level\b", re.IGNORECASE)
#: How far before the name the count may stand ("a two-level anterior cervical fusion"), in characters.
_REACH = 35


def counted_levels(text: str, start: int, end: int) -> tuple[str, ...]:
    """Segments named before the operation at ``start``:``end``, if they are as many as it counts; else empty."""
    counts = _COUNTED.findall(text[max(0, start - _REACH) : end])
    if not counts:
        return ()
    names = tuple(dict.fromkeys(s for lv in find_levels(text[:start]) for s in lv.segments))
    return names if len(names) == _COUNT[counts[-1].lower()] else ()

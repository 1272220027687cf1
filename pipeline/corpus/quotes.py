"""Quotes to places: where a quote of the annotation stands in the note.

A quote matches where the words are the same and white space is folded, so that a quote copied over a line
break still finds its place. Case and punctuation count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

REGIONS = ("cervical", "thoracic", "lumbar")
#: Families with one entry a region.
REGION_FAMILIES = ("radicular", "nerve_compression_on_imaging")
#: Families that are lists of items.
LIST_FAMILIES = ("therapies", "injections", "ablations", "surgeries", "red_flags")
FAMILIES = (*REGION_FAMILIES, *LIST_FAMILIES, "pain")


class Entry(NamedTuple):
    """One entry of an annotation: an item of a list, a region, or ``pain``."""

    family: str
    key: int | str | None
    value: Mapping[str, Any]

    @property
    def name(self) -> str:
        """For messages: ``therapies[2]``, ``radicular.lumbar``, ``pain``."""
        if isinstance(self.key, int):
            return f"{self.family}[{self.key}]"
        return f"{self.family}.{self.key}" if self.key else self.family


def entries(gold: Mapping[str, Any]) -> Iterator[Entry]:
    """The entries of an annotation in fixed order; what is no entry is passed over."""
    for family in REGION_FAMILIES:
        regions = gold.get(family)
        if isinstance(regions, Mapping):
            for region, value in regions.items():
                if isinstance(value, Mapping):
                    yield Entry(family, region, value)
    for family in LIST_FAMILIES:
        items = gold.get(family)
        if isinstance(items, list):
            for i, value in enumerate(items):
                if isinstance(value, Mapping):
                    yield Entry(family, i, value)
    if isinstance(gold.get("pain"), Mapping):
        yield Entry("pain", None, gold["pain"])


def folded(text: str) -> str:
    """The text with white space folded to single spaces, without any at the ends."""
    return " ".join(text.split())


def places(quote: str, text: str) -> list[tuple[int, int]]:
    """All places of the quote in the text, in code points; empty for a quote without words."""
    words = quote.split()
    if not words:
        return []
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    return [m.span() for m in pattern.finditer(text)]

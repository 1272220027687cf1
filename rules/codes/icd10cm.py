"""ICD-10-CM of the spine: titles, billability, regions and Excludes1 notes, from a dated table.

The table (``icd10cm.json``) is generated; its ``release`` is the date of the tabular list that it was read
from. It holds every code under the prefixes that it names, so that a code under such a prefix which is not in
the table does not exist in that release. Of other codes it says nothing.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

IcdRegion = Literal[
    "occipito-atlanto-axial", "cervical", "cervicothoracic", "thoracic", "thoracolumbar", "lumbar",
    "lumbosacral", "sacral",
]  # fmt: skip
#: The regions in which narrative facts are kept.
NarrativeRegion = Literal["cervical", "thoracic", "lumbar", "sacral"]

_NARRATIVE: Mapping[str, tuple[NarrativeRegion, ...]] = {
    "occipito-atlanto-axial": ("cervical",),
    "cervical": ("cervical",),
    "cervicothoracic": ("cervical", "thoracic"),
    "thoracic": ("thoracic",),
    "thoracolumbar": ("thoracic", "lumbar"),
    "lumbar": ("lumbar",),
    # The notes' "lumbar" includes lumbosacral: roots L4 to S1 are told of as one.
    "lumbosacral": ("lumbar",),
    "sacral": ("sacral",),
}


class IcdEntry(BaseModel):
    """One row of the tabular list.

    Attributes
    ----------
    code, title
        As in the release that the table names.
    billable
        False for a header: a code that must be taken to its children before it may be billed.
    region
        The region that the title states, or None.
    laterality
        The side that the title states (``left``, ``right``, ``bilateral``, ``unspecified``), or None.
    valid_from, header_since
        First day of validity, and first day on which the code is only a header, where our sources say.
    excludes1
        The code's own Excludes1 patterns (``M51.1-``, ``M54.16``, ``M43.3-M43.5X9``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    title: str
    billable: bool
    region: IcdRegion | None = None
    laterality: Literal["left", "right", "bilateral", "unspecified"] | None = None
    valid_from: dt.date | None = None
    header_since: dt.date | None = None
    excludes1: tuple[str, ...] = ()


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    system: Literal["ICD-10-CM"]
    release: dt.date
    source: str
    regenerate: str
    prefixes: tuple[str, ...]
    codes: dict[str, IcdEntry]


@functools.cache
def _load() -> _Table:
    raw = json.loads(resources.files(__package__).joinpath("icd10cm.json").read_text("utf-8"))
    raw["codes"] = {code: {"code": code, **row} for code, row in raw["codes"].items()}
    return _Table.model_validate(raw)


def release() -> dt.date:
    """Return the date of the tabular list that the table was read from."""
    return _load().release


def source() -> str:
    """Where the table comes from, in one line."""
    return _load().source


def table() -> Mapping[str, IcdEntry]:
    """Return the whole table by code, read-only."""
    return MappingProxyType(_load().codes)


def lookup(code: str) -> IcdEntry | None:
    """Return the code's entry, or None where the table has none (see :func:`in_scope`)."""
    return _load().codes.get(code)


def in_scope(code: str) -> bool:
    """Whether the table is complete for codes like this one: one that it lacks does not exist."""
    return code.startswith(_load().prefixes)


def titles() -> Mapping[str, str]:
    """Return the title of every code of the table."""
    return {code: entry.title for code, entry in _load().codes.items()}


def regions_of(code: str) -> tuple[NarrativeRegion, ...]:
    """Return the regions of the narrative that the code speaks of; empty where its title names none."""
    entry = lookup(code)
    return _NARRATIVE[entry.region] if entry and entry.region else ()


def region_of(code: str) -> NarrativeRegion | None:
    """Return the first of :func:`regions_of` (``cervical`` for cervicothoracic), or None."""
    regions = regions_of(code)
    return regions[0] if regions else None


def other_region(first: str, second: str) -> bool:
    """Whether both codes name regions and share none."""
    one, other = set(regions_of(first)), set(regions_of(second))
    return bool(one and other and not one & other)


def is_spondylosis_without_radiculopathy(code: str) -> bool:
    """Whether the code is of M47.81-, whose title says WITHOUT myelopathy or radiculopathy."""
    return code.startswith("M47.81")


def is_billable(code: str, on: dt.date | None = None) -> bool | None:
    """Whether the code may be billed on that day; None where the table does not know the code.

    A code that became a header later (M54.5 on 1 October 2021) was billable before.
    """
    entry = lookup(code)
    if entry is None:
        return None
    if on and entry.header_since and on < entry.header_since:
        return True
    if on and entry.valid_from and on < entry.valid_from:
        return False
    return entry.billable


def children(code: str) -> tuple[IcdEntry, ...]:
    """Billable codes under a header, in the order of the classification."""
    return tuple(
        e for c, e in sorted(_load().codes.items()) if c != code and c.startswith(code) and e.billable
    )


def ancestors(code: str) -> tuple[str, ...]:
    """Return the code and its headers, nearest first: ``M47.816, M47.81, M47.8, M47``."""
    chain = [code]
    while len(chain[-1]) > 3:
        chain.append(chain[-1][:-1].rstrip("."))
    return tuple(chain)


def _matches(pattern: str, code: str) -> bool:
    """Whether an excludes pattern covers a code; a pattern covers the children of the code that it names."""
    span = re.fullmatch(r"([A-Z][0-9A-Z.]+)-([A-Z][0-9A-Z.]+)", pattern)
    if span:
        first, last = span.groups()
        return first <= code and code[: len(last)] <= last
    return code.startswith(pattern.rstrip("-"))


def excludes1(first: str, second: str) -> str | None:
    """Return the code in the tabular list whose Excludes1 note bars the pair, or None where no note does.

    Notes of a header hold for all its children, in both directions. The note says nothing of regions:
    M54.1 excludes M47.2- as a whole, so that a cervical and a lumbar code match too; callers compare them.
    """
    for one, other in ((first, second), (second, first)):
        for level in ancestors(one):
            entry = lookup(level)
            if entry and any(_matches(pattern, other) for pattern in entry.excludes1):
                return level
    return None

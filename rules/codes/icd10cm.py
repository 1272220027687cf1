"""ICD-10-CM of the spine: titles, billability, regions, sides and excludes notes, from a dated table.

The table (``icd10cm.json``) is generated; its ``release`` is the date of the tabular list that it was read
from. It holds every code under the prefixes that it names, so that a code under such a prefix which is not in
the table does not exist in that release. Of other codes it says nothing.

A release has a life (:func:`covers`): from its date to the end of the fiscal year, when the next list takes
over. On a day outside it a code may be older, younger or gone; only the dates of some codes are known.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
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

#: Length of a category: ``M54``.
_CATEGORY = 3

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
    excludes1, excludes2
        The patterns of the code's own excludes notes (``M51.1-``, ``M54.16``, ``M43.3-M43.5X9``). Excludes1:
        not coded together. Excludes2: not part of it, and coded beside it where the patient has both.
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
    excludes2: tuple[str, ...] = ()


class Heading(BaseModel):
    """What stands above the codes: a category that is not in the table itself, a block, a chapter.

    Of a category of the table (``M54``) only ``parent`` is here, the heading above it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str | None = None
    parent: str | None = None
    excludes1: tuple[str, ...] = ()
    excludes2: tuple[str, ...] = ()


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    system: Literal["ICD-10-CM"]
    release: dt.date
    last_day: dt.date
    source: str
    regenerate: str
    prefixes: tuple[str, ...]
    headings: dict[str, Heading]
    codes: dict[str, IcdEntry]


@functools.cache
def _load() -> _Table:
    raw = json.loads(resources.files(__package__).joinpath("icd10cm.json").read_text("utf-8"))
    raw["codes"] = {code: {"code": code, **row} for code, row in raw["codes"].items()}
    return _Table.model_validate(raw)


def release() -> dt.date:
    """Return the date of the tabular list that the table was read from."""
    return _load().release


def last_day() -> dt.date:
    """Return the last day of the release: the end of its fiscal year. The list that follows was not read."""
    return _load().last_day


def covers(on: dt.date | None) -> bool:
    """Whether the release is the one in force on that day; without a day, false.

    ICD-10-CM is renewed on 1 October, with an addendum on 1 April.
    """
    return on is not None and release() <= on <= last_day()


def outdated_on(on: dt.date) -> bool:
    """Whether a later list, which was not read, is in force on that day."""
    return on > last_day()


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


def headers() -> tuple[str, ...]:
    """Codes of the table that may not be billed, in the order of the classification."""
    return tuple(code for code, entry in sorted(_load().codes.items()) if not entry.billable)


@functools.lru_cache(maxsize=4096)
def ancestors(code: str) -> tuple[str, ...]:
    """Return the code and what stands above it, nearest first: ``M47.26, M47.2, M47, M45-M49, 13``.

    Block and chapter are known of the codes of the table; of others the chain ends with the category.
    """
    chain = [code]
    for end in range(len(code) - 1, _CATEGORY - 1, -1):
        level = code[:end].rstrip(".")
        # The X that fills up to a seventh character (S39.012A has none, M48.40XA has one) is no level itself,
        # save where the tabular list has it so (M53.2X).
        if level != chain[-1] and (level[-1] != "X" or level in _load().codes):
            chain.append(level)
    while (heading := _load().headings.get(chain[-1])) and heading.parent:
        chain.append(heading.parent)
    return tuple(chain)


def _matches(pattern: str, code: str) -> bool:
    """Whether an excludes pattern covers a code; a pattern covers the children of the code that it names."""
    first, between, last = pattern.rstrip("-").partition("-")
    if between:
        return first <= code and code[: len(last)] <= last
    return code.startswith(first)


def _note(kind: Literal["excludes1", "excludes2"], first: str, second: str) -> str | None:
    for one, other in ((first, second), (second, first)):
        for level in ancestors(one):
            for place in (_load().codes.get(level), _load().headings.get(level)):
                if place and any(_matches(pattern, other) for pattern in getattr(place, kind)):
                    return level
    return None


def excludes1(first: str, second: str) -> str | None:
    """Return where the tabular list bars the pair by an Excludes1 note, or None where no note does.

    Notes of a header, block or chapter hold for all codes under it, and notes hold in both directions. A note
    says nothing of regions: M54.1 excludes M47.2- as a whole, so that a cervical and a lumbar code match too;
    callers compare them. Of a code outside the table the notes of its own are not known.
    """
    return _note("excludes1", first, second)


def excludes2(first: str, second: str) -> str | None:
    """Return where an Excludes2 note tells the pair apart, or None; both may be coded where both are there.

    It is looked up as :func:`excludes1` is. A pair may have notes of both kinds; Excludes1 then decides.
    """
    return _note("excludes2", first, second)

"""CPT codes that the checks speak of, with this project's own plain labels (never the AMA's descriptors)."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

Group = Literal["cervical_thoracic", "lumbar_sacral"]
Family = Literal[
    "facet_rfa", "facet_block", "facet_block_ultrasound", "epidural", "si_joint", "basivertebral", "scs",
    "pns", "trigger_point", "guidance", "unlisted",
]  # fmt: skip

#: Regions of the narrative that belong to a code's part of the spine.
GROUP_REGIONS: Mapping[Group, tuple[str, ...]] = {
    "cervical_thoracic": ("cervical", "thoracic"),
    "lumbar_sacral": ("lumbar", "sacral"),
}


class CptEntry(BaseModel):
    """A CPT code with our plain label and its place among the services."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    label: str
    family: Family
    role: Literal["primary", "add_on", "guidance"]
    kind: Literal["ablation", "block", "injection", "stimulator", "guidance", "unlisted"]
    group: Group | None = None
    #: Whether images guide the needle, where the code itself says so (``none``: without).
    imaging: Literal["none", "included", "ultrasound"] | None = None
    primaries: tuple[str, ...] = ()


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    last_verified: dt.date
    source: str
    codes: dict[str, CptEntry]


@functools.cache
def _load() -> _Table:
    raw = yaml.safe_load(resources.files(__package__).joinpath("cpt.yaml").read_text("utf-8"))
    raw["codes"] = {code: {"code": code, **row} for code, row in raw["codes"].items()}
    return _Table.model_validate(raw)


def version() -> str:
    """Return the table's version."""
    return _load().version


def table() -> Mapping[str, CptEntry]:
    """Return the whole table by code, read-only."""
    return MappingProxyType(_load().codes)


def lookup(code: str) -> CptEntry | None:
    """Return the code's entry, or None where we do not know it."""
    return _load().codes.get(code)


def label(code: str) -> str | None:
    """Our plain label of the code, or None where we do not know it."""
    entry = lookup(code)
    return entry.label if entry else None

"""The register of fact families, in the order in which they are bound."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from extractors.family import Family

#: One module a family; each offers ``FAMILY``.
MODULES: tuple[str, ...] = (
    "extractors.therapies.binder",
    "extractors.pain.binder",
    "extractors.scales.binder",
    "extractors.imaging.binder",
    "extractors.red_flags.binder",
    "extractors.surgeries.binder",
    "extractors.radicular.binder",
    "extractors.nerve_compression.binder",
    "extractors.claudication.binder",
    "extractors.cysts.binder",
    "extractors.examination.binder",
    "extractors.request.binder",
    "extractors.linking.binder",
    "extractors.blocks.binder",
    "extractors.ablations.binder",
    "extractors.technique.binder",
    "extractors.record.binder",
)


@cache
def all_families() -> tuple[Family, ...]:
    """Every registered family."""
    return tuple(import_module(name).FAMILY for name in MODULES)

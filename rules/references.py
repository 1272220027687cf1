"""The register of sources: what a finding, a parameter, a pathway or a pitfall may cite."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from importlib import resources
from types import MappingProxyType

import yaml

from rules.assessment import Citation


@functools.cache
def _load() -> Mapping[str, Citation]:
    raw = yaml.safe_load(resources.files("rules").joinpath("references.yaml").read_text("utf-8"))
    return MappingProxyType({key: Citation.model_validate(row) for key, row in raw.items()})


def register() -> Mapping[str, Citation]:
    """Return every source by its id, read-only."""
    return _load()


def cite(ids: Iterable[str]) -> tuple[Citation, ...]:
    """Return the sources of these ids, in that order; ``KeyError`` for an unknown id."""
    return tuple(_load()[key] for key in ids)

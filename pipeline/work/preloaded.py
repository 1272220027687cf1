"""Imported by the server that workers are forked from: the models, loaded once for all of them."""

from __future__ import annotations

from contextlib import suppress

from pipeline.assess import extractor
from pipeline.work import batch

__all__ = ["batch"]

# A lexicon that cannot be read: each worker meets the fault itself, and reports it.
with suppress(Exception):
    extractor()

"""Composition: documents in, case, assessment, report, store, evaluation, command line.

>>> from pipeline import assess_text                                        # doctest: +SKIP
>>> assess_text("... M47.816 ... 64635 ...").determination.answer           # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.assess import assess_text as assess_text

__all__ = ["assess_text"]


def __getattr__(name: str) -> Any:
    # Loaded on first use: ``import pipeline`` must not pull in spaCy.
    if name == "assess_text":
        from pipeline.assess import assess_text

        return assess_text
    raise AttributeError(f"module 'pipeline' has no attribute {name!r}")

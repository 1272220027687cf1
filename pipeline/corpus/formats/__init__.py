"""The register of exchange formats. One small module a format; spaCy is loaded only by those that need it."""

from __future__ import annotations

from pipeline.corpus.formats import brat, conll, docbin, doccano, label_studio, own
from pipeline.corpus.formats.base import Format, Lost

FORMATS: dict[str, Format] = {
    f.name: f
    for f in (brat.FORMAT, docbin.FORMAT, label_studio.FORMAT, doccano.FORMAT, conll.FORMAT, own.FORMAT)
}

__all__ = ["FORMATS", "Format", "Lost"]

"""The family of diagnosis head words: mentions for the linker, no facts of its own."""

from __future__ import annotations

from extractors.facts import Fact
from extractors.family import Family
from extractors.note import Note


def bind(note: Note) -> list[Fact]:
    """Nothing: facts are made by the linker, which needs the code table (``extractors.linking.linker``)."""
    return []


FAMILY = Family.load(__file__, "1", bind)

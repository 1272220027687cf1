"""Binds ablations: the denervations among the procedures that ``extractors.blocks`` reads from the note."""

from __future__ import annotations

from extractors.blocks.binder import common_value, fact
from extractors.blocks.events import events_of
from extractors.facts import Fact
from extractors.family import Family
from extractors.note import Note

VERSION = "1"


def bind(note: Note) -> list[Fact]:
    """Ablation facts of a note."""
    return [fact(e, {"target": e.kind} | common_value(e)) for e in events_of(note) if e.family == "ablations"]


FAMILY = Family.load(__file__, VERSION, bind)

"""Binds ablations: the denervations among the procedures that ``extractors.blocks`` reads from the note."""

from __future__ import annotations

from extractors.blocks.binder import bounds, common_value, fact
from extractors.blocks.details import ablation_details
from extractors.blocks.events import events_of
from extractors.blocks.places import Scene
from extractors.facts import Fact
from extractors.family import Family
from extractors.note import Note

VERSION = "1"


def bind(note: Note) -> list[Fact]:
    """Ablation facts of a note."""
    events = events_of(note)
    scene = Scene(events, note)
    return [
        fact(e, {"target": e.kind} | common_value(e) | bounds(e) | ablation_details(e, scene))
        for e in events
        if e.family == "ablations"
    ]


FAMILY = Family.load(__file__, VERSION, bind)

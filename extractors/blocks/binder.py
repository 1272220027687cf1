"""Binds injections and blocks: the events of the note that are injections, as facts."""

from __future__ import annotations

from extractors.blocks.attributes import partial_iso
from extractors.blocks.details import injection_details
from extractors.blocks.event import Event
from extractors.blocks.events import events_of
from extractors.blocks.places import Scene
from extractors.facts import Fact, Span
from extractors.family import Family, fact_of
from extractors.note import Note

VERSION = "1"


def _spans(event: Event) -> tuple[Span, tuple[Span, ...]]:
    own = event.spans[0]
    further = tuple(dict.fromkeys(s for s in event.spans[1:] if s != own))
    return own, further[:6]


def common_value(event: Event) -> dict[str, object]:
    """The fields that injections and ablations share."""
    return {
        "status": event.status,
        "region": event.region or "unknown",
        "levels": event.levels,
        "laterality": event.laterality,
        "percent_relief": event.percent,
        "percent_source": event.source if event.percent is not None else None,
        "relief_days": event.days,
        "date": partial_iso(event.date),
    }


def bounds(event: Event) -> dict[str, object]:
    """How the percentage of relief is stated; a range that leaves 0 to 100 is cut there."""
    s = event.stated
    if event.percent is None:
        return {}
    low, high = (None if x is None else min(100.0, x) for x in (s.low, s.high))
    return {"percent_bound": s.bound, "percent_low": low, "percent_high": high}


def fact(event: Event, value: dict[str, object]) -> Fact:
    """The fact of one event, its own words first."""
    own, further = _spans(event)
    assertion = {"planned": "planned", "declined": "declined"}.get(event.status, "present")
    return fact_of(
        event.named.mention, event.family, value, version=VERSION, assertion=assertion, span=own,
        supporting=further, steps=tuple(event.steps),
    )  # fmt: skip


def bind(note: Note) -> list[Fact]:
    """Injection facts of a note."""
    events = events_of(note)
    scene = Scene(events, note)
    return [
        fact(e, {"kind": e.kind} | common_value(e) | bounds(e) | injection_details(e, scene))
        for e in events
        if e.family == "injections"
    ]


FAMILY = Family.load(__file__, VERSION, bind)

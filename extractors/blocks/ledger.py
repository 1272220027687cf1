"""The events of a note as they are made, filled, copied and declined."""

from __future__ import annotations

import re

from extractors.blocks.agents import find_agents
from extractors.blocks.attributes import Attributes
from extractors.blocks.event import Event, apart
from extractors.blocks.naming import Named, is_chemical, is_list_item
from extractors.blocks.setting import setting_of
from extractors.blocks.window import Status
from extractors.facts import Span
from extractors.note import Note

#: Events looked back upon for a match: keeps the reading linear in long records.
LOOK_BACK = 120


def _another(e: Event, n: Named, a: Attributes | None) -> bool:
    """Whether the refused name is another procedure than the planned event, though of its kind."""
    if n.form != "specific":
        return False
    if a is not None and apart(e, a):
        return True
    items = is_list_item(n.sentence) and is_list_item(e.named.sentence)
    same = n.sentence is e.named.sentence or n.sentence.section is not e.named.sentence.section
    return (items and not same) or is_chemical(n) != is_chemical(e.named)


class EventLedger:
    """Keeps the events of one note, and which of them was spoken of last."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self.setting = setting_of(note)
        self.events: list[Event] = []
        self._last: Event | None = None
        self._last_index = -99

    def _recent(self) -> list[Event]:
        """The latest events, in order."""
        return self.events[-LOOK_BACK:]

    def _span(self, n: Named) -> Span:
        text, z = n.sentence.text, n.zone
        left, right = z.left, min(z.right, z.end + 170)
        cut = re.search(r"(?:\.|;)\s", text[z.end : right])
        if cut:
            right = z.end + cut.start() + 1
        while right > z.end and text[right - 1] in " ,;":
            right -= 1
        return n.sentence.span(left, max(right, z.end))

    def _new(self, n: Named, status: Status, a: Attributes) -> Event:
        event = Event(
            n.family, n.kind, str(status.value), n, a.levels, a.laterality, a.region, a.date, a.ordinal, a.count,
            weak=status.weak, levels_at=n.sentence.index if a.levels else -1, structures=a.structures, spans=[self._span(n)], steps=[f"status:{status.value}<-{status.why}"],
        )  # fmt: skip
        self._drugs(event, n)
        self.events.append(event)
        return event

    def _drugs(self, event: Event, n: Named) -> None:
        for agent in find_agents(n.sentence.text[n.zone.left : n.zone.right]):
            if event.agent is None or not agent.steroid:
                event.agent, event.volume = agent.name, agent.volume
                if not agent.steroid:
                    return

    def _copy(self, model: Event, n: Named, a: Attributes) -> Event:
        """Another one of the model's kind, with its levels and side where its own are unsaid."""
        event = Event(
            model.family, model.kind, model.status, n, a.levels or model.levels,
            a.laterality if a.laterality != "unknown" else model.laterality, a.region or model.region, a.date, a.ordinal,
            structures=model.structures, spans=[self._span(n)], steps=[f"status:{model.status}<-repeat", "levels<-same"],
        )  # fmt: skip
        if n is not model.named:
            self._drugs(event, n)
        self.events.append(event)
        return event

    def _fill(self, e: Event, n: Named, a: Attributes, status: Status) -> None:
        if e.percent is None and e.date is None and not e.levels and a.date is not None and a.levels:
            e.named = n  # a heading named it; its row tells of it
        e.levels = e.levels or a.levels
        e.laterality = a.laterality if e.laterality == "unknown" else e.laterality
        e.region = e.region or a.region
        e.date = e.date or a.date
        e.ordinal = e.ordinal or a.ordinal
        e.structures = e.structures or a.structures
        e.count = max(e.count, a.count)
        e.weak = e.weak and status.weak
        if len(e.spans) < 4 and (a.levels or a.date or a.laterality != "unknown"):
            e.spans.append(self._span(n))
        if e.agent is None:
            self._drugs(e, n)

    def _touch(self, event: Event, n: Named) -> None:
        self._last, self._last_index = event, n.sentence.index

    def _decline(
        self,
        kind: str,
        span: Span,
        family: str | None = None,
        n: Named | None = None,
        a: Attributes | None = None,
    ) -> bool:
        """Turn planned events of that kind (any, for a bare word) into declined ones; False where there is none.

        What another item of the same plan refuses ("2. phenol: declined"), or another nerve, leaves the order alone.
        """
        hit = False
        for e in self._recent():
            if n is not None and e.status == "planned" and _another(e, n, a):
                continue
            if (
                e.status == "planned"
                and (family is None or e.family == family)
                and (not kind or e.kind == kind)
            ):
                e.status = "declined"
                e.spans.append(span)
                e.steps.append("status:declined<-later")
                hit = True
            elif e.status == "declined" and e.kind == kind and e.family == family:
                hit = True
        return hit

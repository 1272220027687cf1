"""Which words of a note tell of one event: those at its name, its further places, and the sentences right behind."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.blocks.cues import cue
from extractors.blocks.event import Event
from extractors.blocks.naming import SILENT
from extractors.note import Note, Sentence

#: How many sentences without a procedure's name may go on about the one named last.
_REACH = 3


@dataclass(frozen=True)
class Place:
    """A stretch of a sentence's text that tells of an event.

    ``named`` where the event's name stands in it; ``behind`` where it only follows the words that do.
    """

    sentence: Sentence
    low: int
    high: int
    named: bool
    behind: bool = False

    @property
    def text(self) -> str:
        """The words of the place."""
        return self.sentence.text[self.low : self.high]


def _names(sentence: Sentence) -> bool:
    """Whether a procedure is named in the sentence."""
    return any(m.family in {"blocks", "ablations"} and m.label != "not_ours" for m in sentence.mentions)


class Scene:
    """The events of a note by where they are told, made once a note."""

    def __init__(self, events: Sequence[Event], note: Note) -> None:
        self.note = note
        self.performed = [e for e in events if e.status == "performed"]
        #: Events by the sentence that names them, and by those that tell of them.
        self.named: dict[int, list[Event]] = {}
        self.told: dict[int, list[Event]] = {}
        for e in events:
            self.named.setdefault(e.named.sentence.index, []).append(e)
            places = {s.index for span in e.spans if (s := note.sentence_at(span.start)) is not None}
            for i in places | {e.named.sentence.index}:
                self.told.setdefault(i, []).append(e)
        self.starts = sorted({e.named.sentence.start for e in events})

    def next_start(self, e: Event) -> int | None:
        """Where in the note the next sentence begins that names an event."""
        i = bisect_right(self.starts, e.named.sentence.start)
        return self.starts[i] if i < len(self.starts) else None


def _at_name(e: Event, scene: Scene) -> Place:
    """From the words in front of the name to the next event's, within the sentence."""
    sentence = e.named.sentence
    here = sorted({o.named.zone.left for o in scene.named[sentence.index]})
    own = e.named.zone.left
    i = bisect_right(here, own)
    low = 0 if own == here[0] else own
    high = here[i] if i < len(here) else len(sentence.text)
    return Place(sentence, low, max(high, e.named.zone.end), True)


def places_of(e: Event, scene: Scene) -> list[Place]:
    """The places of an event in the order of the note, its name first.

    A further place is a sentence in which the reading of results found something of this event. Behind the name and
    behind each of them, sentences go on about it as long as they name no procedure, no other treatment and no rule.
    """
    note = scene.note
    found = [_at_name(e, scene)]
    known = {found[0].sentence.index}
    for span in e.spans:
        sentence = note.sentence_at(span.start)
        if sentence is None or sentence.index in known:
            continue
        known.add(sentence.index)
        low, high = 0, len(sentence.text)
        if _names(sentence):
            low, high = sentence.position(span.start), sentence.position(span.end - 1) + 1
        found.append(Place(sentence, low, high, False))
    if e.status in {"past", "performed"}:
        last = max((p for p in found), key=lambda p: p.sentence.index).sentence
        follows = e.named.sentence.section
        for s in note.sentences[last.index + 1 : last.index + 1 + _REACH]:
            if s.section is not follows or s.section.category in SILENT or _names(s):
                break
            if cue("other_subject").search(s.text) or cue("criteria").search(s.text):
                break
            found.append(Place(s, 0, len(s.text), False, behind=True))
    return found

"""Sides said away from the name: ticked boxes of a form, "all on the left", "the same for the other side"."""

from __future__ import annotations

import re

from extractors.blocks.event import Event
from extractors.facts import Span
from extractors.note import Note, Sentence

#: How many characters behind a name its boxes may stand.
_FORM = 260
_WORD = r"(?P<{0}>left|right|both|bilateral(?:ly)?|bilat|lt|rt|l|r|b)"
_BOX_FIRST = re.compile(r"(?P<box>[\[(] ?[xX✓✔]? ?[\])]|[☐☑☒]) ?" + _WORD.format("side") + r"\b", re.I)
_SIDE_FIRST = re.compile(
    r"\b" + _WORD.format("side") + r" ?(?:sides?)? ?:? ?(?P<box>[\[(] ?[xX✓✔]? ?[\])]|[☐☑☒])", re.I
)
_MARKED = re.compile(r"[xX✓✔☑☒]")
_ALL_ON = re.compile(
    r"\b(?:all (?:of )?(?:this|these|it|the \w+)|everything|the (?:whole )?(?:procedure|injections?|blocks?|lesions?|treatment)|these|this) (?:was|were|is|are|being)\b"
    r"[^.;]{0,30}?\b(?:on|to) (?:the )?(?P<side>left|right|both)\b",
    re.I,
)
_THE_SAME = re.compile(
    r"\b(?:same|repeated|identical\w*|likewise)\b[^.;]{0,70}\b(?P<side>left|right|opposite|other|contralateral)\b[^.;]{0,6}\b(?:sides?|joints?|knees?|hips?|shoulders?|facets?|one)\b"
    r"|\b(?:opposite|other|contralateral) (?:side|joint|one) (?:was|is) (?:then |also |next )?(?:done|treated|injected|blocked|performed)\b[^.;]{0,40}\b(?:same|likewise|identical\w*)",
    re.I,
)


def complete_sides(events: list[Event], note: Note) -> None:
    """Sides of planned and performed procedures from the words behind their names."""
    for e in events:
        if e.status not in {"planned", "performed"}:
            continue
        if e.laterality == "unknown":
            _ticked(e, note)
        if e.status != "performed":
            continue
        for s in _behind(e, note):
            if e.laterality == "unknown" and (m := _ALL_ON.search(s.text)) is not None:
                _set(
                    e,
                    "bilateral" if m["side"].lower() == "both" else m["side"].lower(),
                    s.whole,
                    "said_of_all",
                )
            if e.laterality in {"left", "right"} and (m := _THE_SAME.search(s.text)) is not None:
                side = (m["side"] or "other").lower()
                if side != e.laterality:
                    _set(e, "bilateral", s.whole, "repeated_other_side")


def _behind(e: Event, note: Note) -> list[Sentence]:
    at = e.named.sentence.index
    return note.sentences[at : at + 4]


def _set(e: Event, side: str, span: Span, why: str) -> None:
    e.laterality = side
    e.spans.append(span)
    e.steps.append(f"laterality<-{why}")


def _ticked(e: Event, note: Note) -> None:
    """The one box that is marked where two or more sides have one ("( ) Left  (x) Right")."""
    start = e.named.sentence.span(e.named.zone.start, e.named.zone.end).end
    words = note.text[start : start + _FORM]
    for pattern in (_BOX_FIRST, _SIDE_FIRST):
        boxes = list(pattern.finditer(words))
        names = {m["side"][0].lower() for m in boxes}
        if len(names) < 2:
            continue
        marked = [m for m in boxes if _MARKED.search(m["box"])]
        sides = {m["side"][0].lower() for m in marked}
        if not sides or len(sides) == len(names):
            return
        side = {"l": "left", "r": "right"}.get(sides.pop(), "bilateral") if len(sides) == 1 else "bilateral"
        first = marked[0]
        _set(e, side, Span(start + first.start(), start + first.end()), "ticked")
        return

"""One procedure of both sides whose sides are told apart: "Right: no relief. Left: 50% for five days."."""

from __future__ import annotations

import re
from dataclasses import replace

from extractors.blocks.event import Event
from extractors.blocks.results import Result, results_in
from extractors.note import Note

#: A side that opens its result, or that ends it.
_OPENS = re.compile(
    r"(?:^|[.;,:(\n]\s*|\band )(?:the |on the )?(?P<side>left|right)(?: side| one)?\s?(?:[:=,–—-]|\bwas\b|\bgave\b|\bgot\b|\bhad\b|\bby\b|\b(?=\d{2,3} ?%))",
    re.I,
)
#: A second figure of a pair may lack its unit: "seventy percent on the left, eighty-five on the right".
_PAIR = re.compile(
    r"(?P<a>\d{1,3}|[a-z]+(?:-[a-z]+)?)\s?(?:%|percent|per cent)(?: \w+){0,3} on (?:the |her |his )?(?P<s>left|right)(?: side)?,?(?: and| but)? "
    r"(?P<b>\d{1,3}|[a-z]+(?:-[a-z]+)?)\s?(?:%|percent|per cent)?(?: \w+){0,2} on (?:the |her |his )?(?P<t>left|right)\b",
    re.I,
)
#: Sentences behind the name that may tell the sides apart.
_REACH = 2


def split_sides(events: list[Event], note: Note) -> list[Event]:
    """The events, with one done on both sides made two where each side has a result of its own."""
    out: list[Event] = []
    for e in events:
        out.append(e)
        if e.status != "past" or e.laterality not in {"bilateral", "unknown"}:
            continue
        told = _told(e, note)
        if {r[0] for r in told} != {"left", "right"} or len(told) != 2:
            continue
        first, second = told
        if first[1].percent == second[1].percent:
            continue
        other = replace(e, spans=list(e.spans), steps=[*e.steps, "laterality<-told_apart"])
        for event, (side, r) in ((e, first), (other, second)):
            event.laterality, event.percent, event.source = side, r.percent, r.source
            event.stated, event.days = r.stated, r.days
        e.steps.append("laterality<-told_apart")
        out.append(other)
    return out


def _told(e: Event, note: Note) -> list[tuple[str, Result]]:
    """Side and result of each statement of one side, from the event's own words and the next sentences."""
    s = e.named.sentence
    words = s.text[e.named.zone.end : e.named.zone.right]
    for t in note.sentences[s.index + 1 : s.index + 1 + _REACH]:
        if any(m.family in {"blocks", "ablations"} and m.label != "generic" for m in t.mentions):
            break
        words += "\n" + t.text
    words = words[:400]
    pair = _PAIR.search(words)
    if pair is not None:
        figures = results_in(f"{pair['a']} percent relief. {pair['b']} percent relief", 0, 400)
        days = next((r.days for r in results_in("relief " + words[pair.end() :], 0, 400) if r.days), None)
        if len(figures) == 2:
            sides = (pair["s"].lower(), pair["t"].lower())
            return [(side, replace(r, days=days)) for side, r in zip(sides, figures, strict=True)]
    opened = list(_OPENS.finditer(words))
    out: list[tuple[str, Result]] = []
    for i, m in enumerate(opened):
        high = opened[i + 1].start() if i + 1 < len(opened) else len(words)
        own = words[m.end() : high]
        found = [r for r in results_in(own, 0, len(own), lenient=True) if r.percent is not None]
        if found:
            out.append((m["side"].lower(), found[0]))
    return out

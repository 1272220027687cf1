"""A row of a block log whose heading names its columns: scores before and after, and how long it held."""

from __future__ import annotations

import re

from extractors.blocks.event import Event
from extractors.note import Note
from extractors.quantities import find_durations

_BEFORE = re.compile(r"\b(?:before|pre(?:-?\w+)?|baseline|base)\b", re.I)
_AFTER = re.compile(r"\b(?:after|post(?:-?\w+)?|best|lowest|nadir)\b", re.I)
_SCORE = r"(?:10|\d)(?:\.\d)?(?:\s?/\s?10)?"
#: The last columns of a row: two scores, then perhaps a span of time or a percentage.
_TAIL = re.compile(
    rf"(?:^|[\s|])(?P<a>{_SCORE})[\s|]+(?P<b>{_SCORE})(?:[\s|]+(?P<held>\d{{1,3}}(?:\.\d)?\s?(?:h|hrs?|hours?|min|minutes|d|days?|wks?|weeks?)\b\.?))?[\s|]*$",
    re.I,
)
#: How many sentences above a row its heading may stand.
_REACH = 10


def from_columns(e: Event, note: Note) -> bool:
    """Whether the event's row gave its relief, from the columns that the heading above names."""
    s = e.named.sentence
    m = _TAIL.search(s.text, e.named.zone.end)
    if m is None:
        return False
    for head in reversed(note.sentences[max(0, s.index - _REACH) : s.index]):
        before, after = _BEFORE.search(head.text), _AFTER.search(head.text)
        if before is None or after is None or re.search(r"\d", head.text):
            continue
        values = [float(m[g].split("/")[0]) for g in ("a", "b")]
        pre, post = values if before.start() < after.start() else reversed(values)
        if not 0 <= post <= pre <= 10 or pre == 0:
            return False
        e.percent, e.source = float(round((pre - post) / pre * 100)), "scores"
        if m["held"] and e.days is None:
            spans = find_durations("for " + m["held"])
            e.days = round(spans[0].value_days, 3) if spans else None
        e.spans += [s.whole, head.whole]
        e.steps.append("percent_relief<-columns")
        return True
    return False

"""A row of a block log whose heading names its columns: scores before and after, per cent of relief, how long it held."""

from __future__ import annotations

import re

from extractors.blocks.event import Event
from extractors.facts import Span
from extractors.note import Note
from extractors.quantities import find_durations

#: What a column's heading calls it. The unit of a duration may stand in the heading ("HRS") or in the row ("5 h").
_COLUMN = re.compile(
    r"(?P<percent>(?:%|\bpercent(?:age)?\b|\bpct\b)\s?(?:pain\s)?(?:relief|better|improve\w*|reduction)?|\b(?:relief|improvement|reduction|benefit|response)\s?(?:\(?%\)?|percent|pct)?)"
    r"|(?P<held>\b(?:duration|held|lasted|lasting|how long|length|(?:relief )?(?:time|span))\b(?:\s?\(?(?:hrs?|hours?|h|min\w*|days?)\)?)?)"
    r"|(?P<hours>\b(?:hrs?|hours?)\b)|(?P<minutes>\bmin(?:ute)?s?\b)|(?P<days>\bdays?\b)"
    r"|(?P<pre>\b(?:before|pre(?:-?\w+)?|baseline|base|start)\b)|(?P<post>\b(?:after|post(?:-?\w+)?|best|lowest|nadir)\b)",
    re.I,
)
#: Columns that hold words or dates: what stands behind them in a row is counted from the right.
_CELL = r"(?:(?:10|\d)(?:\.\d)?\s?/\s?10|[~<>]?\d{1,3}(?:\.\d{1,2})?\s?(?:%|h|hrs?|hours?|min|mins|minutes|d|days?|wks?|weeks?|mos?|months?)?\.?)"
_TAIL = re.compile(rf"(?:(?<=\s)|(?<=\|)){_CELL}(?:[\s|,]+{_CELL}){{0,4}}[\s|]*$", re.I)
_SPLIT = re.compile(_CELL, re.I)
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})?")
_UNIT = re.compile(r"(?:h|hrs?|hours?|min|mins|minutes|d|days?|wks?|weeks?|mos?|months?)\b", re.I)
_LEAD = re.compile(r"^\W*(?:[A-Za-z]{0,2}\d{1,2}[.):]?\s)")
#: How many sentences above a row its heading may stand.
_REACH = 10


def _columns(heading: str) -> list[str]:
    """The kinds of the columns at the right of a heading, in order; empty where it names none of ours."""
    found = [(m.lastgroup or "", m.start()) for m in _COLUMN.finditer(_LEAD.sub("", heading))]
    kinds: list[str] = []
    for kind, _ in found:
        if kind in {"hours", "minutes", "days"} and kinds and kinds[-1] == "held":
            kinds[-1] = kind
        elif kind not in kinds:
            kinds.append(kind)
    return kinds


def _days(cell: str, kind: str) -> float | None:
    unit = _UNIT.search(cell)
    number = _NUMBER.search(cell)
    if number is None or (unit is None and kind == "held"):
        return None
    spans = find_durations(f"for {number.group()} {unit.group() if unit else kind}")
    return round(spans[0].value_days, 3) if spans else None


def from_columns(e: Event, note: Note) -> bool:
    """Whether the event's row gave its relief, from the columns that the heading above names."""
    s = e.named.sentence
    m = _TAIL.search(s.text, e.named.zone.end)
    if m is None:
        return False
    cells = _SPLIT.findall(m.group())
    for head in reversed(note.sentences[max(0, s.index - _REACH) : s.index]):
        kinds = _columns(head.text)
        if not ("percent" in kinds or {"pre", "post"} <= set(kinds)) or re.search(
            r"\d", _LEAD.sub("", head.text)
        ):
            continue
        return _read(e, dict(zip(reversed(kinds), reversed(cells), strict=False)), [s.whole, head.whole])
    return False


def _read(e: Event, row: dict[str, str], spans: list[Span]) -> bool:
    """Give the cells of a row to its event; False where they hold no relief."""
    values = {
        k: float(n.group())
        for k in ("percent", "pre", "post")
        if k in row and (n := _NUMBER.search(row[k])) is not None
    }
    percent, pre, post = values.get("percent"), values.get("pre"), values.get("post")
    if pre is not None and post is not None and max(pre, post) <= 10:
        e.scores = (pre, post)
    if (
        percent is not None
        and percent <= 100
        and "/" not in row["percent"]
        and not _UNIT.search(row["percent"])
    ):
        e.percent, e.source = percent, "percent"
    elif pre is not None and post is not None and 0 <= post <= pre <= 10 and pre > 0:
        e.percent, e.source = float(round((pre - post) / pre * 100)), "scores"
    else:
        return False
    for kind in ("held", "hours", "minutes", "days"):
        if e.days is None and kind in row:
            e.days = _days(row[kind], kind)
    e.spans += spans
    e.steps.append("percent_relief<-columns")
    return True

"""Which words of a sentence belong to which procedure named in it.

``right L3 to S1 medial branch blocks and radiofrequency ablation on the right from L3 to S1`` names two procedures;
the side and levels in front belong to the first, those behind to the second. A zone runs from a procedure's own
left modifiers to those of the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.quantities import find_dates

_TOKEN = re.compile(r"[A-Za-z]+|\d+|[^\sA-Za-z\d]")
_MODIFIER = frozenset(
    """left right bilat bilateral bilaterally b l r lt rt both side sides sided the a an her his my our your lumbar cervical
    thoracic lumbosacral sacral spine c t s ls diagnostic dx therapeutic repeat first second third initial prior previous
    past two three one four several multiple series of set sets another comparative confirmatory dual concordant thermal
    pulsed cooled fluoroscopic fluoroscopically guided fluoro ct ultrasound us image level levels single multilevel and
    through to thru at facet facets joint joints st nd rd intra articular l3 unilateral upper lower mid low st recent last
    successful positive negative concordant same # & + / , - ( ) nerve root steroid il tf x""".split()
)
_SEPARATOR = frozenset({"and", ",", "&", "+", "/", "then"})


@dataclass(frozen=True, slots=True)
class Zone:
    """Bounds in the sentence's text: ``left`` to the name, the name, and behind it to ``right``."""

    left: int
    start: int
    end: int
    right: int


#: "; 2024 - right SIJ injection": a date opens the next item of a list.
_DATED_ITEM = re.compile(
    r"[;|]\s*(?P<item>(?:(?:19|20)\d\d|\d{1,2}/\d{1,2}/\d{2,4}|\d{1,2}/\d{2,4})\s?[-:–,]?\s[^;|%.]{0,40})$"
)


def _modifier_start(text: str, low: int, start: int) -> int:
    """Where the run of modifiers directly before ``start`` begins, not before ``low``."""
    if low > 0 and (m := _DATED_ITEM.search(text, low, start)) is not None:
        return m.start("item")
    tokens = [(m.start() + low, m.end() + low, m.group().lower()) for m in _TOKEN.finditer(text[low:start])]
    for d in find_dates(text[low:start], base=low):
        if d.precision != "year" or d.end < start:
            tokens = [t for t in tokens if t[0] >= d.end]
    first = start
    kept: list[tuple[int, int, str]] = []
    for a, b, word in reversed(tokens):
        if not (word in _MODIFIER or word.isdigit()):
            break
        kept.insert(0, (a, b, word))
        first = a
    if kept and low > 0 and len(kept) == len(tokens):
        # Modifiers all the way to the procedure before: what stands behind that one may be its own.
        seps = [i for i, t in enumerate(kept) if t[2] in _SEPARATOR and not _inside_list(text, kept, i)]
        if not seps:
            return first if kept[0][2] in {"left", "right", "bilateral", "l", "r"} else start
        cut = 0 if kept[0][2] in _SEPARATOR else seps[-1]
        kept = kept[cut + 1 :]
    while kept and (kept[0][2] in _SEPARATOR or kept[0][2] in {"-", ")", "to", "of", "x"}):
        kept.pop(0)
    return kept[0][0] if kept else start


def _inside_list(text: str, kept: list[tuple[int, int, str]], i: int) -> bool:
    """Whether a separator stands between two levels ("L3, L4 and L5")."""
    before = text[max(0, kept[i][0] - 8) : kept[i][0]]
    after = text[kept[i][1] : kept[i][1] + 8]
    return bool(
        re.search(r"[CTLS]?\d\s*$", before, re.I) and re.match(r"\s*(?:the )?[CTLS]\d|\s*\d-", after, re.I)
    )


def zones(text: str, places: list[tuple[int, int]]) -> list[Zone]:
    """The zone of each procedure name in ``text``; ``places`` in order, not overlapping."""
    lefts: list[int] = []
    for i, (start, _) in enumerate(places):
        low = places[i - 1][1] if i else 0
        lefts.append(_modifier_start(text, low, start))
    out: list[Zone] = []
    for i, (start, end) in enumerate(places):
        right = lefts[i + 1] if i + 1 < len(places) else len(text)
        out.append(Zone(lefts[i], start, end, max(end, right)))
    return out

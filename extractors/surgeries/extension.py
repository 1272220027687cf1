"""An extended fusion: "carried up to L2" names one end; the segments run from the earlier fusion to it."""

from __future__ import annotations

import re

from extractors.quantities.level_grammar import SPINE, between, segments_between
from extractors.surgeries.merge import Event

_TO = re.compile(
    r"\b(?:exten(?:ded|sion|ding)|carried|continued|taken|lengthened|brought)\b[^.;]{0,30}?"
    r"\b(?:to|through|as far as)\s(?:the\s)?(?:level of\s)?(?P<end>[CTLS]\d{1,2}|sacrum|ilium|pelvis)\b(?!\s?-)",
    re.IGNORECASE,
)


def extend(events: list[Event]) -> None:
    """Give each extension without levels of its own the segments between the earlier fusion and its new end."""
    done: list[Event] = []
    for e in events:
        if e.kind != "fusion" or e.status not in {"past", "performed", "planned"}:
            continue
        p = e.phrase
        m = None if e.levels else _TO.search(p.sentence.text, max(0, p.start - 20), p.end + 60)
        old = next((h for h in reversed(done) if h.levels), None)
        if m and old:
            e.levels = _between(m["end"].upper(), old.levels)
            e.region = old.region
            e.steps.append("levels<-extension")
        done.append(e)


def _between(end: str, levels: tuple[str, ...]) -> tuple[str, ...]:
    """Segments from the nearer end of the fused run ``levels`` to ``end``; empty where ``end`` lies inside it."""
    new = "S1" if end in {"SACRUM", "ILIUM", "PELVIS"} else end
    bones = sorted({b for name in levels for b in name.split("-")} & set(SPINE), key=SPINE.index)
    if not bones or new not in SPINE or new in between(bones[0], bones[-1]):
        return ()
    return tuple(segments_between(new, bones[0]) or segments_between(bones[-1], new))

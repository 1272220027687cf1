"""Bind synovial cysts of facet joints: region, levels, side; one fact for each distinct cyst and assertion."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extractors.facts import Fact, Span
from extractors.family import Family, fact_of, stripped
from extractors.note import Mention, Note
from extractors.quantities import find_laterality, find_levels, laterality, levels, region_of_levels
from extractors.radicular.context import status_of
from extractors.radicular.topic import spine_regions

VERSION = "1"
_ASSERTIONS = {
    "affirmed": "present",
    "negated": "absent",
    "resolved": "historical",
    "historical": "historical",
    "uncertain": "uncertain",
}
#: Cysts of other joints and of other tissue.
_ELSEWHERE = re.compile(
    r"\b(?:knees?|popliteal|baker\w*|wrists?|hands?|fingers?|thumbs?|hips?|shoulders?|ankles?|foot|feet|elbows?|toes?"
    r"|acetabul\w+|labr\w+|tibio\w*|renal|kidney|ovar\w+|hepatic|liver|arachnoid|tarlov|perineural|pineal|thyroid)\b",
    re.IGNORECASE,
)
_OF_SPINE = re.compile(r"\b(?:facets?|spin\w*|juxta-?facet|zygapo\w+)\b", re.IGNORECASE)
#: A study that is ordered tells of no finding.
_ORDERED = re.compile(
    r"\b(?:order\w*|to (?:rule out|evaluate for|assess for|look for|exclude)|obtain|will get)\b[^.;\n]{0,60}$",
    re.IGNORECASE,
)
#: Taken out or done away with on an earlier day.
_REMOVED = re.compile(
    r"\b(?:s/p|status[- ]post|previous\w*|prior|underwent|had|history of|h/o)\b[^.;\n]{0,50}\b(?:resect\w+|excis\w+|remov\w+|decompress\w+|laminectom\w+|hemilaminectom\w+|aspirat\w+|fenestrat\w+|surgery)\b[^.;\n]{0,40}$",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"\b(?:(?:not )?covered|coverage|(?:not )?considered medically|except\w*|unless|excluding|policy|LCD|criteri\w+)\b",
    re.IGNORECASE,
)
_WORDS_AROUND = 90


@dataclass
class _Cyst:
    """One cyst with the places that tell of it."""

    assertion: str
    region: str
    levels: tuple[str, ...]
    side: str
    why: str
    mention: Mention
    places: list[Span] = field(default_factory=list)

    def same(self, other: _Cyst) -> bool:
        """Whether both can be one cyst: nothing stated of the one contradicts the other."""
        return (
            self.assertion == other.assertion
            and (self.region == other.region or "unknown" in (self.region, other.region))
            and (not self.levels or not other.levels or self.levels == other.levels)
            and (self.side == other.side or "unknown" in (self.side, other.side))
        )


def _own_part(mention: Mention, low: int, high: int) -> str:
    """The words that speak of this cyst: its clause, between the cysts named before and after it in the sentence."""
    a, b = mention.clause
    a, b = max(a, low, mention.start - _WORDS_AROUND), min(b, high, mention.end + _WORDS_AROUND)
    return mention.sentence.text[a:b]


def _levels(words: str, mention: Mention) -> tuple[str, ...]:
    """The segments named nearest the cyst; nerve roots that it compresses are no levels of it."""
    found = tuple(n for n in levels(words) if "-" in n)
    if len(found) > 1:
        at = words.find(mention.text)
        near = min(
            (m for m in find_levels(words) if m.segments),
            key=lambda m: max(m.start - at - len(mention.text), at - m.end),
        )
        return near.segments
    if not found:  # "L4-5:" at the head of a line is its title
        found = tuple(n for n in levels(mention.sentence.section.title.upper()) if "-" in n)
    return found


def _side(words: str, mention: Mention) -> str:
    """The side named nearest the cyst; one said of a root or a limb further off is not its own."""
    found = find_laterality(words)
    if len({s.side for s in found}) <= 1:
        return laterality(words)
    at = words.find(mention.text)
    return min(found, key=lambda s: max(s.start - at - len(mention.text), at - s.end)).side


def _region(words: str, names: tuple[str, ...], mention: Mention) -> str:
    """The region of the levels, else the one that the words, the sentence or the section's title name."""
    if names:
        return region_of_levels(names)
    for said in (words, mention.sentence.text, mention.sentence.section.title):
        named = spine_regions(said)
        if len(named) == 1:
            return named[0]
    return "unknown"


def _read(mention: Mention, note: Note, low: int, high: int) -> _Cyst | None:
    """The cyst that a mention tells of in the words from ``low`` to ``high``, or None."""
    sentence = mention.sentence
    words = _own_part(mention, low, high)
    if _ELSEWHERE.search(words) and not (_OF_SPINE.search(mention.text) or spine_regions(words)):
        return None
    ahead = sentence.text[max(0, mention.start - 2 * _WORDS_AROUND) : mention.start]
    if _ORDERED.search(ahead) or _POLICY.search(
        ahead + sentence.text[mention.start : mention.end + _WORDS_AROUND]
    ):
        return None
    status, why = status_of(mention, note)
    assertion = _ASSERTIONS.get(status)
    if assertion is None:
        return None
    past = _REMOVED.search(ahead) or sentence.section.category == "past_surgical"
    if assertion == "present" and past:
        assertion, why = "historical", "removed"
    names = _levels(words, mention)
    place = sentence.span(*stripped(sentence.text, *mention.clause))
    if place.end - place.start > 3 * _WORDS_AROUND:
        place = mention.span
    return _Cyst(
        assertion, _region(words, names, mention), names, _side(words, mention), why, mention, [place]
    )


def bind(note: Note) -> list[Fact]:
    """Facts ``synovial_cysts``: region, levels, laterality; what is told twice is one fact with support."""
    cysts: list[_Cyst] = []
    mentions = _widest(note.mentions("cysts"))
    for i, mention in enumerate(mentions):
        before = mentions[i - 1] if i else None
        after = mentions[i + 1] if i + 1 < len(mentions) else None
        low = before.end if before and before.sentence is mention.sentence else 0
        high = after.start if after and after.sentence is mention.sentence else len(mention.sentence.text)
        new = _read(mention, note, low, high)
        if new is None:
            continue
        known = next((c for c in cysts if c.same(new)), None)
        if known is None:
            cysts.append(new)
            continue
        known.levels = known.levels or new.levels
        known.side = new.side if known.side == "unknown" else known.side
        known.region = new.region if known.region == "unknown" else known.region
        known.places += [p for p in new.places if p not in known.places]
    return [
        fact_of(
            c.mention, "synovial_cysts", {"region": c.region, "levels": c.levels, "laterality": c.side},
            version=VERSION, assertion=c.assertion, span=c.places[0], supporting=tuple(c.places[1:5]),
            steps=(f"assertion:{c.assertion}<-{c.why}",),
        )
        for c in cysts
    ]  # fmt: skip


def _widest(mentions: list[Mention]) -> list[Mention]:
    """The mentions that do not lie inside another one, in order."""
    kept: list[Mention] = []
    for m in sorted(mentions, key=lambda m: (m.span.start, -m.span.end)):
        if not kept or m.span.start >= kept[-1].span.end:
            kept.append(m)
    return kept


FAMILY = Family.load(__file__, VERSION, bind)

"""Levels, side, region, date, ordinal and count of a named procedure, from its zone."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from extractors.blocks.cues import cue
from extractors.blocks.naming import Named
from extractors.blocks.setting import Setting, region_in
from extractors.quantities import (
    DateMention,
    Levels,
    find_dates,
    find_laterality,
    find_levels,
    region_of_levels,
)

_ORDINAL = (
    (1, re.compile(r"(?:#|\bno\.? ?)1\b|\b(?:first|1st|initial)\b|\b(?:MBB|block|set) ?1\b", re.I)),
    (2, re.compile(r"(?:#|\bno\.? ?)2\b|\b(?:second|2nd|confirmatory)\b|\b(?:MBB|block|set) ?2\b", re.I)),
    (3, re.compile(r"(?:#|\bno\.? ?)3\b|\b(?:third|3rd)\b", re.I)),
)
_COUNT = re.compile(
    r"\b(?:(?P<two>two|both(?! (?:sides?|legs?|arms?|knees?|hips?|levels?|shoulders?|joints?))|dual|couple|pair)\b|(?P<three>three)\b|(?P<four>four|several|multiple)\b"
    r"|(?<![-\dCTLSctls/.])(?P<digit>[2-6]) (?:prior |previous |past |sets? of |diagnostic |separate |successful |concordant )*(?:left |right |bilateral )?(?:lumbar |cervical )?(?:mbb|esi|block|inj|epidural|medial|rfa|tfesi))",
    re.I,
)
_YEAR = re.compile(r"(?<![/\d-])((?:19[89]|20[0-3])\d)(?![/\d]|-(?!\d\d\b))")
#: "Since 12/14", "back by May": the date of something else.
_OTHER_DATE = re.compile(r"\b(?:since|until|till|through|by|DOB)\s(?:about |mid[- ]|early |late )?$", re.I)
#: "Both were injected together", "a third session, again both sides".
_BOTH_TOLD = re.compile(r"\bboth (?:were|sides|joints)\b", re.I)
_GLUED = re.compile(r"\b([CTLctl]\d{1,2})(?=(?:DR|MB|dr|mb)s?\b)")
_TIMES = re.compile(
    r"\bx ?(?P<x>[2-9])\b(?! ?(?:wks?|weeks?|days?|months?|mos?\b|hours?|hrs?|h\b|d\b|min\w*|yrs?|years?|sites|levels?))"
    r"|\b(?P<two>twice|two times|two occasions|both (?:times|occasions|blocks|with|gave|sets))\b|\b(?P<three>three times|thrice|three occasions)\b",
    re.I,
)
_LETTER_SIDE = re.compile(r"(?<![A-Za-z/])(?P<side>[RLB])\s(?=[CTLS]\d|sides?\b)")
_LETTERS = {"L": "left", "R": "right", "B": "bilateral"}
_ON_SIDE = re.compile(r"\bon (?:the |her |his )?(?P<side>left|right)\b", re.I)
#: "... on my right low back": here the place treated, not the place of the pain.
_ON_PLACE = re.compile(
    r"(?: \w+){0,2} (?:on|in|to|at|of) (?:my |her |his |the |their )?(?P<side>left|right) (?:low(?:er)? |upper |mid )?(?:back|neck|side)\b",
    re.I,
)
_BEHIND_NOUN = re.compile(
    r"\b(?:(?:DR|MBs?|branch(?:es)?|ram(?:us|i)|joints?|facets?|blocks?|MBBs?|RFA|ESI|TFESI|[CTLS]\d)\s(?P<side>left|right|bilat\w*)\b"
    r"|(?:blocks?|inj\w*|joints?|MBBs?|RFA|T?F?ESI|SIJs?|GONB?|TPIs?|traps?|trapezi\w+|rhomboids?|levator\w*|QL|glut\w*|paraspinals?|splenius|facets?|nerves?)\s"
    r"(?-i:(?P<letter>[RLB]))\b(?=\s*(?:\d{1,2}/\d|[,.;():]|$|x ?\d|on\b|w/)))",
    re.I,
)
_SAME = re.compile(r"\bsame\b(?! (?:day|time|as|visit|week|pain|result|thing))|\brepeated\b|\bagain\b", re.I)
_BOTH_SIDES = re.compile(
    r"\b(?:repeated|same (?:procedure|technique|steps?|sequence|thing)|identical|opposite|contralateral|other side)\b[^.]{0,60}\b(?:left|right|opposite|other|contralateral|both)\b[^.]{0,12}\bsides?\b",
    re.I,
)
#: Muscles by the part of the spine beside which they are injected.
_MUSCLES = {
    "cervical": re.compile(
        r"\b(?:trap(?:s|ezi\w+)?|levator\w*|scalen\w*|SCM|sternocleido\w*|splenius\w*|semispinalis|suboccipital\w*)\b",
        re.I,
    ),
    "thoracic": re.compile(
        r"\b(?:rhomboids?|infraspinatus|lat(?:issimus)? dorsi|serratus|supraspinatus|teres)\b", re.I
    ),
    "lumbar": re.compile(r"\b(?:QL|quadratus(?: lumborum)?|glut\w*|iliocostalis)\b", re.I),
    "other": re.compile(
        r"\b(?:piriformis|pelvic floor|levator ani|obturator internus|coccygeus|masseters?|temporalis|frontalis|corrugator|migraines?|PREEMPT|gastrocnemius|biceps|adductors?)\b",
        re.I,
    ),
}
#: Targets of the chain of ganglia by the part of the spine beside which they lie.
_GANGLIA = {
    "sacral": re.compile(r"\b(?:impar|walther|coccy\w+)\b", re.I),
    "cervical": re.compile(r"\b(?:stellate|SGBs?|cervico-?thoracic)\b", re.I),
    "thoracic": re.compile(r"\b(?:splanchnic|co?eliac|CPBs?|retrocrural)\b", re.I),
}
#: Nerves, ganglia and joints that tell two procedures of one kind apart.
_STRUCTURE = re.compile(
    r"\b(?:genicular|(?:greater |lesser )?occipital|supra-?scapular|intercostal|pudendal|cluneal|ilio-?inguinal|genito-?femoral"
    r"|sciatic|obturator|saphenous|trigeminal|spheno-?palatine|basi-?vertebral|femoral|piriformis|stellate|impar|hypogastric|splanchnic"
    r"|co?eliac|lumbar sympathetic|knees?|hips?|shoulders?|trochant\w+|tumou?r|DRG)",
    re.I,
)
_MANY = frozenset({"sympathetic", "other", "peripheral_nerve", "peripheral_joint"})
#: Ablations in the spine itself; the others of target "other" lie elsewhere.
_IN_SPINE = re.compile(
    r"\b(?:basi-?vertebral|BVNA?|intracept|tumou?rs?|metasta\w+|lesions?|DRG|dorsal root ganglion|vertebra\w*)\b",
    re.I,
)
_FIXED_REGION = {"si_joint": "sacral", "peripheral_joint": "other", "peripheral_nerve": "other"}


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the zone says of the procedure; empty or None where it says nothing."""

    levels: tuple[str, ...] = ()
    laterality: str = "unknown"
    region: str | None = None
    date: DateMention | None = None
    ordinal: int | None = None
    count: int = 1
    same: bool = False
    #: Nerves or ganglia by name, for kinds that take in many ("cluneal", "impar").
    structures: frozenset[str] = frozenset()


def partial_iso(d: DateMention | None) -> str | None:
    """A date mention as a partial ISO date, or None without a year."""
    if d is None or d.value is None:
        return None
    iso = d.value.isoformat()
    return {"year": iso[:4], "month": iso[:7]}.get(d.precision, iso)


def names_of(kind: str, found: list[Levels], text: str = "") -> tuple[str, ...]:
    """Canonical levels for a kind: nerves go before the joints that they supply, ranges of nerves are spelled out.

    With the text in which they stand, joints and the nerves in brackets behind them are told apart.
    """
    nervous = kind in {
        "medial_branch_block",
        "facet",
        "sympathetic",
        "peripheral_nerve",
        "selective_nerve_root",
    }
    singles = [m for m in found if m.kind == "single" and m.noun != "joint"]
    segments = [m for m in found if m.kind == "segment"]
    kept = found
    if singles and segments:
        # Joints behind their nerves, in brackets: the first way of naming holds. Nerves named as such behind
        # their joints ("L4-5 and L5-S1 (L3, L4 MB, L5 DR)") are what was blocked.
        by_nerve = kind == "medial_branch_block" and any(m.noun == "nerve" for m in singles)
        dropped = "segment" if by_nerve or singles[0].start < segments[0].start else "single"
        kept = [m for m in found if m.kind != dropped]
    if (
        nervous
        and singles
        and segments
        and all(m.noun == "nerve" for m in segments)
        and segments[0].start < singles[0].start
        and "(" not in text[segments[-1].end : singles[0].start]
    ):
        kept = found  # "L3/L4 medial branches and L5 dorsal ramus": three nerves
    out: list[str] = []
    for m in kept:
        names = m.values
        if m.kind == "segment" and kept is found and singles and nervous:
            names = m.vertebrae
        if m.kind == "range" and m.noun != "joint" and nervous and kind != "selective_nerve_root":
            names = m.vertebrae
        elif m.kind == "range" and kind in {"epidural", "discography", "facet_intraarticular"}:
            names = m.segments
        out.extend(n for n in names if n not in out)
    return tuple(out)


def _cut(text: str, name: int, start: int, end: int, code: bool) -> int:
    """Where the words behind a name stop being about it."""
    m = cue("attribute_stop").search(text, start, end)
    stop = m.start() if m else end
    closing = text.find(")", start, stop)
    if (
        not code
        and closing >= 0
        and "(" not in text[start:closing]
        and re.search(r"\([^()]*\w[^()]*$", text[:name])
    ):
        return closing  # a name inside a bracket: "(pre-ESI): R L4-5 herniation"
    return stop


def _side(text: str, low: int, start: int, end: int, cut: int, loose: bool) -> str:
    sides = [
        x for x in find_laterality(text) if loose or not cue("symptom_after").match(text[x.end : x.end + 30])
    ]
    plural = re.search(
        r"\b(?:knees|hips|shoulders|SI joints|SIJs|sacro-?iliac joints)\b", text[low:cut], re.I
    )
    if plural and not any(low <= x.start < cut for x in sides):
        return "bilateral"
    left = [x.side for x in sides if low <= x.start and x.end <= end]
    if left:
        return _merge(left)
    right = [x for x in sides if end <= x.start < cut]
    if right:
        near = [x.side for x in right if x.start - right[0].start < 40 or x.form == "modifier"]
        return _merge(near)
    behind = _BEHIND_NOUN.search(text, low, cut)
    if behind:
        word = (behind["side"] or _LETTERS[behind["letter"]]).lower()
        return word if word in {"left", "right"} else "bilateral"
    letter = _LETTER_SIDE.search(text, max(0, low - 3), cut)
    if letter:
        return _LETTERS[letter["side"]]
    place = _ON_PLACE.match(text, end, cut)
    if place:
        return place["side"].lower()
    on = _ON_SIDE.search(text, end, cut)
    if on:
        return on["side"].lower()
    far = [x for x in sides if start - 60 <= x.start < low and not re.search(r"[.;:]", text[x.end : start])]
    return far[-1].side if far else "unknown"


def _merge(sides: list[str]) -> str:
    kinds = set(sides)
    return "unknown" if not kinds else kinds.pop() if len(kinds) == 1 else "bilateral"


def attributes_of(named: Named, first: bool, setting: Setting) -> Attributes:
    """Attributes of a named procedure; ``first`` in its sentence, so that words in front may be its own."""
    s, z = named.sentence, named.zone
    text = s.text
    cut = _cut(text, z.start, z.end, z.right, named.form == "code")
    found = [m for m in find_levels(text) if z.left <= m.start < cut]
    if not found and first:
        found = [
            m
            for m in find_levels(text)
            if max(0, z.left - 50) <= m.start < z.left and not _blocked(text, m.end, z.start)
        ]
    names = names_of(named.kind, found, text)
    glued = tuple(
        m.group(1).upper() for m in _GLUED.finditer(text, z.left, cut) if m.group(1).upper() not in names
    )
    if glued and not any("-" in x for x in names):
        names = (*names, *glued)
    loose = named.kind in {"peripheral_joint", "peripheral_nerve", "trigger_point", "botulinum", "other"}
    side = _side(text, z.left, z.left, z.end, cut, loose)
    if side == "unknown" and named.mention.label == "elided" and _BOTH_TOLD.search(text, z.start, cut):
        side = "bilateral"
    words = text[z.left : cut]
    region = _region(named, names, words, text)
    if region == "sacral" and named.kind == "epidural" and setting.region == "lumbar":
        region = "lumbar"  # the canal below, for what ails the lumbar spine
    dates = [
        d
        for d in find_dates(text, as_of=setting.date)
        if z.left - (60 if first else 0) <= d.start < z.right
        and not (d.precision == "month" and re.fullmatch(r"\d{1,2}/52", text[d.start : d.end]))
        and not _OTHER_DATE.search(text[max(0, d.start - 16) : d.start])
    ]
    date = next((d for d in dates if z.start <= d.start < z.end or d.start >= z.end), None) or next(
        (d for d in reversed(dates) if d.end <= z.start), None
    )
    if date is None and (m := _YEAR.search(text, z.end, min(cut, z.end + 60))) is not None:
        year = int(m.group(1))
        date = DateMention(dt.date(year, 1, 1), "year", m.start(), m.end(), year=year)
    own = text[z.left : min(z.right, z.end + 60)]
    ordinal = (
        None
        if named.form == "code"
        else next((n for n, p in _ORDINAL if p.search(text[z.left : z.end + 12])), None)
    )
    count = 1
    if (m := _COUNT.search(text[max(0, z.left - 18) : z.end])) is not None:
        count = int(m["digit"] or (2 if m["two"] else 3 if m["three"] else 4))
    elif (m := _TIMES.search(text[z.end : min(z.right, z.end + 70)])) is not None:
        count = int(m["x"] or (2 if m["two"] else 3))
    if len([d for d in dates if d.precision != "year"]) < 2 and ordinal and count == 1:
        count = 1
    structures = frozenset(
        m.group().lower().rstrip("s").replace("-", "") for m in _STRUCTURE.finditer(text, z.left, cut)
    )
    if named.kind not in _MANY:
        structures = frozenset()
    return Attributes(names, side, region, date, ordinal, count, _SAME.search(own) is not None, structures)


def _blocked(text: str, start: int, end: int) -> bool:
    """Whether other matters stand between a level and the name behind it."""
    return (
        len(text[start:end]) > 50
        or cue("attribute_stop").search(text, start, end) is not None
        or ";" in text[start:end]
    )


def _region(named: Named, names: tuple[str, ...], words: str, text: str) -> str | None:
    kind = named.kind
    if kind == "peripheral_nerve" and named.form == "code":
        return None  # the name beside it says where
    if kind in {"peripheral_nerve", "other"} and re.search(r"\bintercostal", words, re.I):
        return "thoracic"
    if kind == "peripheral_nerve" and re.search(
        r"\b(?:intercost\w+|ICNB|paravertebral|erector spinae|ESP)\b", words, re.I
    ):
        return "thoracic"
    if kind in _FIXED_REGION:
        return _FIXED_REGION[kind]
    if kind in {"medial_branch_block", "facet"} and re.search(r"\b[Tt]hird occipital|\bTON\b", words):
        return "cervical"
    if named.family == "ablations" and kind == "other" and not names and not _IN_SPINE.search(words):
        return (named.mention.label == "lay" and region_in(words)) or "other"
    if kind == "sympathetic" and (ganglion := _first_of(_GANGLIA, words)) is not None:
        return ganglion
    if kind == "other" and named.form == "site" and re.search(r"\bback\b", named.mention.text, re.I):
        return "thoracic" if re.search(r"\b(?:mid|upper)", named.mention.text, re.I) else "lumbar"
    site = named.mention.entry.attributes.get("site")
    if site == "sacral" or (site == "other" and not names):
        return str(site)
    if names:
        region = region_of_levels(names)
        return "lumbar" if region == "sacral" and kind not in {"si_joint", "other"} else region
    return (
        region_in(words)
        or (
            _first_of(_MUSCLES, text[max(0, named.zone.left - 30) : named.zone.right])
            if kind in {"trigger_point", "botulinum"}
            else None
        )
        or (str(site) if site in {"cervical", "lumbar"} else None)
    )


def _first_of(table: dict[str, re.Pattern[str]], words: str) -> str | None:
    """The region of the muscle or ganglion that is named first."""
    hits = [(m.start(), r) for r, p in table.items() if (m := p.search(words))]
    return min(hits)[1] if hits else None


def other_side_too(text: str) -> bool:
    """Whether a description says that the same was done on the other side."""
    return _BOTH_SIDES.search(text) is not None

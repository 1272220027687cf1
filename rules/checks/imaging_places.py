"""Level and side that a report of root compression names, and those that an epidural is requested at.

A compression fact carries region and status only: level and side are read from its cited words, so that what
the record says elsewhere is not called missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rules import levels as lv
from rules.case import Evidence
from rules.values import Region
from rules.view import CaseView, may_lie_in, sides

_EPIDURAL = ("epidural",)
_KINDS = ("epidural", "selective_nerve_root")
#: Epidurals through the foramen reach one root; those between the laminae spread over several levels.
_FORAMEN = ("64479", "64480", "64483", "64484")
#: "L4-5", "L5/S1", "C5-C6", and a root by its name: "L5 nerve root", "S1 root".
_SEGMENT = re.compile(r"\b([CTLS]\d{1,2})\s?[-–/]\s?([CTLS]?\d{1,2})\b", re.IGNORECASE)
_ROOT = re.compile(r"\b([CTLS]\d{1,2})\s+(?:nerve|root|foramen)", re.IGNORECASE)
_SIDE = re.compile(r"\b(left|right|lt|rt|bilateral(?:ly)?|both sides)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[;.\n](?!\d)|\b(?:but|however|although|while|whereas)\b", re.IGNORECASE)
#: "No compression at L5-S1": the places of such a clause are those where nothing was found.
_DENIED = re.compile(
    r"\b(?:no|without|negative for)\b[^,\n]{0,40}\b(?:compress|imping|stenos|contact|efface|displace|narrow)",
    re.IGNORECASE,
)
_NAMES = {"lt": "left", "rt": "right", "bilaterally": "bilateral", "both sides": "bilateral"}


def _vertebrae(levels: Iterable[str]) -> frozenset[str]:
    return frozenset(name for level in levels for name in level.strip().upper().split("-"))


def shown_at(places: Iterable[Evidence]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the vertebrae or roots, and the sides, that cited words name; clauses of denial name none."""
    names: set[str] = set()
    named_sides: set[str] = set()
    for text in (part for place in places for part in _CLAUSE.split(place.quote)):
        if _DENIED.search(text):
            continue
        for match in _SEGMENT.finditer(text):
            names |= _vertebrae(lv.segments(match.group()))
        names |= {m.group(1).upper() for m in _ROOT.finditer(text)}
        words = [m.group(1).lower() for m in _SIDE.finditer(text)]
        named_sides |= sides(_NAMES.get(w, w) for w in words)
    return frozenset(names), frozenset(named_sides)


def asked_at(view: CaseView, region: Region) -> tuple[frozenset[str], frozenset[str]]:
    """Return the vertebrae or roots, and the sides, that an epidural is requested at in a region.

    What the claim lines leave open the planned injections of the record may tell, and then, of the side, the
    radicular signs. Levels of an epidural between the laminae are left out.
    """
    lines = [line for line in view.lines(_EPIDURAL) if may_lie_in("unknown", line.levels, (region,))]
    planned = [
        f.value
        for f in view.case.injections
        if f.value.kind in _KINDS
        and f.value.status == "planned"
        and f.assertion in ("present", "planned")
        and may_lie_in(f.value.region, f.value.levels, (region,))
    ]
    signs = [
        f.value.laterality
        for f in view.latest(view.case.radicular_signs)
        if f.value.region == region and f.assertion == "present"
    ]
    foramen = [line for line in lines if line.cpt in _FORAMEN]
    levels = _vertebrae(level for line in foramen for level in line.levels)
    if foramen and not levels:
        levels = _vertebrae(level for v in planned for level in v.levels)
    asked = sides(line.laterality for line in lines) or sides(v.laterality for v in planned) or sides(signs)
    view.trail.add(
        f"where the epidural is asked for, {region}",
        ", ".join([*lv.in_order(levels), *sorted(asked)]) or "not stated",
    )
    return levels, asked

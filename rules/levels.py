"""Vertebral levels: segments, nerves, the joints that they mean, and the region that they lie in.

Levels come as the facts state them: segments ("L4-L5", "L5-S1", "L4-S1") or single names of nerves or
vertebrae ("L3", "TON"). Pure functions; what cannot be told is left out, never guessed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

#: Vertebrae from the skull down. C8 is a nerve, not a vertebra.
SPINE = (
    *(f"C{n}" for n in range(1, 8)),
    *(f"T{n}" for n in range(1, 13)),
    *(f"L{n}" for n in range(1, 6)),
    "S1",
)
_INDEX = {name: number for number, name in enumerate(SPINE)}
_SEGMENT = re.compile(r"^([CTLS]\d{1,2})\s*[-–/]\s*([CTLS]?\d{1,2})$")
_REGION = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}

#: Facet joint by the pair of nerves that supply it (policy P4). Lumbar joint Ln–Ln+1: medial branches of
#: Ln-1 and Ln; at L5–S1 the L4 branch and the L5 dorsal ramus. Cervical joint Cn–Cn+1: branches Cn and Cn+1,
#: C7–T1: C7 and C8. Thoracic pairs are left out: sources differ.
_NERVES = {
    **{(f"C{n}", f"C{n + 1}"): f"C{n}-C{n + 1}" for n in range(3, 7)},
    ("C7", "C8"): "C7-T1",
    ("T12", "L1"): "L1-L2",
    ("L1", "L2"): "L2-L3",
    ("L2", "L3"): "L3-L4",
    ("L3", "L4"): "L4-L5",
    ("L4", "L5"): "L5-S1",
}


def segments(level: str) -> tuple[str, ...]:
    """Return the motion segments of a level: ``L4-S1`` gives ``L4-L5, L5-S1``; a single name gives none."""
    match = _SEGMENT.match(level.strip().upper())
    if not match:
        return ()
    upper, lower = match.groups()
    if lower[0].isdigit():
        lower = upper[0] + lower
    first, last = _INDEX.get(upper), _INDEX.get(lower)
    if first is None or last is None or last <= first:
        return ()
    return tuple(f"{SPINE[n]}-{SPINE[n + 1]}" for n in range(first, last))


def all_segments(levels: Iterable[str]) -> frozenset[str]:
    """Return the motion segments of several levels."""
    return frozenset(s for level in levels for s in segments(level))


def joints(levels: Iterable[str]) -> frozenset[str]:
    """Return the facet joints that levels mean: segments as they stand, named nerves by the pair they form.

    ``["L3", "L4", "L5"]`` (medial branches) gives ``L4-L5, L5-S1``; ``["TON"]`` gives ``C2-C3``. A nerve
    alone gives nothing.
    """
    named = [level.strip().upper() for level in levels]
    found = set(all_segments(named))
    singles = {name for name in named if not segments(name)}
    found.update(joint for (a, b), joint in _NERVES.items() if a in singles and b in singles)
    if "TON" in singles:
        found.add("C2-C3")
    return frozenset(found)


def between(levels: Iterable[str]) -> frozenset[str]:
    """Return the joints between neighbouring vertebrae named singly: ``["L4", "L5"]`` gives ``L4-L5``."""
    named = sorted({_INDEX[n] for level in levels if (n := level.strip().upper()) in _INDEX})
    return frozenset(f"{SPINE[a]}-{SPINE[b]}" for a, b in itertools.pairwise(named) if b == a + 1)


def nerves_of(joint: str) -> frozenset[str]:
    """Return the nerves that supply a facet joint, empty where sources differ (the thoracic spine)."""
    return frozenset(n for pair, name in _NERVES.items() if name == joint for n in pair)


def regions(levels: Iterable[str]) -> frozenset[str]:
    """Return the regions that levels lie in, by the vertebra on top (L5-S1 is lumbar, T12-L1 thoracic)."""
    found = set()
    for level in levels:
        name = level.strip().upper()
        if name == "TON":
            found.add("cervical")
        elif re.match(r"^[CTLS]\d", name):
            found.add(_REGION[name[0]])
    return frozenset(found)


def in_order(levels: Iterable[str]) -> tuple[str, ...]:
    """Return levels from the skull down."""
    return tuple(sorted(set(levels), key=lambda s: (_INDEX.get(s.split("-")[0], len(SPINE)), s)))

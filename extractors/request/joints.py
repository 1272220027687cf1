"""Facet joints meant by named nerves.

Lumbar joint Ln-Ln+1 is served by the medial branches of Ln-1 and Ln (L5-S1: L4 branch and L5 dorsal ramus);
cervical Cn-Cn+1 (C3-C4 to C6-C7) by Cn and Cn+1. Source: facet innervation anatomy (policy check P4).
"""

from __future__ import annotations

from collections.abc import Iterable

_SPINE = (
    "C2",
    "C3",
    "C4",
    "C5",
    "C6",
    "C7",
    "T1",
    *(f"T{n}" for n in range(2, 13)),
    "L1",
    "L2",
    "L3",
    "L4",
    "L5",
    "S1",
)


def joints_of_nerves(names: Iterable[str]) -> tuple[str, ...]:
    """Joints whose both nerves are named, from the head down."""
    named = set(names)
    out = []
    for i, low in enumerate(_SPINE[:-1]):
        high = _SPINE[i + 1]
        if low[0] == "L":
            both = {_SPINE[i - 1], low}
        elif low[0] == "C" and low != "C2" and high[0] == "C":
            both = {low, high}
        else:
            continue
        if both <= named:
            out.append(f"{low}-{high}")
    return tuple(out)

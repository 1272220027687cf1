"""Judgements of one note as counts; every measure is computed from sums of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipeline.evaluation.families import LIST_FAMILIES, STATUS_FAMILIES
from pipeline.evaluation.judgement import Judgement
from pipeline.evaluation.scoring import false_present

_ENTRY = {"right": "tp", "missed": "fn", "extra": "fp"}

#: Counts by name. ``F:tp``, ``F:fp``, ``F:fn`` for the entries of family F; ``F:right``, ``F:total`` for its
#: statuses; ``F.A:right``, ``F.A:total`` for attribute A; ``criteria.C=V:right`` for the gold's class V.
Counts = dict[str, int]


def counts_of(judgements: Iterable[Judgement], raising: int = 0) -> Counts:
    """The counts of one note.

    Parameters
    ----------
    judgements
        What :func:`pipeline.evaluation.scoring.judge` says of it.
    raising
        Regions falsely called radicular that raise a contradiction.
    """
    out: Counter[str] = Counter()
    for j in judgements:
        if j.verdict == "free":
            continue
        if j.part == "entry":
            out[f"{j.family}:{_ENTRY[j.verdict]}"] += 1
            continue
        right = int(j.verdict == "right")
        name = j.family if j.part == "status" else f"{j.family}.{j.part}"
        out[f"{name}:right"] += right
        out[f"{name}:total"] += 1
        if j.family == "criteria":
            out[f"{name}={j.want[0]}:right"] += right
            out[f"{name}={j.want[0]}:total"] += 1
        out["radicular.false_present:n"] += false_present(j)
    out["radicular.false_present_raising:n"] += raising
    return {k: v for k, v in sorted(out.items()) if v or k.endswith(":total")}


def families_counted() -> tuple[str, ...]:
    """Families that have entries or statuses, in the order of the reports."""
    return (*STATUS_FAMILIES, *LIST_FAMILIES)

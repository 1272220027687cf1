"""How records round what they measure, and relief reckoned anew from two pain scores."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from rules.bounds import Interval

_FILE = Path(__file__).with_name("measures.yaml")
_WHOLE = 100.0


@cache
def _figures() -> dict[str, float]:
    rows = yaml.safe_load(_FILE.read_text("utf-8"))
    return {name: float(row["value"]) for name, row in rows.items() if name != "version"}


def measure(name: str) -> float:
    """Return a figure of ``measures.yaml`` in the unit stated there; ``KeyError`` for an unknown name."""
    return _figures()[name]


def relief_percent(before: float, after: float) -> float:
    """Return (before - after) / before in per cent; negative where the pain rose.

    Raises
    ------
    ZeroDivisionError
        Where the score before is 0: there is no pain that could be relieved.
    """
    return (before - after) / before * _WHOLE


def relief_range(before: float, after: float) -> Interval:
    """Return the relief in per cent that two rounded scores (points of 10) allow.

    7 and 2 stand for 6.5 to 7.5 and 1.5 to 2.5, so that the relief lies between 61.5 and 80 %. The score
    before is taken as more than half a point, so that the reckoning is defined.
    """
    half = measure("score_rounding")
    least, most = max(before - half, half), before + half
    return Interval(relief_percent(least, after + half), relief_percent(most, max(after - half, 0.0)))

"""Figures that a record states only within bounds, and whether they reach a threshold.

"More than 50 %" exceeds 50, "at least 50 %" may or may not, "just short of six weeks" does not reach six.
Three-valued throughout: True and False where every reading agrees, None where the bounds leave it open.
"""

from __future__ import annotations

import dataclasses
import math

from rules.values import Bound


@dataclasses.dataclass(frozen=True)
class Interval:
    """The figures that a statement allows, from ``low`` to ``high``; an open end is not itself among them."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False


def interval(value: float, bound: Bound, low: float | None = None, high: float | None = None) -> Interval:
    """Return what a stated figure allows.

    Parameters
    ----------
    value
        The figure, in its own unit (weeks, per cent); never negative.
    bound
        How the record states it.
    low, high
        The ends of a stated range. Of a figure that is only approached ("nearly 80 %") ``low`` says from
        where on.
    """
    if bound == "at_least":
        return Interval(value, math.inf)
    if bound == "more_than":
        return Interval(value, math.inf, low_open=True)
    if bound == "at_most":
        return Interval(low or 0.0, value)
    if bound == "less_than":
        return Interval(low or 0.0, value, high_open=True)
    if bound == "range":
        return Interval(value if low is None else low, value if high is None else high)
    return Interval(value, value)


def reaches(found: Interval, least: float) -> bool | None:
    """Whether the figure is the threshold or more."""
    if found.low >= least:
        return True
    if found.high < least or (found.high == least and found.high_open):
        return False
    return None


def exceeds(found: Interval, cut: float) -> bool | None:
    """Whether the figure is more than the threshold: 50 does not exceed 50."""
    if found.low > cut or (found.low == cut and found.low_open):
        return True
    return False if found.high <= cut else None


def number(value: float) -> str:
    """Return a number without needless decimals: ``6``, ``4.3``."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def told(value: float, bound: Bound, low: float | None = None, high: float | None = None) -> str:
    """Return the figure as stated: ``at least 50``, ``4 to 6``, ``80``."""
    if bound == "range" and low is not None and high is not None:
        return f"{number(low)} to {number(high)}"
    return number(value) if bound in ("exact", "range") else f"{bound.replace('_', ' ')} {number(value)}"

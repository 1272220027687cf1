"""Whether a figure is stated as it is, or only bounded: "at least 50 %", "4-6 weeks", "just short of six"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Bound = Literal["exact", "at_least", "more_than", "at_most", "less_than", "range"]

_BY_SIGN: dict[str, Bound] = {">=": "at_least", ">": "more_than", "<=": "at_most", "<": "less_than"}
#: Words that put a figure just below: "nearly 80 %" is close to 80, "less than 80 %" may be anything below.
NEARLY = re.compile(
    r"\b(?:nearly|almost|not\squite|just\s(?:under|below|shy|short)(?:\sof)?|shy\sof|short\sof"
    r"|close\sto|approaching|nearing)\s(?:an?\s)?$",
    re.I,
)
#: Share of a figure from which on "nearly" holds; our own reading, no source states one.
NEARLY_FROM = 0.9


@dataclass(frozen=True, slots=True)
class Stated:
    """A bound with the ends of a range; of "nearly", ``low`` alone says from where on."""

    bound: Bound = "exact"
    low: float | None = None
    high: float | None = None


#: A figure as it is: the default of whatever carries one.
EXACT = Stated()


def stated(comparator: str, value: float, low: float, high: float, nearly: bool = False) -> Stated:
    """Return how a figure is stated, from its comparator (``= ~ > >= < <=``) and the ends of its range.

    Every figure is in one unit, that of ``value``.
    """
    if nearly:
        return Stated("less_than", round(value * NEARLY_FROM, 2))
    bound = _BY_SIGN.get(comparator, "exact")
    if low < high and bound == "exact":
        return Stated("range", round(low, 2), round(high, 2))
    return Stated(bound)

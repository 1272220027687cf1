"""A policy's figure together with how it is to be held against the record's."""

from __future__ import annotations

import dataclasses
import math

from pydantic import JsonValue

from rules.assessment import Comparison, Parameter
from rules.bounds import Interval, exceeds, number, reaches

_WORDS: dict[Comparison, str] = {
    "at_least": "at least",
    "more_than": "more than",
    "at_most": "at most",
    "less_than": "less than",
}


def worded(comparison: str | None, value: JsonValue, unit: str | None) -> str:
    """Return a figure as a policy states it: ``at least 80 per cent``."""
    parts = ((comparison or "").replace("_", " "), value, unit)
    return " ".join(str(part) for part in parts if part not in ("", None))


@dataclasses.dataclass(frozen=True)
class Threshold:
    """A figure that was read, with its comparison.

    Attributes
    ----------
    parameter
        As a finding shows it: owner, version, date, verification.
    value
        In the parameter's own unit.
    comparison
        ``at_least`` 80 holds for 80 and more, ``more_than`` 50 not for 50 itself.
    """

    parameter: Parameter
    value: float
    comparison: Comparison

    def holds(self, found: Interval) -> bool | None:
        """Whether a figure of the record satisfies it; None where the record's bounds leave that open."""
        if self.comparison == "at_least":
            return reaches(found, self.value)
        if self.comparison == "more_than":
            return exceeds(found, self.value)
        opposite = exceeds if self.comparison == "at_most" else reaches
        beyond = opposite(found, self.value)
        return None if beyond is None else not beyond

    def holds_for(self, figure: float) -> bool:
        """Whether an exact figure satisfies it."""
        return self.holds(Interval(figure, figure)) is True

    @property
    def figure(self) -> str:
        """The figure with its unit: ``80 %``, ``6 weeks``."""
        unit, told = self.parameter.unit or "", number(self.value)
        if unit == "per cent":
            return f"{told} %"
        return f"{told} {unit.removesuffix('s') if told == '1' else unit}".rstrip()

    @property
    def told(self) -> str:
        """The figure with its comparison: ``at least 80 %``, ``more than 50 %``."""
        return f"{_WORDS[self.comparison]} {self.figure}"

    @property
    def just_enough(self) -> float:
        """The figure nearest to the limit that satisfies it: the limit itself, else the next whole number."""
        if self.comparison == "more_than":
            return math.floor(self.value) + 1.0
        return math.ceil(self.value) - 1.0 if self.comparison == "less_than" else self.value

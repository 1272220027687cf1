"""How two policies differ on a day: figures, and which checks weigh."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import JsonValue

from rules.case import Frozen
from rules.checks import CATALOGUE
from rules.policy import CheckUse, Policy, PolicyParameter
from rules.threshold import worded


class Side(Frozen):
    """A figure as one policy states it on the day; ``stated`` False where it states none."""

    stated: bool
    value: JsonValue = None
    unit: str | None = None
    comparison: str | None = None
    since: dt.date | None = None
    verification: str | None = None

    @property
    def told(self) -> str:
        """The figure in words: ``at least 80 per cent``, ``not stated``, ``not read``."""
        if not self.stated:
            return "not stated"
        if self.value is None:
            return "not read at the source"
        value = ", ".join(str(v) for v in self.value) if isinstance(self.value, list) else str(self.value)
        return worded(self.comparison, value, self.unit)


class Difference(Frozen):
    """One thing in which the two differ."""

    kind: Literal["figure", "check"]
    name: str
    title: str
    first: str
    second: str


class PolicyDiff(Frozen):
    """Two policies on a day."""

    first: str
    second: str
    on: dt.date | None
    differences: tuple[Difference, ...]


def side(parameter: PolicyParameter | None, on: dt.date | None) -> Side:
    """Return a parameter as it stands on the day."""
    if parameter is None:
        return Side(stated=False)
    dated = parameter.at(on)
    return Side(
        stated=True,
        value=dated.value,
        unit=parameter.unit,
        comparison=parameter.comparison,
        since=dated.since,
        verification="unverified" if dated.value is None else parameter.verification,
    )


def _use(use: CheckUse | None) -> str:
    return use.role if use else "not asked for"


def diff(first: Policy, second: Policy, on: dt.date | None = None) -> PolicyDiff:
    """Compare figures and uses of checks; what is equal in both is left out."""
    found: list[Difference] = []
    for check in CATALOGUE:
        one, other = _use(first.checks.get(check.slug)), _use(second.checks.get(check.slug))
        if one != other:
            found.append(
                Difference(kind="check", name=check.slug, title=check.title, first=one, second=other)
            )
    for name in sorted({*first.parameters, *second.parameters}):
        a, b = first.parameters.get(name), second.parameters.get(name)
        one, other = side(a, on).told, side(b, on).told
        if one != other:
            title = (a or b).title if a or b else name  # type: ignore[union-attr]
            found.append(Difference(kind="figure", name=name, title=title, first=one, second=other))
    return PolicyDiff(first=first.id, second=second.id, on=on, differences=tuple(found))

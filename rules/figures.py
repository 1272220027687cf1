"""What each figure of a policy is: kind, units, and from which side it limits (``figures.yaml``)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from rules.policy import PolicyParameter

_SIDES: dict[str, tuple[str, ...]] = {"least": ("at_least", "more_than"), "most": ("at_most", "less_than")}


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(_Row):
    """A unit with the greatest figure that it allows, and whether it counts whole things."""

    greatest: float
    whole: bool = False


class Figure(_Row):
    """What the checks that read a figure can take."""

    kind: Literal["threshold", "flag", "words"]
    side: Literal["least", "most"] | None = None
    units: tuple[str, ...] = ()


class _Table(_Row):
    units: dict[str, Unit]
    figures: dict[str, Figure]


@cache
def _table() -> _Table:
    raw = yaml.safe_load(resources.files("rules").joinpath("figures.yaml").read_text("utf-8"))
    return _Table.model_validate(raw)


def figures() -> Mapping[str, Figure]:
    """Return every figure by its name."""
    return _table().figures


def units() -> Mapping[str, Unit]:
    """Return every unit by its name."""
    return _table().units


def unfit(name: str, stated: PolicyParameter) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield where a figure is not what the checks can take: the place below the parameter, and what is wrong.

    A figure that was not read (null) has no value to be wrong; unit and comparison are held all the same.
    """
    figure = figures().get(name)
    if figure is None:
        return
    if figure.kind == "threshold":
        sides = _SIDES[figure.side or "least"]
        if stated.unit not in figure.units:
            yield ("unit",), f"the unit must be {_one_of(figure.units)}"
            return
        if stated.comparison not in sides:
            yield ("comparison",), f"the comparison must be {_one_of(sides)}"
    elif stated.comparison is not None:
        yield ("comparison",), "a comparison belongs to a number"
    for n, dated in enumerate(stated.values):
        if dated.value is not None and (said := _wrong(figure, stated.unit or "", dated.value)):
            yield ("values", n, "value"), said


def _wrong(figure: Figure, unit: str, value: object) -> str | None:
    """Say what is wrong with a value that was read; None where nothing is."""
    if figure.kind == "flag":
        return None if isinstance(value, bool) else "must be true or false"
    if figure.kind == "words":
        fit = isinstance(value, list) and all(isinstance(item, str) for item in value)
        return None if fit else "must be a list of words"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be a number"
    limit = units()[unit]
    if not math.isfinite(value) or not 0 <= value <= limit.greatest:
        return f"must lie between 0 and {limit.greatest:g} {unit}"
    if limit.whole and value != math.floor(value):
        return f"must be a whole number of {unit}"
    return None


def _one_of(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"

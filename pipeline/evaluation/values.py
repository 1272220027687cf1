"""When a predicted value equals what the gold accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipeline.evaluation.families import EXACT

#: Numbers that differ by no more than this share of the larger one are the same figure.
TOLERANCE: Final = 0.1


def accepted(gold: Any) -> list[Any]:
    """The values that the gold accepts: those of ``{"accept": [...]}``, else the value itself."""
    if isinstance(gold, Mapping) and "accept" in gold:
        return list(gold["accept"])
    return [gold]


def same(value: Any, allowed: Sequence[Any], name: str = "") -> bool:
    """Whether the value is one of those allowed: numbers within a tenth, lists in any order.

    ``name`` is the field's; those of ``families.EXACT`` (a year) have no tolerance.
    """
    tolerance = 0.0 if name in EXACT else TOLERANCE
    return any(_equal(value, want, tolerance) for want in allowed)


def _equal(value: Any, want: Any, tolerance: float) -> bool:
    if isinstance(want, list):
        return isinstance(value, list | tuple | None) and sorted(want) == sorted(value or ())
    if isinstance(want, int | float) and isinstance(value, int | float):
        return abs(want - value) <= tolerance * max(abs(want), abs(value), 1e-9)
    return bool(want == value)


def status_values(note: Mapping[str, Any], family: str, region: str) -> list[str]:
    """Accepted statuses of a region; what is not annotated is ``not_documented``.

    The status may stand plain, as ``{"status": ...}`` or as ``{"accept": [...]}``.
    """
    entry = (note.get(family) or {}).get(region) or {}
    if isinstance(entry, str):
        return [entry]
    if "accept" in entry:
        return list(entry["accept"])
    return accepted(entry.get("status", "not_documented"))

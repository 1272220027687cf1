"""Values of an item as annotation programs show them: one plain string a field.

A program shows one value where the annotation may accept several. What the annotator leaves as it was shown
keeps all that the annotation held; what was changed there is the new value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin

from pipeline.corpus.exchange import Item
from pipeline.corpus.legal import MODELS, accepted
from pipeline.corpus.quotes import REGION_FAMILIES, REGIONS

#: Fields of the guide, by family, in the order in which they are shown.
FIELDS: dict[str, tuple[str, ...]] = {
    "radicular": ("region", "status"),
    "nerve_compression_on_imaging": ("region", "status"),
    "therapies": ("modality", "status", "weeks", "sessions", "outcome"),
    "injections": ("kind", "status", "region", "levels", "laterality", "percent_relief", "relief_days"),
    "ablations": ("target", "status", "region", "levels", "laterality", "percent_relief", "relief_days"),
    "surgeries": ("kind", "status", "region", "levels", "year"),
    "red_flags": ("kind",),
    "pain": ("duration_weeks", "score_max", "pattern"),
}
NUMBERS = frozenset(
    {"weeks", "sessions", "percent_relief", "relief_days", "year", "duration_weeks", "score_max"}
)
LISTS = frozenset({"levels"})


def _literals(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(str(x) for x in get_args(annotation))
    if get_origin(annotation) in (Annotated, UnionType):
        return tuple(x for part in get_args(annotation) for x in _literals(part))
    return ()


@cache
def choices(family: str, field: str) -> tuple[str, ...]:
    """The legal values of a field with a closed list, empty for numbers and lists."""
    if family in REGION_FAMILIES and field == "region":
        return REGIONS
    return _literals(MODELS[family].model_fields[field].annotation)


def _text(value: Any) -> str | None:
    if value is None or value == []:
        return None
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)


def shown(item: Item) -> dict[str, str]:
    """What is shown of an item: its first accepted values."""
    values = dict(item.values)
    if item.family in REGION_FAMILIES:
        # A region's status may stand as "accept" beside the evidence.
        status = {"accept": values["accept"]} if "accept" in values else values.get("status")
        values |= {"region": item.key, "status": status}
    texts = {
        f: _text(accepted(values[f])[0]) for f in FIELDS[item.family] if f in values and accepted(values[f])
    }
    return {f: t for f, t in texts.items() if t is not None}


def _parsed(field: str, text: str | None) -> Any:
    """A shown string as a value. A number that is none stays a string, for the check to name."""
    if field in LISTS:
        return [x.strip() for x in (text or "").split(",") if x.strip()]
    if text is not None and field in NUMBERS:
        try:
            value = json.loads(text)
        except ValueError:
            return text
        return value if isinstance(value, int | float) and not isinstance(value, bool) else text
    return text


def edited(item: Item, now: Mapping[str, str]) -> tuple[Item, list[str]]:
    """The item with what an annotator changed in the program, and the names of the changed fields."""
    before = shown(item)
    changed = [f for f in FIELDS[item.family] if before.get(f) != now.get(f)]
    if not changed:
        return item, []
    values, key = dict(item.values), item.key
    for field in changed:
        if item.family in REGION_FAMILIES and field == "region":
            key = now.get(field)
            continue
        if field == "status":
            values.pop("accept", None)
        values[field] = _parsed(field, now.get(field))
    return Item(item.family, key, values, item.spans), changed


def blank(family: str) -> dict[str, Any]:
    """Values of an item of which nothing is known yet."""
    silent: dict[str, Any] = {f: [] if f in LISTS else None for f in FIELDS[family]}
    if family in REGION_FAMILIES:
        return {}
    closed = {"outcome": "not_stated", "pattern": "not_stated", "laterality": "unknown", "region": "unknown"}
    return silent | {f: v for f, v in closed.items() if f in silent}

"""Which values an annotation may hold: those of ``rules/values.py``, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter, ValidationError

from pipeline.corpus.quotes import LIST_FAMILIES, REGION_FAMILIES, REGIONS, entries
from rules import values as v
from rules.case import CptCode, IcdCode

MODELS: dict[str, type[v.Value]] = {
    "radicular": v.Radicular,
    "nerve_compression_on_imaging": v.NerveCompression,
    "therapies": v.Therapy,
    "injections": v.Injection,
    "ablations": v.Ablation,
    "surgeries": v.Surgery,
    "red_flags": v.RedFlag,
    "pain": v.Pain,
}
#: Without these an item cannot be matched with anything.
NEEDED = {
    "therapies": ("modality", "status"),
    "injections": ("kind", "status"),
    "ablations": ("target", "status"),
    "surgeries": ("kind", "status"),
    "red_flags": ("kind",),
}
#: What to do in place of alternatives in such a field: a scorer pairs entries one by one, and with
#: alternatives the pairs would depend on their order.
_TWO = "holds alternatives; write one entry for each, with required: false"
#: Keys of an entry that are about the annotation, not the note.
ABOUT = frozenset({"evidence", "required", "remarks"})


class _Criteria(BaseModel):
    dx_contradiction: Literal["yes", "no", "uncertain"]
    radicular_indication: Literal["yes", "no", "uncertain"]
    conservative_care_6_weeks: Literal["met", "not_met", "not_documented", "waived"]
    mbb_over_50: Literal["met", "not_met", "not_documented"]
    two_mbb_80: Literal["met", "not_met", "not_documented"]
    target_level_fused: Literal["yes", "no", "unknown", "not_applicable"]
    postfusion_imaging: Literal["documented", "not_documented", "not_applicable"]


class _Procedure(BaseModel):
    cpt: CptCode
    units: int | float | None = None
    laterality: v.Laterality | None = None
    levels: tuple[str, ...] | None = None


class _Diagnosis(BaseModel):
    code: IcdCode


@cache
def _adapter(model: type[BaseModel], field: str) -> TypeAdapter[Any] | None:
    info = model.model_fields.get(field)
    return None if info is None else TypeAdapter(info.rebuild_annotation())


def accepted(value: Any) -> list[Any]:
    """The values that are right: of ``{"accept": [...]}`` all, else the one."""
    if isinstance(value, Mapping) and isinstance(value.get("accept"), list):
        return list(value["accept"])
    return [value]


def _legal(model: type[BaseModel], field: str, value: Any) -> bool:
    """Is this one value legal? The guide writes null for "not stated" in any field."""
    adapter = _adapter(model, field)
    if adapter is None:
        return False
    try:
        adapter.validate_python(tuple(value) if isinstance(value, list) else value, strict=True)
    except ValidationError:
        return value is None
    return True


def _fields(
    model: type[BaseModel], name: str, value: Mapping[str, Any], about: frozenset[str] = frozenset()
) -> Iterator[str]:
    for field, given in value.items():
        if field in about:
            continue
        if field not in model.model_fields:
            yield f"{name} holds {field!r}, which is no field of it"
            continue
        values = accepted(given)
        if not values:
            yield f"{name}.{field} accepts no value at all"
        for one in values:
            if not _legal(model, field, one):
                yield f"{name}.{field} holds a value that is not legal there"


def _plain(name: str, value: Mapping[str, Any]) -> Iterator[str]:
    """A code's attributes are plain values: what a note asks for stands in it in so many words."""
    for field, given in value.items():
        if isinstance(given, Mapping) and "accept" in given:
            yield f"{name}.{field} holds alternatives; write the one value that the note gives"


def _entries(gold: Mapping[str, Any], partial: bool) -> Iterator[str]:
    for entry in entries(gold):
        value = entry.value
        if entry.family in REGION_FAMILIES:
            if entry.key not in REGIONS:
                yield f"{entry.name} is no region of the guide"
            # A region's status may stand as "accept" beside the evidence.
            status = {"accept": value["accept"]} if "accept" in value else value.get("status")
            if status is None and not partial:
                yield f"{entry.name} has no status"
            if status is None:
                continue
            value = {k: x for k, x in value.items() if k not in ("accept", "status")} | {"status": status}
        for field in () if partial else NEEDED.get(entry.family, ()):
            if isinstance(value.get(field), Mapping):
                yield f"{entry.name}.{field} {_TWO}"
            elif not isinstance(value.get(field), str):
                yield f"{entry.name} has no {field}"
        if not isinstance(value.get("required", True), bool):
            yield f"{entry.name}.required is neither true nor false"
        yield from _fields(MODELS[entry.family], entry.name, value, ABOUT)


def faults(gold: Mapping[str, Any], *, partial: bool = False) -> Iterator[str]:
    """What is not legal in one annotation: causes that name the place, never a value of the note.

    With ``partial`` (the expectations of traps, which are not matched one by one) an item may lack the fields
    without which it cannot be matched, and these and a code's attributes may hold alternatives.
    """
    if not isinstance(gold.get("document_type"), str | None):
        yield "document_type is no string"
    for family in REGION_FAMILIES:
        regions = gold.get(family, {})
        if not isinstance(regions, Mapping) or not all(isinstance(x, Mapping) for x in regions.values()):
            yield f"{family} is no object of regions"
    for family in LIST_FAMILIES:
        items = gold.get(family, [])
        if not isinstance(items, list) or not all(isinstance(x, Mapping) for x in items):
            yield f"{family} is no list of objects"
    yield from _entries(gold, partial)
    criteria = gold.get("criteria", {})
    if isinstance(criteria, Mapping):
        yield from _fields(_Criteria, "criteria", criteria)
    else:
        yield "criteria is no object"
    request = gold.get("request", {})
    if not isinstance(request, Mapping):
        yield "request is no object"
        return
    for name in ("procedures", "diagnoses"):
        if not isinstance(request.get(name, []), list):
            yield f"request.{name} is no list"
            return
    for i, line in enumerate(request.get("procedures", [])):
        if not isinstance(line, Mapping) or not isinstance(line.get("cpt"), str):
            yield f"request.procedures[{i}] has no cpt"
        else:
            if not partial:
                yield from _plain(f"request.procedures[{i}]", line)
            yield from _fields(_Procedure, f"request.procedures[{i}]", line)
    for i, code in enumerate(request.get("diagnoses", [])):
        if not _legal(_Diagnosis, "code", code):
            yield f"request.diagnoses[{i}] is no ICD-10-CM code"

"""The keys of the settings, as the model has them: for errors about unknown ones, and for the list of all."""

from __future__ import annotations

from collections.abc import Sequence
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel


def models_of(annotation: Any) -> tuple[type[BaseModel], ...]:
    """The groups of keys that an annotation may hold: none for a plain value, several for a list of kinds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    if get_origin(annotation) in (Annotated, Union, UnionType, tuple):
        return tuple(m for a in get_args(annotation) for m in models_of(a))
    return ()


def kind_of(model: type[BaseModel]) -> str | None:
    """The word that tells the group from others of its list (``kind``)."""
    field = model.model_fields.get("kind")
    return str(get_args(field.annotation)[0]) if field and get_origin(field.annotation) is Literal else None


def allowed(model: type[BaseModel], where: Sequence[int | str]) -> tuple[str, ...]:
    """The keys that may stand in the group at a place of the settings (``("sources", 0, "redis")``)."""
    found: tuple[type[BaseModel], ...] = (model,)
    for part in where:
        if isinstance(part, int):
            continue
        if kinds := tuple(m for m in found if kind_of(m) == part):
            found = kinds
        elif found and part in found[0].model_fields:
            found = models_of(found[0].model_fields[part].annotation)
    return tuple(found[0].model_fields) if len(found) == 1 else ()

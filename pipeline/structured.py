"""Structured cases from JSON: a case, an assessment or an outgoing result that carries one, or a list.

No text is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from pydantic import BaseModel, ValidationError

from pipeline.errors import DocumentError, EmptyDocument, MissingDocument
from rules.case import Case, Fact


class MalformedCase(DocumentError):
    """JSON that is no structured case."""

    code = "CASE"


class _Refused(ValueError):
    """JSON that a lenient parser takes, told in words that quote nothing of it."""


_SCHEMA = "see rules/schema/case.schema.json (notewarrant schema case)"
_GIVE = "give JSON of notewarrant extract --format json"
#: Kinds of pydantic errors that are told in our own words: theirs, or the key itself, would quote the input.
_TOLD = {
    "extra_forbidden": "an unknown key",
    "missing": "a key is missing",
    "literal_error": "none of the words that may stand there",
    "date_from_datetime_parsing": "is no date of the form YYYY-MM-DD",
}


@cache
def _known_keys() -> frozenset[str]:
    """Return every key that the models of a case have."""
    found: set[str] = set()

    def visit(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, field in annotation.model_fields.items():
                found.add(name)
                visit(field.annotation)
        for inner in getattr(annotation, "__args__", ()):
            visit(inner)

    visit(Case)
    return frozenset(found | set(Fact.model_fields))


def _path(loc: Sequence[int | str]) -> str:
    """Return where a fault is, by keys of the models and by indexes; a key of the input's own ends it."""
    known: list[str] = []
    for part in loc:
        if not isinstance(part, int) and part not in _known_keys():
            break
        known.append(str(part))
    return ".".join(known) or "the whole"


def _case(raw: Any, where: str) -> Case:
    if isinstance(raw, dict) and raw.get("state") == "dead" and raw.get("assessment", raw) is None:
        raise MalformedCase(where, "is the result of a case that was given up, and holds none", _GIVE)
    if isinstance(raw, dict) and isinstance(raw.get("assessment"), dict):
        raw = raw["assessment"]
    if isinstance(raw, dict) and isinstance(raw.get("case"), dict):
        raw = raw["case"]
    try:
        return Case.model_validate(raw)
    except ValidationError as error:
        # The input, its values and its keys are part of a chart and stay out of the message.
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        said = _TOLD.get(first["type"], first["msg"].removeprefix("Value error, "))
        raise MalformedCase(where, f"{_path(first['loc'])}: {said}", _SCHEMA) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused("holds a key twice in one object")
    return found


def _constant(_name: str) -> NoReturn:
    raise _Refused("holds NaN or Infinity, which are no numbers of JSON")


def _integer(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # Python refuses integers of more than 4,300 digits
        raise _Refused("holds an integer that is too long") from None


def _parsed(text: str, where: str) -> Any:
    """Return the JSON; ``MalformedCase`` for text that is none, or that says two things in one place."""
    try:
        raw = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
        # Escaped halves of a character pair ("\ud800") are no text and could never be printed.
        json.dumps(raw, ensure_ascii=False).encode("utf-8")
    except _Refused as error:
        raise MalformedCase(where, str(error), _GIVE) from None
    except json.JSONDecodeError as error:
        raise MalformedCase(where, f"is not JSON at line {error.lineno}", _GIVE) from None
    except RecursionError:
        raise MalformedCase(where, "is nested too deeply", _GIVE) from None
    except UnicodeEncodeError:
        raise MalformedCase(where, "holds an escape that is half a character", _GIVE) from None
    return raw


def read_cases(path: Path) -> Iterator[Case | DocumentError]:
    """Read the cases of a JSON file; one that is malformed is yielded as its error, the others go on.

    Raises
    ------
    MissingDocument, EmptyDocument, MalformedCase
        Where the file as a whole cannot be read.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8 text"
        raise MissingDocument(str(path), f"cannot be read ({reason})", "check the path") from None
    if not text.strip():
        raise EmptyDocument(str(path), "is empty", _GIVE)
    raw = _parsed(text, str(path))
    for n, item in enumerate(raw) if isinstance(raw, list) else [(None, raw)]:
        try:
            yield _case(item, str(path) if n is None else f"{path}[{n}]")
        except MalformedCase as error:
            yield error

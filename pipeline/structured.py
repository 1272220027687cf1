"""Structured cases from JSON: a case, an assessment that carries one, or a list. No text is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.errors import DocumentError, EmptyDocument, MissingDocument
from rules.case import Case


class MalformedCase(DocumentError):
    """JSON that is no structured case."""

    code = "CASE"


def _case(raw: Any, where: str) -> Case:
    if isinstance(raw, dict) and isinstance(raw.get("case"), dict):
        raw = raw["case"]
    try:
        return Case.model_validate(raw)
    except ValidationError as error:
        # The input is part of a chart and stays out of the message.
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise MalformedCase(
            where, f"{field}: {first['msg']}", "see rules/schema/case.schema.json (notewarrant schema case)"
        ) from None


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
        raise EmptyDocument(str(path), "is empty", "give JSON of notewarrant extract --format json")
    try:
        raw = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise MalformedCase(
            str(path), f"is not JSON{line}", "give JSON of notewarrant extract --format json"
        ) from None
    for n, item in enumerate(raw) if isinstance(raw, list) else [(None, raw)]:
        try:
            yield _case(item, str(path) if n is None else f"{path}[{n}]")
        except MalformedCase as error:
            yield error

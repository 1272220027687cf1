"""Rows of the store as its callers see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Claimed:
    """A row in a worker's hands: all that it needs to do the work."""

    id: int
    case_id: str
    documents: tuple[str, ...]
    paths: tuple[str, ...]
    request: dict[str, Any]
    policy: str
    as_of: str | None
    versions: dict[str, str]
    attempts: int


@dataclass(frozen=True)
class Stored:
    """A row as the store has it; ``payload`` is the assessment's JSON where the state is "done"."""

    id: int
    key: str
    case_id: str
    paths: tuple[str, ...]
    state: str
    attempts: int
    error_code: str | None
    error_class: str | None
    answer: str | None
    payload: str | None


def claimed(row: Mapping[str, Any]) -> Claimed:
    """A database row with its set of versions (``set``) as a worker gets it."""
    return Claimed(
        id=row["id"], case_id=row["case_id"], documents=tuple(json.loads(row["documents"])),
        paths=tuple(json.loads(row["paths"])), request=json.loads(row["request"]), policy=row["policy"],
        as_of=row["as_of"], versions=json.loads(row["set"]), attempts=row["attempts"],
    )  # fmt: skip


def stored(row: Mapping[str, Any]) -> Stored:
    """A database row, with or without the payload's column."""
    return Stored(
        id=row["id"], key=row["key"], case_id=row["case_id"], paths=tuple(json.loads(row["paths"])),
        state=row["state"], attempts=row["attempts"],
        error_code=row["error_code"], error_class=row["error_class"],
        answer=row["answer"], payload=row.get("payload"),
    )  # fmt: skip

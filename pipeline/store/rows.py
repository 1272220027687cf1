"""Rows of the store as its callers see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Claimed:
    """A row in a worker's hands: all that it needs to do the work, and the token that fences its writes."""

    id: int
    token: int
    owner: str
    key: str
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
    """A row as the store has it; ``payload`` is the assessment's JSON where the state is "done".

    ``created``, ``updated`` and ``not_before`` are seconds since the epoch.
    """

    id: int
    key: str
    subject: str
    case_id: str
    patient: str | None
    policy: str
    versions: str
    documents: tuple[str, ...]
    paths: tuple[str, ...]
    source: str
    state: str
    attempts: int
    not_before: float
    error_code: str | None
    error_class: str | None
    created: float
    updated: float
    answer: str | None
    payload: str | None


def claimed(row: Mapping[str, Any]) -> Claimed:
    """A database row with its set of versions (``set``) as a worker gets it."""
    return Claimed(
        id=row["id"], token=row["token"], owner=row["owner"], key=row["key"], case_id=row["case_id"],
        documents=tuple(json.loads(row["documents"])), paths=tuple(json.loads(row["paths"])),
        request=json.loads(row["request"]), policy=row["policy"], as_of=row["as_of"],
        versions=json.loads(row["set"]), attempts=row["attempts"],
    )  # fmt: skip


def stored(row: Mapping[str, Any]) -> Stored:
    """A row of ``job`` with its result's answer, and its payload where that was asked for."""
    return Stored(
        **{name: row[name] for name in (
            "id", "key", "subject", "case_id", "patient", "policy", "versions", "source", "state", "attempts",
            "not_before", "error_code", "error_class", "created", "updated", "answer",
        )},
        documents=tuple(json.loads(row["documents"])), paths=tuple(json.loads(row["paths"])),
        payload=row.get("payload"),
    )  # fmt: skip

"""A result as it leaves: one JSON object, whose ``schema`` says how to read it.

``result.schema.json`` beside this file is its JSON Schema. The key is the same however often a result is
sent: a receiver that keeps one row a key has each result once, and the latest.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import from_json

SCHEMA: Final = "notewarrant.result/1"
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class OutgoingResult(BaseModel):
    """One case's result, or why there is none."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        serialize_by_alias=True,
        json_schema_serialization_defaults_required=True,
        title="A result on its way out",
        hide_input_in_errors=True,
    )

    schema_: Literal["notewarrant.result/1"] = Field(default=SCHEMA, alias="schema")
    key: Sha256 = Field(description="Digest of case, documents, request, policy, day and versions.")
    subject: Sha256 = Field(
        description="The same without the versions: results of one question by different versions share it."
    )
    case_id: str
    documents: tuple[str, ...] = Field(
        description="SHA-256 of each document's bytes, in the case's order; empty where it could not be read."
    )
    state: Literal["done", "dead"] = Field(description="dead: the case was given up; error_code says why.")
    answer: str | None = Field(default=None, description="The determination's answer.")
    error_code: str | None = None
    versions: dict[str, str] = Field(description="Versions of everything that shaped the result.")
    assessment: dict[str, Any] | None = Field(
        default=None, description="As notewarrant schema assessment has it; quotes the documents."
    )
    sha256: Sha256 | None = Field(
        default=None,
        description="Of the assessment as compact UTF-8 JSON, as it stands in the message; the store's audit "
        "trail has the same.",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Refuse a message whose state and content do not agree."""
        done = None not in (self.answer, self.assessment, self.sha256) and self.error_code is None
        dead = (self.answer, self.assessment, self.sha256) == (None, None, None) and bool(self.error_code)
        if not (done if self.state == "done" else dead):
            raise ValueError("state and content do not agree")
        return self

    def encoded(self) -> bytes:
        """Compact UTF-8 JSON."""
        return self.model_dump_json().encode()


def done(
    *,
    key: str,
    subject: str,
    case_id: str,
    documents: tuple[str, ...],
    versions: dict[str, str],
    answer: str,
    payload: str,
) -> OutgoingResult:
    """The message of a case that was assessed; ``payload`` is the assessment's JSON as the store has it."""
    return OutgoingResult(
        key=key, subject=subject, case_id=case_id, documents=documents, versions=versions, state="done",
        answer=answer, assessment=from_json(payload), sha256=hashlib.sha256(payload.encode()).hexdigest(),
    )  # fmt: skip


def dead(
    *,
    key: str,
    subject: str,
    case_id: str,
    documents: tuple[str, ...],
    versions: dict[str, str],
    error_code: str,
) -> OutgoingResult:
    """The message of a case that was given up."""
    return OutgoingResult(
        key=key, subject=subject, case_id=case_id, documents=documents, versions=versions, state="dead",
        error_code=error_code,
    )  # fmt: skip

"""What is to be done, and the key that makes it one result: never the text, only its hash."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pipeline.request import MOST_NAME

#: Where a job came from; part of the audit trail, not of the key.
Source = Literal["folder", "inbox", "rabbitmq", "redis", "recheck"]

#: NUL, and halves of characters.
_UNFIT: Final = re.compile(r"[\x00\ud800-\udfff]")


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces: equal values give equal strings."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(value: object) -> str:
    """SHA-256 (hex) of the value's canonical JSON."""
    return hashlib.sha256(canonical(value).encode("ascii")).hexdigest()


def bounded(name: str) -> str:
    """The name itself; one that is too long for a case id is cut, with a digest that keeps it apart."""
    if len(name) <= MOST_NAME:
        return name
    mark = "~" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return name[: MOST_NAME - len(mark)] + mark


@dataclass(frozen=True)
class Job:
    """One case under one policy, day and set of versions.

    Attributes
    ----------
    case_id
        The same text under two case ids is two results.
    documents
        SHA-256 of each document's bytes, in the case's order.
    paths
        Where the documents are: paths, or ``document:<sha256>`` in the store's own document folder. Not part
        of the key, since a moved file is the same document.
    request
        What the request says beside the note (options, case file), as JSON data.
    policy
        Id of the policy; its version is among ``versions``.
    as_of
        Day of assessment (ISO), or None where the documents' own dates decide.
    versions
        Versions of everything that shapes the result.
    llm
        Mode of language-model proposers; "off" is the only one so far.
    error
        (code, class) of an error that was met before the case could be read: the job is a dead letter at
        once.
    patient
        The sender's reference to the patient, for erasure; not part of the key.
    source
        How it came in.

    Raises
    ------
    ValueError
        For a case id, a patient or a policy that holds NUL or half a character, or is longer than
        ``MOST_NAME``.
    """

    case_id: str
    documents: tuple[str, ...]
    paths: tuple[str, ...]
    policy: str
    versions: Mapping[str, str]
    as_of: str | None = None
    request: Mapping[str, Any] = field(default_factory=dict)
    llm: str = "off"
    error: tuple[str, str] | None = None
    patient: str | None = None
    source: Source = "folder"

    def __post_init__(self) -> None:
        # Refused here, one by one: a database refuses the transaction, with all the others in it.
        for name in ("case_id", "patient", "policy"):
            if len(getattr(self, name) or "") > MOST_NAME:
                raise ValueError(f"{name} is longer than {MOST_NAME} characters")
            if _UNFIT.search(getattr(self, name) or ""):
                raise ValueError(f"{name} holds what no database can")

    @property
    def subject(self) -> str:
        """Digest of the question: everything but the versions."""
        return digest([self.case_id, self.documents, self.request, self.policy, self.as_of, self.llm])

    @property
    def versions_digest(self) -> str:
        """Digest of the versions."""
        return digest(dict(self.versions))

    @property
    def key(self) -> str:
        """Digest of the question and the versions: the unique key of the result."""
        return key_of(self.subject, self.versions_digest)


def key_of(subject: str, versions_digest: str) -> str:
    """The unique key of a question's result by one set of versions."""
    return digest([subject, versions_digest])

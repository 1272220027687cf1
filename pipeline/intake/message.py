"""The message in: one case, its documents or where they are, and what is asked about it.

What a message may hold is said once, here; ``message.schema.json`` is made from it (``notewarrant schema
message``). A refusal names the key at fault and a code, never a value: the message is about a patient.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationError,
)
from pydantic import field_validator as validates
from pydantic_core import from_json

from pipeline.errors import DocumentError
from pipeline.request import CaseFile

#: Name and version of the form; a consumer refuses what it does not know.
SCHEMA: Final = "notewarrant.intake/1"
#: Bytes of a message, of one document's text, and how many documents one case may have.
MOST_BYTES: Final = 128 * 1024 * 1024
MOST_TEXT: Final = 64 * 1024 * 1024
MOST_DOCUMENTS: Final = 200

#: Why a message is refused.
#: JSON: no JSON in UTF-8. VERSION: another form than ``SCHEMA``. SCHEMA: breaks the form. TOO_LARGE: the
#: message or a document. OUTSIDE: a reference that leaves the folder of references. LINK, DEVICE: a reference
#: that is no plain file. MISSING: a reference to nothing. HASH: the file is not the one that was meant.
#: POLICY: none of that id. GONE: the stream lost it before it was taken. INTERNAL: a fault of ours.
Code = Literal[
    "JSON", "VERSION", "SCHEMA", "TOO_LARGE", "OUTSIDE", "LINK", "DEVICE", "MISSING", "HASH", "POLICY",
    "GONE", "INTERNAL",
]  # fmt: skip
CODES: Final[tuple[str, ...]] = get_args(Code)


class RefusedMessage(DocumentError):
    """A message that cannot be used, now or later; it becomes a dead letter with this code."""

    def __init__(self, code: str, cause: str) -> None:
        super().__init__("message", cause, "mend it and send it again (docs/messages.md)")
        self.code = code


#: No control characters, no lone surrogates, no blanks around: what every database and report can hold.
_PLAIN: Final = re.compile(r"(?!\s)[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]*(?<!\s)")


def _plain(value: str) -> str:
    if not _PLAIN.fullmatch(value):
        raise ValueError("holds control characters, or blanks around it")
    return value


def _day(value: object) -> object:
    # pydantic would take seconds since the epoch, too.
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("is no date like 2026-01-31")
    if isinstance(value, int | float):
        raise ValueError("is no date like 2026-01-31")
    return value


_Day = Annotated[dt.date, Field(strict=False), BeforeValidator(_day)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


_Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Words = Annotated[str, StringConstraints(max_length=500)]
_Short = Annotated[str, StringConstraints(max_length=100)]


class _Document(_Form):
    #: File name as the sender has it, without folders; less its ending it names the document in the result.
    name: _Name

    @validates("name")
    @classmethod
    def _file_name(cls, value: str) -> str:
        if "/" in value or "\\" in value or value in (".", ".."):
            raise ValueError("is no file name")
        return _plain(value)


class InlineDocument(_Document):
    """A document's text in the message itself."""

    text: Annotated[str, StringConstraints(max_length=MOST_TEXT)]


class ReferredDocument(_Document):
    """A file below the site's folder of references; it is copied at intake and not needed afterwards."""

    #: Relative, with ``/`` between folders.
    path: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    #: Of the file's bytes; another file is refused.
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def _kind(value: Any) -> str:
    return "refers" if isinstance(value, dict) and "path" in value else "inline"


Document = Annotated[
    Annotated[InlineDocument, Tag("inline")] | Annotated[ReferredDocument, Tag("refers")],
    Discriminator(_kind),
]


class IntakeRequest(_Form):
    """What is asked, as in a case file (docs/case-file.md)."""

    cpt: Annotated[list[_Short], Field(max_length=200)] = []
    icd: Annotated[list[_Short], Field(max_length=200)] = []
    descriptions: Annotated[dict[_Short, _Words], Field(max_length=200)] = {}
    #: ISO date.
    service_date: _Day | None = None
    setting: _Short | Annotated[int, Field(ge=0, le=99)] | None = None
    payer: _Words | None = None
    state: _Short | None = None
    claim_kind: _Short | None = None

    def case_file(self) -> dict[str, Any]:
        """The same as the data of a case file; empty where nothing is asked."""
        return CaseFile.model_validate(self.model_dump()).model_dump(mode="json", exclude_defaults=True)


class IntakeMessage(_Form):
    """One case.

    Raises
    ------
    pydantic.ValidationError
        See ``read_message``, which turns it into a refusal without values.
    """

    schema_: Annotated[Literal["notewarrant.intake/1"], Field(alias="schema")]
    #: The sender's name for the case: the same text under two case ids is two results.
    case_id: _Name
    #: An opaque reference to the patient, for erasure only.
    patient: _Name | None = None
    #: Id of a policy; by default the site's.
    policy: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")] | None = None
    #: Day of assessment (ISO date); by default the documents' own dates decide.
    on: _Day | None = None
    documents: Annotated[list[Document], Field(min_length=1, max_length=MOST_DOCUMENTS)]
    request: IntakeRequest = IntakeRequest()

    @validates("case_id", "patient")
    @classmethod
    def _names(cls, value: str | None) -> str | None:
        return value if value is None else _plain(value)


def message_schema() -> dict[str, Any]:
    """The JSON Schema of a message."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **IntakeMessage.model_json_schema(mode="validation"),
    }


#: Keys that an error may name: our own. A key that we do not know is the sender's text.
_OWN_KEYS: Final = {
    f.alias or name
    for model in (IntakeMessage, IntakeRequest, InlineDocument, ReferredDocument)
    for name, f in model.model_fields.items()
}


def _where(location: tuple[int | str, ...]) -> str:
    return ".".join(str(p) for p in location if isinstance(p, int) or p in _OWN_KEYS) or "the message"


def _refusal(error: ValidationError) -> RefusedMessage:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    kind, where = first["type"], _where(first["loc"])
    if kind == "extra_forbidden":
        return RefusedMessage("SCHEMA", f"{where}: holds a key that the form does not know")
    if where.endswith("text") and kind == "string_too_long":
        return RefusedMessage("TOO_LARGE", f"{where}: is larger than {MOST_TEXT} characters")
    # The words of a value error are ours (above); pydantic's own kinds name bounds and types.
    cause = first["msg"].removeprefix("Value error, ") if kind == "value_error" else kind.replace("_", " ")
    return RefusedMessage("SCHEMA", f"{where}: {cause}")


def read_message(data: bytes) -> IntakeMessage:
    """A message from its bytes.

    Raises
    ------
    RefusedMessage
        With a code of ``CODES`` and the key at fault; never with a value.
    """
    if len(data) > MOST_BYTES:
        raise RefusedMessage("TOO_LARGE", f"is larger than {MOST_BYTES} bytes")
    refusal: RefusedMessage | None = None
    raw: Any = None
    try:
        raw = from_json(data)
    except ValueError:
        refusal = RefusedMessage("JSON", "is no JSON in UTF-8")
    else:
        if not isinstance(raw, dict):
            refusal = RefusedMessage("SCHEMA", "is no JSON object")
        elif raw.get("schema") != SCHEMA:
            refusal = RefusedMessage("VERSION", f"schema: is not {SCHEMA}")
        else:
            try:
                return IntakeMessage.model_validate(raw)
            except ValidationError as error:
                refusal = _refusal(error)
    # Raised out here, so that the error that quotes the message is not its context.
    raise refusal

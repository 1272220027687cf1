"""Notes as messages: what a sender does, to try a site out and to read how it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from pipeline.addresses import shown as shown_address
from pipeline.documents import decode
from pipeline.errors import DocumentError, MissingDocument, UsageError
from pipeline.inputs import CaseInput, collect, distinct, placed
from pipeline.intake.message import SCHEMA, InlineDocument, IntakeMessage, IntakeRequest
from pipeline.site import secret
from pipeline.site.model import RabbitMQ, RedisStream

#: What a case file says elsewhere in a message.
_ELSEWHERE: Final = {"case_id", "documents", "patient"}


class Writer(Protocol):
    """Writes messages to a queue or stream."""

    def write(self, bodies: list[bytes]) -> None:
        """Write the messages, in order; ``BrokerAway`` where the broker is."""

    def close(self) -> None:
        """Close the connection."""


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MissingDocument(str(path), f"cannot be read ({error.strerror})", "check the path") from None
    text, _ = decode(data, str(path))
    try:
        return data.decode("utf-8")  # whole, a byte-order mark included: the bytes' hash stays the same
    except UnicodeDecodeError:
        return text


def message_of(case: CaseInput, policy: str | None = None, on: dt.date | None = None) -> bytes:
    """A case as a message with its documents' text.

    Raises
    ------
    DocumentError
        Where a document cannot be read.
    """
    file = case.case_file
    fields: dict[str, object] = {
        "schema": SCHEMA, "case_id": case.case_id, "policy": policy, "on": on,
        "documents": [InlineDocument(name=p.name, text=_text(p)) for p in case.paths],
    }  # fmt: skip
    if file:
        fields["patient"] = file.patient
        fields["request"] = IntakeRequest.model_validate(file.model_dump(exclude=_ELSEWHERE))
    message = IntakeMessage.model_validate(fields)
    return message.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True).encode()


def messages(
    folder: Path, policy: str | None = None, on: dt.date | None = None
) -> Iterator[bytes | DocumentError]:
    """A message for every case of a folder, or what is wrong with it."""
    cases: list[CaseInput] = []
    for item in collect([folder]):
        if isinstance(item, CaseInput):
            cases.append(item)
        else:
            yield item
    for case in distinct(placed(cases, folder)):
        try:
            yield message_of(case, policy, on)
        except DocumentError as error:
            yield error


def writer_to(settings: RabbitMQ | RedisStream) -> Writer:
    """A writer to the queue or stream that a site reads.

    Raises
    ------
    UsageError
        For an address that cannot be read, or a missing package.
    """
    url = secret(settings.url, "sources.url")
    missing = ""
    try:
        if settings.kind == "rabbitmq":
            from pipeline.brokers import amqp

            return amqp.Writer(url, settings.queue, f"rabbitmq {settings.queue} at {shown_address(url)}")
        from pipeline.brokers import redis_client

        where = f"redis {settings.stream} at {shown_address(url)}"
        return redis_client.Writer(url, settings.stream, where)
    except ModuleNotFoundError as error:
        missing = error.name or ""
    mend = f'install "notewarrant[{settings.kind}]"'
    raise UsageError("sources", f"the package {missing} is not installed", mend)

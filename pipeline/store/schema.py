"""Tables of the store. Portable SQLAlchemy types only, so that a server's database can take their place."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

#: Raised with every change of the tables; a store of another version is refused, never guessed at.
SCHEMA_VERSION: Final = 1
#: queued: to be done. leased: in somebody's hands. done: the payload is there. failed: the document cannot be
#: used as it is (empty, binary, changed). dead: given up after repeated faults or crashes, or superseded.
STATES: Final = ("queued", "leased", "done", "failed", "dead")

metadata = MetaData()

meta = Table(
    "meta", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False)
)

#: The sets of versions that results were made with, each once.
version_set = Table(
    "version_set",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("versions", Text, nullable=False),
)

result = Table(
    "result",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    #: Digest of everything that decides the result; see ``pipeline.store.job``.
    Column("key", String(64), nullable=False, unique=True),
    #: The same without the versions: results of one question by different versions share it.
    Column("subject", String(64), nullable=False),
    Column("case_id", Text, nullable=False),
    Column("documents", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("policy", String, nullable=False),
    Column("as_of", String(10)),
    Column("llm", String, nullable=False),
    Column("versions", String(64), ForeignKey("version_set.digest"), nullable=False),
    #: Where the documents were when they were queued.
    Column("paths", Text, nullable=False),
    Column("state", String, nullable=False, default="queued"),
    Column("owner", String),
    #: Seconds since the epoch.
    Column("lease_until", Float),
    Column("attempts", Integer, nullable=False, default=0),
    #: Code and class of the last error; never its message.
    Column("error_code", String),
    Column("error_class", String),
    Column("answer", String),
    Column("payload", Text),
    Column("created", Float, nullable=False),
    Column("updated", Float, nullable=False),
    CheckConstraint(f"state in ({', '.join(repr(s) for s in STATES)})", name="known_state"),
    CheckConstraint("(state = 'done') = (payload is not null)", name="payload_when_done"),
    CheckConstraint("(state = 'leased') = (owner is not null)", name="owner_when_leased"),
    Index("result_state", "state", "attempts", "id"),
    Index("result_subject", "subject"),
    sqlite_autoincrement=True,
)

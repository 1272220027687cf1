"""Tables of the store, portable between SQLite and PostgreSQL.

Only ``result`` holds anything that a note says (the assessment quotes it). ``job`` says what is to be done,
in the sender's own names (case id, patient, what its case file asks), and how far it is; ``audit`` says what
became of it, ``delivery`` where its result was sent. A change here needs a migration in
``migrations/versions``; a test compares the two.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
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
    text,
)

#: queued: to be done. leased: in somebody's hands. done: the result is there. dead: given up, with a code
#: that says why (the document cannot be used, or it ended in faults too often). superseded: the same
#: question was asked again for newer versions before anybody began. erased: forgotten on request; the row
#: stays as a mark.
STATES: Final = ("queued", "leased", "done", "dead", "superseded", "erased")

#: What erases by age alone.
RETENTION: Final = "retention"

#: SQLite counts up by itself only in a column that it calls INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

#: The sets of versions that results are made with, each once; ``number`` counts them in the order in which
#: they were first met (no clock does: one that is set back would turn releases round), ``seen`` is when a
#: worker last had them or they were first met, ``signed`` when a worker last said so; both in
#: seconds since the epoch.
version_set = Table(
    "version_set",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("versions", Text, nullable=False),
    Column("number", Integer, nullable=False, server_default=text("0")),
    Column("seen", Float, nullable=False, server_default=text("0")),
    Column("signed", Float, nullable=False, server_default=text("0")),
)

job = Table(
    "job",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    #: Digest of everything that decides the result; see ``pipeline.store.job``.
    Column("key", String(64), nullable=False, unique=True),
    #: The same without the versions: results of one question by different versions share it.
    Column("subject", String(64), nullable=False),
    Column("case_id", Text, nullable=False),
    #: The sender's reference to the patient, for erasure; never shown to a rule.
    Column("patient", Text),
    Column("documents", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("policy", String, nullable=False),
    Column("as_of", String(10)),
    Column("llm", String, nullable=False),
    Column("versions", String(64), ForeignKey("version_set.digest"), nullable=False),
    #: Where the documents are: paths, or "document:<sha256>" of the store's own document folder.
    Column("paths", Text, nullable=False),
    #: How it came in: folder, inbox, rabbitmq, redis, recheck.
    Column("source", String, nullable=False),
    Column("state", String, nullable=False),
    Column("owner", String),
    #: Seconds since the epoch.
    Column("lease_until", Float),
    #: Fencing: counts the claims; a write with an older one is refused.
    Column("token", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    #: Not to be tried before (seconds since the epoch).
    Column("not_before", Float, nullable=False),
    #: Code and class of the last error; never its message.
    Column("error_code", String),
    Column("error_class", String),
    #: Whose word erased it: patient, case, job; or ``RETENTION``, which does not keep it from coming again.
    Column("erased_by", String),
    Column("created", Float, nullable=False),
    Column("updated", Float, nullable=False),
    CheckConstraint(f"state in ({', '.join(repr(s) for s in STATES)})", name="known_state"),
    CheckConstraint("(state = 'leased') = (owner is not null)", name="owner_when_leased"),
    CheckConstraint("state <> 'dead' or error_code is not null", name="reason_when_dead"),
    Index("job_state", "state", "attempts", "id"),
    Index("job_subject", "subject"),
    Index("job_case", "case_id"),
    Index("job_patient", "patient"),
    sqlite_autoincrement=True,
)

result = Table(
    "result",
    metadata,
    Column("job", _Id, ForeignKey("job.id"), primary_key=True, autoincrement=False),
    Column("answer", String, nullable=False),
    #: The assessment, JSON.
    Column("payload", Text, nullable=False),
    #: Counts of facts and findings by kind, JSON, without text: what watching needs.
    Column("summary", Text, nullable=False),
    Column("finished", Float, nullable=False),
    Index("result_finished", "finished"),
)

#: What became of every job, in order; each row's hash covers the row before it.
audit = Table(
    "audit",
    metadata,
    Column("seq", _Id, primary_key=True, autoincrement=False),
    #: Microseconds since the epoch: an integer, so that its digest is the same on every database.
    Column("at", BigInteger, nullable=False),
    Column("event", String, nullable=False),
    Column("job", _Id),
    Column("detail", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Index("audit_job", "job"),
)

#: One row: the end of the chain. Whoever appends locks it first, so that seq follows the order of commits.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", _Id, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="one_head"),
)

#: Results that were sent on, by target; ``at`` is the job's ``updated`` as it was sent, so that a dead letter
#: that was tried again and done is sent again.
delivery = Table(
    "delivery",
    metadata,
    Column("job", _Id, ForeignKey("job.id"), primary_key=True, autoincrement=False),
    Column("target", String, primary_key=True),
    Column("at", Float, nullable=False),
)

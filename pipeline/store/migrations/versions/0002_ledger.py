"""The ledger: jobs apart from results, fencing tokens, back-off, a chained audit trail, deliveries."""

import hashlib
import json
import time
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATES = ("queued", "leased", "done", "dead", "superseded", "erased")
_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _make() -> None:
    op.create_table(
        "job",
        sa.Column("id", _Id, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("patient", sa.Text),
        sa.Column("documents", sa.Text, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("policy", sa.String, nullable=False),
        sa.Column("as_of", sa.String(10)),
        sa.Column("llm", sa.String, nullable=False),
        sa.Column("versions", sa.String(64), sa.ForeignKey("version_set.digest"), nullable=False),
        sa.Column("paths", sa.Text, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("owner", sa.String),
        sa.Column("lease_until", sa.Float),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.Float, nullable=False),
        sa.Column("error_code", sa.String),
        sa.Column("error_class", sa.String),
        sa.Column("erased_by", sa.String),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("updated", sa.Float, nullable=False),
        sa.CheckConstraint(f"state in ({', '.join(repr(s) for s in _STATES)})", name="known_state"),
        sa.CheckConstraint("(state = 'leased') = (owner is not null)", name="owner_when_leased"),
        sa.CheckConstraint("state <> 'dead' or error_code is not null", name="reason_when_dead"),
        sqlite_autoincrement=True,
    )
    op.create_index("job_state", "job", ["state", "attempts", "id"])
    op.create_index("job_subject", "job", ["subject"])
    op.create_index("job_case", "job", ["case_id"])
    op.create_index("job_patient", "job", ["patient"])
    op.create_table(
        "result",
        sa.Column("job", _Id, sa.ForeignKey("job.id"), primary_key=True, autoincrement=False),
        sa.Column("answer", sa.String, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("finished", sa.Float, nullable=False),
    )
    op.create_index("result_finished", "result", ["finished"])
    op.create_table(
        "audit",
        sa.Column("seq", _Id, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("job", _Id),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("audit_job", "audit", ["job"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", _Id, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("id = 1", name="one_head"),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])
    op.create_table(
        "delivery",
        sa.Column("job", _Id, sa.ForeignKey("job.id"), primary_key=True, autoincrement=False),
        sa.Column("target", sa.String, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
    )


_ENTRY = ("seq", "at", "event", "job", "detail")


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _tell() -> None:
    """Begin the audit trail: one entry a job, with its state and its result's digest as they were found."""
    bind = op.get_bind()
    seq, previous, last, at = 0, "0" * 64, 0, round(time.time() * 1_000_000)
    part = sa.text(
        "select job.id, job.key, job.state, result.payload from job left join result on result.job = job.id"
        " where job.id > :last order by job.id limit 200"
    )
    add = sa.text(
        "insert into audit (seq, at, event, job, detail, hash)"
        " values (:seq, :at, :event, :job, :detail, :hash)"
    )
    while rows := bind.execute(part, {"last": last}).all():
        for row in rows:
            seq += 1
            told = {"key": row.key, "state": row.state}
            if row.payload is not None:
                told["payload"] = _sha(row.payload)
            entry = [previous, seq, at, "migrated", row.id, _canonical(told)]
            previous = _sha(_canonical(entry))
            bind.execute(add, {**dict(zip(_ENTRY, entry[1:], strict=True)), "hash": previous})
        last = rows[-1].id
    bind.execute(sa.text("update audit_head set seq = :seq, hash = :hash"), {"seq": seq, "hash": previous})


def upgrade() -> None:
    """Split the table of results; what was done stays done, "failed" is "dead" with its code."""
    op.drop_index("result_state", "result")
    op.drop_index("result_subject", "result")
    op.rename_table("result", "old_result")
    for name, kind in (("number", sa.Integer), ("seen", sa.Float), ("signed", sa.Float)):
        op.add_column("version_set", sa.Column(name, kind, nullable=False, server_default=sa.text("0")))
    _make()
    op.execute(
        "insert into job (id, key, subject, case_id, documents, request, policy, as_of, llm, versions, paths,"
        " source, state, owner, lease_until, token, attempts, not_before, error_code, error_class, created,"
        " updated) select id, key, subject, case_id, documents, request, policy, as_of, llm, versions, paths,"
        " 'folder', case when state = 'leased' then 'queued' when error_code = 'SUPERSEDED' then 'superseded'"
        " when state = 'failed' then 'dead' else state end,"
        " null, null, 0, attempts, 0, case when state in ('failed', 'dead')"
        " then coalesce(error_code, 'INTERNAL') else error_code end, error_class, created, updated"
        " from old_result"
    )
    # Watching leaves out results from before: they have no summary.
    op.execute(
        "insert into result (job, answer, payload, summary, finished)"
        " select id, coalesce(answer, ''), payload, '{}', updated from old_result where state = 'done'"
    )
    _tell()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select setval(pg_get_serial_sequence('job', 'id'), (select max(id) from job))")
    op.drop_table("old_result")
    op.drop_table("meta")

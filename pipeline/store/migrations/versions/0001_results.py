"""The first store: one table of results, SQLite only."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of release 0.1."""
    op.create_table(
        "meta",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.String, nullable=False),
    )
    op.create_table(
        "version_set",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("versions", sa.Text, nullable=False),
    )
    op.create_table(
        "result",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("documents", sa.Text, nullable=False),
        sa.Column("request", sa.Text, nullable=False),
        sa.Column("policy", sa.String, nullable=False),
        sa.Column("as_of", sa.String(10)),
        sa.Column("llm", sa.String, nullable=False),
        sa.Column("versions", sa.String(64), sa.ForeignKey("version_set.digest"), nullable=False),
        sa.Column("paths", sa.Text, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("owner", sa.String),
        sa.Column("lease_until", sa.Float),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error_code", sa.String),
        sa.Column("error_class", sa.String),
        sa.Column("answer", sa.String),
        sa.Column("payload", sa.Text),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("updated", sa.Float, nullable=False),
    )
    op.create_index("result_state", "result", ["state", "attempts", "id"])
    op.create_index("result_subject", "result", ["subject"])

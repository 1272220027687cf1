"""Alembic's entry, on the connection and in the transaction that ``pipeline.store.migrate`` hands in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite alters a table by making it anew.
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()

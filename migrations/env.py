"""Alembic's side of a migration: our connection, our tables."""

from __future__ import annotations

from alembic import context

from bot.database.feature_tables import all_tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=all_tables,
    render_as_batch=True,  # SQLite changes a table by copying it
)
context.run_migrations()

"""Indexes for reports about what came, was asked or was played in a period."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"

COLUMNS = (
    ("downloads", "queued_at"),
    ("payments", "paid_at"),
    ("payments", "refunded_at"),
    ("quiz_runs", "started_at"),
    ("completions", "asked_at"),
    ("conversations", "started_at"),
)


def upgrade() -> None:
    """One index for each column."""
    for table, column in COLUMNS:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])

"""Indexes for reports about what came, was asked or was played, and about many events."""

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

# With all that is counted, so that no row need be looked up.
EVENTS = {
    "ix_events_kind_at": ["kind", "at", "label", "user_number", "value"],
    "ix_events_chat": ["chat_id", "kind", "at", "user_number", "label"],
}


def upgrade() -> None:
    """One index for each column; wider ones for events."""
    for table, column in COLUMNS:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for name, columns in EVENTS.items():
        op.drop_index(name, table_name="events")
        op.create_index(name, "events", columns)

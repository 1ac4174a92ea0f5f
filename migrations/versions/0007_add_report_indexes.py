"""Indexes for reports about a person, a chat and those who do the most."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ACTS = "message_count + command_count + button_count + other_count"
DAY = ["activity_date", "act_count", "user_id", "message_count", "command_count"]


def upgrade() -> None:
    """Exchange the indexes; the database itself fills the column."""
    op.drop_index("ix_events_user_number", table_name="events")
    op.drop_index("ix_events_chat_id", table_name="events")
    op.create_index("ix_events_user", "events", ["user_number", "kind", "at", "chat_id"])
    op.create_index("ix_events_chat", "events", ["chat_id", "kind", "at", "user_number"])
    op.create_index(op.f("ix_users_blocked_at"), "users", ["blocked_at"])
    op.drop_index("ix_user_activity_date", table_name="user_activity")
    # SQLite cannot add a stored column, and PostgreSQL cannot index one that is not.
    is_stored = op.get_bind().dialect.name == "postgresql"
    acts = sa.Column("act_count", sa.Integer(), sa.Computed(ACTS, persisted=is_stored))
    op.add_column("user_activity", acts)
    op.create_index("ix_user_activity_acts", "user_activity", DAY)

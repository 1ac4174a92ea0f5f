"""Alerts that can be acknowledged, silenced, escalated and drawn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

ADDED = {
    "alert_state": (
        sa.Column("checked_at", sa.BigInteger()),
        sa.Column("flips", sa.Text(), nullable=False, server_default=""),
        sa.Column("flapping_since", sa.BigInteger()),
        sa.Column("silenced_at", sa.BigInteger()),
        sa.Column("unheeded_at", sa.BigInteger()),
    ),
    "alert_history": (
        sa.Column("pending_at", sa.BigInteger()),
        sa.Column("acked_at", sa.BigInteger()),
        sa.Column("acked_by", sa.BigInteger()),
        sa.Column("escalated_at", sa.BigInteger()),
        sa.Column("unwatched_ms", sa.BigInteger(), nullable=False, server_default="0"),
    ),
    "alert_outbox": (sa.Column("lane", sa.String(32), nullable=False, server_default="chat"),),
}


def upgrade() -> None:
    """Add columns to the tables there are, and the tables of silences, rules and readings."""
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column)
    op.create_index("ix_alert_history_rule", "alert_history", ["rule", "fired_at"])
    op.create_index("ix_alert_history_resolved_at", "alert_history", ["resolved_at"])
    op.drop_index("ix_alert_outbox_waiting", "alert_outbox")
    waiting = ["lane", "sent_at", "failed_at", "next_attempt_at"]
    op.create_index("ix_alert_outbox_waiting", "alert_outbox", waiting)
    op.create_index("ix_alert_outbox_history_id", "alert_outbox", ["history_id"])
    _create_tables()


def _create_tables() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "silences",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(32)),
        sa.Column("value", sa.String(64)),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_silences_ends_at", "silences", ["ends_at"])
    op.create_table(
        "alert_rules",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_by", sa.BigInteger()),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "alert_readings",
        sa.Column("at", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("readings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("at"),
    )

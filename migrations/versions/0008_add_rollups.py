"""How long things took, in buckets; and what each day was like."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
BUCKETS = 36


def upgrade() -> None:
    """Add the buckets, the indexes that rollups need, and the table of days."""
    for place in range(BUCKETS):
        column = sa.Column(f"took_{place:02}", sa.Integer(), nullable=False, server_default="0")
        op.add_column("metric_aggregates", column)
    time = ["step", "bucket_at"]
    op.create_index("ix_metric_aggregates_name", "metric_aggregates", ["name", *time])
    op.create_index("ix_metric_aggregates_time", "metric_aggregates", time)
    op.create_table(
        "daily_stats",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("active_people", sa.BigInteger(), nullable=False),
        sa.Column("new_people", sa.BigInteger(), nullable=False),
        sa.Column("conversations", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.BigInteger(), nullable=False),
        sa.Column("commands", sa.BigInteger(), nullable=False),
        sa.Column("updates", sa.BigInteger(), nullable=False),
        sa.Column("api_calls", sa.BigInteger()),
        sa.Column("mean_seconds", sa.Float()),
        sa.Column("errors", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )

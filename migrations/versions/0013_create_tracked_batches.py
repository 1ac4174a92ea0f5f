"""What other programs reported: batches by their keys, talks by their names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """One table, one column."""
    op.create_table(
        "tracked_batches",
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "key"),
    )
    op.create_index("ix_tracked_batches_at", "tracked_batches", ["at"])
    op.add_column("conversations", sa.Column("tracked_as", sa.String(96)))
    op.create_index("ix_conversations_tracked_as", "conversations", ["tracked_as"], unique=True)

"""Who was there on which day, as compressed sets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table; the bot fills it from user_activity."""
    op.create_table(
        "audience_sets",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("segment", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=16), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "segment", "owner"),
    )

"""Subscriptions, and which plan a payment was for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this feature."""
    op.create_table(
        "subscriptions",
        sa.Column("id", Number, autoincrement=True, nullable=False),
        sa.Column("user_number", sa.BigInteger(), nullable=True),
        sa.Column("plan", sa.String(length=16), nullable=False),
        sa.Column("stars", sa.BigInteger(), nullable=False),
        sa.Column("is_recurring", sa.Boolean(), nullable=False),
        sa.Column("first_charge_id", sa.String(length=255), nullable=False),
        sa.Column("last_charge_id", sa.String(length=255), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("end", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("first_charge_id"),
    )
    op.create_index(
        op.f("ix_subscriptions_expires_at"), "subscriptions", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_subscriptions_user_number"), "subscriptions", ["user_number"], unique=False
    )
    op.add_column(
        "payments", sa.Column("plan", sa.String(length=16), server_default="", nullable=False)
    )

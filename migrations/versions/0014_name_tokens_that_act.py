"""Alerts, silences and rules name the token of the program that acted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

ADDED = {
    "alert_history": "acked_token",
    "silences": "created_token",
    "alert_rules": "updated_token",
}


def upgrade() -> None:
    """A column beside each that names an admin."""
    for table, name in ADDED.items():
        op.add_column(table, sa.Column(name, sa.String(64)))

"""Who may ask the API."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table

from bot.database.tables import metadata

# The secret itself is nowhere: who loses it makes another.
api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", String(8), primary_key=True),  # the public part of the token
    Column("name", String(64), nullable=False, unique=True),
    Column("scope", String(8), nullable=False),  # read, track, admin
    Column("digest", String(64), nullable=False),  # SHA-256 of the secret part, as hex
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("last_used_at", BigInteger),
)

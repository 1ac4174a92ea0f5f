"""What other programs reported, so that a batch that is sent twice is counted once."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text

from bot.database.tables import metadata

# For a day, by the Idempotency-Key: who sent it, a hash of what was sent, what was answered.
tracked_batches = Table(
    "tracked_batches",
    metadata,
    Column("sender", String(64), primary_key=True),  # api_tokens.id
    Column("key", String(128), primary_key=True),
    Column("digest", String(64), nullable=False),  # SHA-256 as hex
    Column("answer", Text, nullable=False),  # JSON
    Column("at", BigInteger, nullable=False, index=True),
)

"""Who is signed in to the dashboard, and which pages of it are shown to whoever has a link."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from bot.database.tables import metadata

# The secrets themselves are nowhere: a browser has them, or a link.
web_sessions = Table(
    "web_sessions",
    metadata,
    Column("id", String(16), primary_key=True),  # the public part of the secret
    Column("digest", String(64), nullable=False),  # of the secret part, as hex
    Column("way", String(16), nullable=False),  # token, own (API_TOKEN), link, telegram
    Column("token_id", String(8), nullable=False, default=""),  # of way "token"
    Column("telegram_id", BigInteger, nullable=False, default=0),  # an admin's, of way "telegram"
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("ix_web_sessions_expires_at", "expires_at"),
)

shares = Table(
    "shares",
    metadata,
    Column("id", String(16), primary_key=True),  # the public part of the secret
    Column("digest", String(64), nullable=False),  # SHA-256 of the secret part, as hex
    Column("page", String(32), nullable=False),
    Column("days", Integer, nullable=False),
    Column("first_day", String(10), nullable=False, default=""),  # "": the last so many days
    Column("last_day", String(10), nullable=False, default=""),
    Column("compare", String(16), nullable=False),
    Column("step", String(8), nullable=False, default=""),  # "": each report as usual
    Column("made_with", String(64), nullable=False),  # the token's name
    Column("created_by", BigInteger),  # an admin's Telegram id, who came from Telegram
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("use_count", Integer, nullable=False, default=0),
    Column("last_used_at", BigInteger),
    Index("ix_shares_expires_at", "expires_at"),
)

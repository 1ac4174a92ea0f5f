"""The table of days that are over: what each was like, for ever."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Float, Table

from bot.database.tables import metadata

# Sums of nobody's in particular; None is what was not counted yet on that day.
daily_stats = Table(
    "daily_stats",
    metadata,
    Column("day", Date, primary_key=True),  # in TIMEZONE
    Column("people", BigInteger, nullable=False),  # ever active, up to its end
    Column("active_people", BigInteger, nullable=False),
    Column("new_people", BigInteger, nullable=False),
    Column("conversations", BigInteger, nullable=False),  # begun with the assistant
    Column("messages", BigInteger, nullable=False),
    Column("commands", BigInteger, nullable=False),
    Column("updates", BigInteger, nullable=False),
    Column("api_calls", BigInteger),  # to the Bot API, but for waiting for updates
    Column("mean_seconds", Float),  # to handle an update
    Column("errors", BigInteger, nullable=False),
)

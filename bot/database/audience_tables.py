"""The table of the audience's sets: who was there on which day, compressed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, LargeBinary, String, Table

from bot.database.tables import metadata

# user_activity, events and users can tell it all again.
audience_sets = Table(
    "audience_sets",
    metadata,
    Column("day", Date, primary_key=True),  # in TIMEZONE
    Column("segment", String(80), primary_key=True),  # see bot/analytics/audience/segments.py
    Column("owner", String(16), primary_key=True),  # the process that found them; "": all did
    Column("bits", LargeBinary, nullable=False),  # users.number, as Roaring's portable format
    Column("saved_at", BigInteger, nullable=False),
)

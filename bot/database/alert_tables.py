"""What alerts must not forget: states, history, messages on their way, silences, own rules."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from bot.database.tables import Number, metadata

# The ways to the admins, in alert_outbox.lane: their chat, one of them (admin:ID), a receiver.
CHAT, ADMIN, WEBHOOK = "chat", "admin:", "webhook"

alert_state = Table(
    "alert_state",
    metadata,
    Column("rule", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("since_at", BigInteger, nullable=False),
    Column("checks", Integer, nullable=False, default=0),  # in a row, towards the next state
    Column("history_id", Number, ForeignKey("alert_history.id")),  # while it fires
    Column("notified_at", BigInteger),
    Column("checked_at", BigInteger),  # the last check: what lies between two is downtime
    Column("flips", Text, nullable=False, default="", server_default=""),  # moments, by commas
    Column("flapping_since", BigInteger),
    Column("silenced_at", BigInteger),  # since when a silence holds for what fires
    Column("unheeded_at", BigInteger),  # since when it was told and nobody acknowledged it
)

# One row is one epoch: from a firing to its end.
alert_history = Table(
    "alert_history",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("rule", String(64), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("pending_at", BigInteger),  # the first bad check
    Column("fired_at", BigInteger, nullable=False),
    Column("resolved_at", BigInteger),
    Column("value", Float),
    Column("threshold", Float),
    Column("unit", String(32), nullable=False, default=""),  # of value and threshold
    Column("bad", BigInteger),
    Column("total", BigInteger),
    Column("details", Text, nullable=False),
    Column("is_announced", Boolean, nullable=False, default=False),
    Column("acked_at", BigInteger),
    Column("acked_by", BigInteger),  # an admin's Telegram id
    Column("acked_token", String(64)),  # or the name of the token that a program sent
    Column("escalated_at", BigInteger),
    Column("unwatched_ms", BigInteger, nullable=False, default=0, server_default="0"),
    Index("ix_alert_history_rule", "rule", "fired_at"),
    Index("ix_alert_history_resolved_at", "resolved_at"),
)

alert_outbox = Table(
    "alert_outbox",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("history_id", Number, ForeignKey("alert_history.id"), nullable=False),
    Column("lane", String(32), nullable=False, default=CHAT, server_default=CHAT),
    Column("kind", String(16), nullable=False),  # firing, reminder, flapping, escalation, resolved
    Column("text", Text, nullable=False),  # Telegram HTML, or JSON for the webhook
    Column("created_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("failed_at", BigInteger),
    Column("message_id", BigInteger),  # in its chat, to edit it later
    Column("error", Text),
    Index("ix_alert_outbox_waiting", "lane", "sent_at", "failed_at", "next_attempt_at"),
    Index("ix_alert_outbox_history_id", "history_id"),
)

# While one of these holds, nothing it covers is told but an end.
silences = Table(
    "silences",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("key", String(32)),  # rule, severity or a rule's label; None: everything
    Column("value", String(64)),
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", BigInteger),  # an admin's Telegram id
    Column("created_token", String(64)),  # or the name of the token that a program sent
    Index("ix_silences_ends_at", "ends_at"),
)

# The operator's rules that were made in the dashboard; those of ALERT_RULES_FILE stay in it.
alert_rules = Table(
    "alert_rules",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("definition", Text, nullable=False),  # JSON, as one [[rule]] of the file
    Column("is_active", Boolean, nullable=False, default=True),
    Column("updated_at", BigInteger, nullable=False),
    Column("updated_by", BigInteger),
    Column("updated_token", String(64)),
)

# What every rule saw, a row for each check: {"rule": [value, threshold]}; with an own rule a third
# word says what it asked, so that readings of another question under its name are told apart.
alert_readings = Table(
    "alert_readings",
    metadata,
    Column("at", BigInteger, primary_key=True),
    Column("readings", Text, nullable=False),
)

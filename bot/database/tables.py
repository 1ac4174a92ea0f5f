"""Every table, as SQLAlchemy Core.  `*_at` columns are UTC milliseconds."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

# SQLite only numbers rows by itself when the key is spelt INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")

# Everything a person did on a day.
ACTS = "message_count + command_count + button_count + other_count"

metadata = MetaData()

users = Table(
    "users",
    metadata,
    # Dense, so that a set of people compresses; everything else refers to a person by it.
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("telegram_id", BigInteger, nullable=False, unique=True),
    Column("language", String(16)),
    Column("chosen_language", String(16)),
    Column("is_premium", Boolean, nullable=False, default=False),
    Column("source", String(64)),  # of the first start
    Column("first_seen_at", BigInteger, index=True),  # None: known, but never active
    Column("last_seen_at", BigInteger),
    Column("blocked_at", BigInteger, index=True),
    Column("username", String(64)),  # only with STORE_NAMES
    Column("name", String(128)),  # only with STORE_NAMES
    sqlite_autoincrement=True,  # a number is never given twice, not even after a forget-me
)

chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("type", String(16), nullable=False),
    Column("title", String(256)),
    Column("first_message_at", BigInteger),
    Column("last_message_at", BigInteger),
    Column("joined_at", BigInteger),
    Column("left_at", BigInteger),
)

# One row for each fact that reports are made of; what a label or a value is depends on the kind
# and is written down where the store turns facts into rows (bot/analytics/rows.py).
events = Table(
    "events",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("user_number", BigInteger),
    Column("chat_id", BigInteger),
    Column("label", String(64)),
    Column("value", Float),
    Column("text", Text),  # only with STORE_TEXT
    # With all that is counted by kind or by chat: to look up each row takes ten times as long.
    Index("ix_events_kind_at", "kind", "at", "label", "user_number", "value"),
    # Reports about a person or a chat; also when a person asks to see or forget what is known.
    Index("ix_events_user", "user_number", "kind", "at", "chat_id"),
    Index("ix_events_chat", "chat_id", "kind", "at", "user_number", "label"),
)

user_activity = Table(
    "user_activity",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),  # users.number
    Column("activity_date", Date, primary_key=True),  # a day in TIMEZONE
    Column("message_count", Integer, nullable=False, default=0),
    Column("command_count", Integer, nullable=False, default=0),
    Column("button_count", Integer, nullable=False, default=0),
    Column("other_count", Integer, nullable=False, default=0),
    Column("act_count", Integer, Computed(ACTS)),  # by the database itself
    # Who did the most on a day, and in it all that is asked about a day's people.
    Index(
        "ix_user_activity_acts",
        "activity_date",
        "act_count",
        "user_id",
        "message_count",
        "command_count",
    ),
)

# How many of a count took how long; bot/analytics/histogram.py says what each column stands for.
HISTOGRAM = tuple(f"took_{place:02}" for place in range(36))

# Counts by the minute; bot/analytics/rollups.py makes hours and days of them, and of events.
metric_aggregates = Table(
    "metric_aggregates",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("labels", String(128), primary_key=True),  # label values joined by commas
    Column("step", String(8), primary_key=True),  # minute, hour, day: both of TIMEZONE
    Column("bucket_at", BigInteger, primary_key=True),  # when it began
    Column("count", BigInteger, nullable=False),
    Column("total", Float, nullable=False),  # of what is measured, such as seconds
    *(Column(name, Integer, nullable=False, default=0, server_default="0") for name in HISTOGRAM),
    Index("ix_metric_aggregates_name", "name", "step", "bucket_at"),
    Index("ix_metric_aggregates_time", "step", "bucket_at"),
)

payments = Table(
    "payments",
    metadata,
    Column("telegram_payment_charge_id", String(255), primary_key=True),
    Column("user_number", BigInteger),  # None once the person asked to be forgotten
    Column("stars", BigInteger, nullable=False),
    Column("payload", String(128), nullable=False),
    Column("plan", String(16), nullable=False, server_default=""),  # "": from before plans
    Column("is_recurring", Boolean, nullable=False),
    Column("paid_at", BigInteger, nullable=False, index=True),
    Column("refunded_at", BigInteger, index=True),
)

alert_state = Table(
    "alert_state",
    metadata,
    Column("rule", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("since_at", BigInteger, nullable=False),
    Column("checks", Integer, nullable=False, default=0),  # in a row, towards the next state
    Column("history_id", Number, ForeignKey("alert_history.id")),  # while it fires
    Column("notified_at", BigInteger),
)

alert_history = Table(
    "alert_history",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("rule", String(64), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("fired_at", BigInteger, nullable=False),
    Column("resolved_at", BigInteger),
    Column("value", Float),
    Column("threshold", Float),
    Column("unit", String(32), nullable=False, default=""),  # of value and threshold
    Column("bad", BigInteger),
    Column("total", BigInteger),
    Column("details", Text, nullable=False),
    Column("is_announced", Boolean, nullable=False, default=False),
)

alert_outbox = Table(
    "alert_outbox",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("history_id", Number, ForeignKey("alert_history.id"), nullable=False),
    Column("kind", String(16), nullable=False),  # firing, reminder, resolved
    Column("text", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Column("failed_at", BigInteger),
    Column("message_id", BigInteger),  # in the admin chat, to edit it later
    Column("error", Text),
    Index("ix_alert_outbox_waiting", "sent_at", "failed_at", "next_attempt_at"),
)

errors = Table(
    "errors",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("number", String(16), nullable=False, index=True),
    Column("category", String(32), nullable=False),
    Column("type", String(128), nullable=False),
    Column("location", String(128), nullable=False),
    Column("message", Text, nullable=False),
    Column("traceback", Text, nullable=False),
)

quarantined_updates = Table(
    "quarantined_updates",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("update_id", BigInteger),
    Column("reason", Text, nullable=False),
    Column("payload", Text, nullable=False),
)

seen_updates = Table(
    "seen_updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seen_at", BigInteger, nullable=False),
)

# What a stop cut off, whole, until it was handled after the next start.
interrupted_updates = Table(
    "interrupted_updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
)

# What this database file is: "synthetic" marks the sandbox's.
marks = Table(
    "marks",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

"""The tables of the features: what a person was promised, so that no crash can forget it.

Each feature writes its own; reports read them.  `*_at` columns are UTC milliseconds.
"""

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

from bot.database.alert_tables import silences
from bot.database.api_tables import api_tokens
from bot.database.audience_tables import audience_sets
from bot.database.rollup_tables import daily_stats
from bot.database.tables import Number, metadata
from bot.database.tracking_tables import tracked_batches
from bot.database.web_tables import shares, web_sessions

# The queue and its history.  The address and the title go when the download has ended.
downloads = Table(
    "downloads",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("user_number", BigInteger, index=True),
    Column("chat_id", BigInteger, index=True),
    Column("message_id", BigInteger),  # the one that shows how far it is
    Column("language", String(16), nullable=False, default=""),  # to speak with the person later
    # offered, queued, running, done, failed, cancelled
    Column("state", String(16), nullable=False),
    Column("url", Text),
    Column("title", Text),
    Column("media_key", String(255)),
    Column("site", String(64), nullable=False, default=""),
    Column("format", String(8), nullable=False, default=""),  # mp3, mp4, srt
    Column("quality", String(16), nullable=False, default=""),  # 320k, 720p, a language's tag
    Column("offers", Text),  # JSON: what could be had
    Column("plan", String(16), nullable=False, default=""),
    Column("priority", Integer, nullable=False, default=0),  # 0 low, 1 medium, 2 high
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", BigInteger, nullable=False, default=0),
    Column("claimed_by", String(64)),
    Column("lease_until_at", BigInteger),
    Column("is_cancel_wanted", Boolean, nullable=False, default=False),
    Column("offered_at", BigInteger, nullable=False),
    Column("queued_at", BigInteger, index=True),
    Column("started_at", BigInteger),  # of the first attempt
    Column("ended_at", BigInteger),
    Column("error", String(32)),
    Column("size_bytes", BigInteger),
    Index("ix_downloads_queue", "state", "priority", "next_attempt_at"),
)

# What Telegram has already: the same again needs no download.  Nobody's in particular.
sent_files = Table(
    "sent_files",
    metadata,
    Column("media_key", String(255), primary_key=True),
    Column("format", String(8), primary_key=True),
    Column("quality", String(16), primary_key=True),
    Column("file_id", String(255), nullable=False),
    Column("kind", String(16), nullable=False),  # audio, video, document
    Column("title", Text, nullable=False, default=""),
    Column("performer", Text),
    Column("duration_seconds", Float),
    Column("size_bytes", BigInteger),
    Column("sent_at", BigInteger, nullable=False),
)

# What a payment gave: from when until when somebody is on a plan.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("user_number", BigInteger, index=True),
    Column("plan", String(16), nullable=False),
    Column("stars", BigInteger, nullable=False),  # of the last charge
    Column("is_recurring", Boolean, nullable=False),
    Column("first_charge_id", String(255), nullable=False, unique=True),
    Column("last_charge_id", String(255), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("cancelled_at", BigInteger),  # the person wants no renewal
    Column("ended_at", BigInteger),
    Column("end", String(16)),  # expired, cancelled, failed, refunded, replaced
)

quiz_runs = Table(
    "quiz_runs",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("chat_id", BigInteger, index=True),
    Column("starter_number", BigInteger, index=True),
    Column("is_group", Boolean, nullable=False),
    Column("language", String(16), nullable=False, default=""),
    Column("topic", String(32), nullable=False),
    Column("seed", BigInteger, nullable=False),  # the questions and their order follow from it
    Column("questions", Integer, nullable=False),
    Column("asked", Integer, nullable=False, default=0),  # how many have been sent
    Column("state", String(16), nullable=False),  # running, completed, abandoned
    Column("poll_id", String(64), index=True),  # of the open question
    Column("message_id", BigInteger),  # of the open question
    Column("score_message_id", BigInteger),
    Column("asked_at", BigInteger),
    Column("started_at", BigInteger, nullable=False, index=True),
    Column("ended_at", BigInteger),
)

quiz_answers = Table(
    "quiz_answers",
    metadata,
    Column("run_id", Number, ForeignKey("quiz_runs.id"), primary_key=True, autoincrement=False),
    Column("question", Integer, primary_key=True, autoincrement=False),
    Column("telegram_id", BigInteger, primary_key=True, autoincrement=False),
    Column("is_correct", Boolean, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("answered_at", BigInteger, nullable=False),
    Index("ix_quiz_answers_telegram_id", "telegram_id"),
)

# Talks with the assistant: how long and how much, never the words.
conversations = Table(
    "conversations",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("user_number", BigInteger, index=True),
    Column("chat_id", BigInteger, index=True),
    Column("status", String(16), nullable=False),  # open, ended, expired
    Column("started_at", BigInteger, nullable=False, index=True),
    Column("last_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    # Of another program's: the token's id and what that program calls it.  None: our own.
    Column("tracked_as", String(96), unique=True, index=True),
)

# Each question to the model.  Tokens are disjoint; the cost is that of the moment, for ever.
completions = Table(
    "completions",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("conversation_id", Number, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("user_number", BigInteger),
    Column("chat_id", BigInteger, index=True),
    Column("message_id", BigInteger),  # the answer, while it grows
    Column("language", String(16), nullable=False, default=""),
    Column("model", String(100), nullable=False),
    Column("state", String(16), nullable=False),  # running, done, failed, stopped, interrupted
    Column("error", String(32)),
    Column("input_tokens", BigInteger, nullable=False, default=0),
    Column("cached_input_tokens", BigInteger, nullable=False, default=0),
    Column("output_tokens", BigInteger, nullable=False, default=0),
    Column("reasoning_tokens", BigInteger, nullable=False, default=0),
    Column("unpriced_tokens", BigInteger, nullable=False, default=0),
    Column("is_estimated", Boolean, nullable=False, default=False),
    Column("cost_usd", Float),  # None while no token has a price
    Column("seconds", Float),
    Column("asked_at", BigInteger, nullable=False, index=True),
    Column("ended_at", BigInteger),
    Index("ix_completions_person", "user_number", "asked_at"),
)

# Only here are all tables known: those of other files, too.
elsewhere = (
    *(silences, api_tokens, web_sessions, shares, audience_sets, daily_stats),
    tracked_batches,
)
all_tables = metadata

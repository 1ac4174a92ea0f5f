"""The Prometheus series of the bot itself; those of its features stand beside their facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]
Category = Literal["performance", "business", "engagement", "system"]

# Upper bounds in seconds: from a query's tenth of a millisecond to what a person leaves alone.
FAST = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)
HUMAN = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
MINUTES = (1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)


@dataclass(frozen=True, slots=True)
class Series:
    """One family of series.  Labels are code names only: an id would grow without end."""

    name: str
    kind: Kind
    category: Category
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = HUMAN


SERIES = (
    Series("updates_total", "counter", "performance", "Updates by outcome.", ("kind", "outcome")),
    Series(
        "update_duration_seconds",
        "histogram",
        "performance",
        "Time to handle an update.",
        ("kind", "handler"),
    ),
    Series(
        "update_lag_seconds",
        "histogram",
        "performance",
        "From a message's date to its handling, whole seconds.",
        buckets=(1, 2, 5, 10, 30, 60, 300, 3600),
    ),
    Series("updates_in_flight", "gauge", "performance", "Updates being handled now."),
    Series(
        "api_requests_total",
        "counter",
        "performance",
        "Bot API calls by outcome.",
        ("method", "outcome"),
    ),
    Series(
        "api_request_duration_seconds",
        "histogram",
        "performance",
        "Time of a Bot API call.",
        ("method",),
    ),
    Series(
        "last_poll_timestamp_seconds", "gauge", "performance", "When getUpdates last answered."
    ),
    Series("pending_updates", "gauge", "performance", "Updates that Telegram holds for the bot."),
    Series(
        "event_loop_lag_seconds", "gauge", "performance", "How late the event loop is, at worst."
    ),
    Series(
        "db_query_duration_seconds",
        "histogram",
        "performance",
        "Time of a visit to the database, waiting included.",
        ("operation",),
        FAST,
    ),
    Series(
        "cache_requests_total",
        "counter",
        "performance",
        "Looks into a cache; result: hit or miss.",
        ("cache", "result"),
    ),
    Series(
        "store_flush_seconds",
        "histogram",
        "performance",
        "Time to write a batch of facts.",
        buckets=FAST,
    ),
    Series("store_buffered_events", "gauge", "performance", "Facts that wait for the disk."),
    Series(
        "http_request_duration_seconds",
        "histogram",
        "performance",
        "Time of a request to the side server.",
        ("route", "method", "status"),
        FAST,
    ),
    Series(
        "sign_ins_total", "counter", "system", "Sign-ins to the dashboard.", ("way", "outcome")
    ),
    Series("live_readers", "gauge", "system", "Who watches facts as they happen, now."),
    Series(
        "live_readers_gone_total", "counter", "system", "Who watched and is gone.", ("ending",)
    ),
    Series("errors_total", "counter", "system", "Errors by category.", ("category",)),
    Series("uptime_seconds", "gauge", "system", "Time since the process started."),
    Series("build_info", "gauge", "system", "Always 1; the label tells.", ("version",)),
    Series("rate_limit_hits_total", "counter", "system", "Times one was slowed down.", ("kind",)),
    Series("alerts_firing", "gauge", "system", "Alerts that fire now.", ("severity",)),
    Series("alerts_fired_total", "counter", "system", "Alerts that fired.", ("rule", "severity")),
    Series(
        "alert_notifications_total", "counter", "system", "Notices to the admins.", ("outcome",)
    ),
    Series("heartbeats_total", "counter", "system", "Calls of HEARTBEAT_URL.", ("outcome",)),
    Series("db_up", "gauge", "system", "Whether the last visit to the database went well."),
    Series("events_dropped_total", "counter", "system", "Facts given up.", ("reason",)),
    Series("updates_quarantined_total", "counter", "system", "Updates nobody could decode."),
    Series("job_duration_seconds", "histogram", "system", "Time of a scheduled job.", ("job",)),
    Series(
        "job_last_success_timestamp_seconds",
        "gauge",
        "system",
        "When a job last went well.",
        ("job",),
    ),
    Series("disk_free_bytes", "gauge", "system", "Free space where the database is."),
    Series(
        "active_users",
        "gauge",
        "engagement",
        "Distinct people active today (day), or in 7 or 30 days up to today.",
        ("window",),
    ),
    Series("known_users", "gauge", "engagement", "People the bot has met."),
    Series("blocked_users", "gauge", "engagement", "People who block the bot."),
    Series("new_users_total", "counter", "engagement", "People met for the first time."),
    Series("blocks_total", "counter", "engagement", "Blocks by people."),
    Series("unblocks_total", "counter", "engagement", "Blocks taken back."),
    Series("command_usage_total", "counter", "engagement", "Commands typed.", ("command",)),
    Series(
        "messages_total",
        "counter",
        "engagement",
        "Messages received.",
        ("content_type", "chat_type"),
    ),
)

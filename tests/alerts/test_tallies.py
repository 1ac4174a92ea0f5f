"""What the database counts by the minute is what the series count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prometheus_client import CollectorRegistry

from bot.alerts import tallies
from bot.alerts.own_fields import OwnRule
from bot.alerts.tallies import HOUR, MINUTE, MOST, TALLIES, WEEK
from bot.analytics import events as facts
from bot.analytics.batch import Calendar
from bot.analytics.events import Event
from bot.analytics.features import assistant, billing, downloads, quiz
from bot.analytics.metrics import Metrics
from bot.analytics.rows import KEPT, fold
from bot.analytics.transaction import write
from bot.clock import to_milliseconds
from bot.database.engine import Database
from bot.database.tables import metric_aggregates
from tests.alerts.own_scene import rule
from tests.alerts.scene import NOON
from tests.rows import put

SINCE, UNTIL = to_milliseconds(NOON), to_milliseconds(NOON) + HOUR
LATER = NOON + timedelta(minutes=5)
ANN: dict[str, Any] = {"user_id": 1, "chat_id": 1}
LABELLED = [(name, label) for name, tally in TALLIES.items() for label in tally.labels if label]
TOKENS: dict[str, Any] = {
    "input_tokens": 1,
    "cached_input_tokens": 0,
    "output_tokens": 1,
    "reasoning_tokens": 0,
    "unpriced_tokens": 0,
    "cost_usd": None,
}


def updates(at: datetime) -> Iterator[Event]:
    for number, outcome in enumerate(("handled", "error", "handled"), 1):
        said: dict[str, Any] = {"kind": "message", "handler": f"h{number}", "outcome": outcome}
        yield facts.UpdateHandled(at=at, update_id=number, seconds=number / 8, **said)
    for method, outcome in (("getMe", "ok"), ("sendPhoto", "ok"), ("getMe", "flood")):
        yield facts.ApiCalled(at=at, method=method, outcome=outcome, seconds=0.5)
    for place, category in enumerate(("job", "handler", "job")):
        where: dict[str, Any] = {"type": "E", "where": "x", "message": "", "traceback": ""}
        yield facts.ErrorRaised(at=at, category=category, number=f"{place}", **where)


def people(at: datetime) -> Iterator[Event]:
    for content_type in ("text", "photo", "text"):
        said: dict[str, Any] = {"chat_type": "private", "content_type": content_type}
        yield facts.MessageReceived(at=at, length=3, **ANN, **said)
    for command in ("help", "start", "help"):
        yield facts.CommandUsed(at=at, command=command, **ANN)
    yield facts.BotBlocked(at=at, user_id=1)
    yield facts.BotUnblocked(at=at, user_id=1)
    for topic in ("space", "art"):
        yield quiz.QuizStarted(at=at, topic=topic, **ANN)
        yield quiz.QuizCompleted(at=at, chat_id=1, topic=topic, score=0.5, players=1, seconds=9)


def work(at: datetime) -> Iterator[Event]:
    for seconds, one in enumerate(("mp3", "mp4", "mp3"), 1):
        said: dict[str, Any] = {"user_id": 1, "format": one}
        queued: dict[str, Any] = {"quality": "128k", "priority": "low"}
        yield downloads.DownloadQueued(at=at, chat_id=1, **said, **queued)
        done: dict[str, Any] = {"quality": "128k", "site": "s", "seconds": seconds}
        yield downloads.DownloadSucceeded(at=at, size_bytes=9, **said, **done)
        yield downloads.DownloadRetried(at=at, error="network", **said)
        yield downloads.DownloadFailed(at=at, error=f"e{seconds % 2}", **said)
        yield downloads.LinkRefused(at=at, user_id=1, error=f"e{seconds % 2}")
    yield assistant.ConversationStarted(at=at, **ANN)
    for seconds, model in enumerate(("small", "large"), 1):
        yield assistant.CompletionSucceeded(at=at, model=model, seconds=seconds, **ANN, **TOKENS)
        yield assistant.CompletionFailed(at=at, model=model, error=f"e{seconds}", **ANN)


def sales(at: datetime) -> Iterator[Event]:
    for stars, plan in enumerate(("pro", "vip", "pro"), 7):
        said: dict[str, Any] = {"user_id": 1, "plan": plan}
        sold: dict[str, Any] = {"stars": stars, "is_recurring": False}
        yield billing.CheckoutStarted(at=at, **said)
        yield billing.PaymentSucceeded(at=at, **said, **sold)
        yield billing.PaymentFailed(at=at, reason=f"r{stars}", **said)
        yield billing.PaymentRefunded(at=at, stars=stars, **said)
        yield billing.SubscriptionStarted(at=at, is_recurring=False, **said)
        yield billing.SubscriptionCancelled(at=at, kind=f"k{stars}", **said)


EVERY = [
    fact
    for moment in (NOON, LATER)
    for make in (updates, people, work, sales)
    for fact in make(moment)
]


@pytest.fixture(scope="module")
def registry() -> CollectorRegistry:
    """The series, after every fact."""
    registry = CollectorRegistry()
    metrics = Metrics(registry, "0")
    for fact in EVERY:
        if metrics.wants(type(fact)):
            metrics(fact)
    return registry


@pytest.fixture
async def stored(database: Database) -> Database:
    """The database, after every fact."""
    batch = fold([fact for fact in EVERY if type(fact) in KEPT], Calendar(ZoneInfo("UTC")))
    async with database.write("test") as connection:
        await write(connection, batch)
    return database


def children(registry: CollectorRegistry, name: str) -> list[tuple[dict[str, str], float]]:
    page = registry.restricted_registry([name]).collect()
    return [(sample.labels, sample.value) for family in page for sample in family.samples]


async def grown(database: Database, asked: OwnRule) -> dict[int, float]:
    async with database.read("test") as connection:
        return await tallies.by_minute(connection, asked, SINCE, UNTIL)


async def test_the_database_counts_what_the_series_count(
    stored: Database, registry: CollectorRegistry
) -> None:
    counted = {name: await grown(stored, rule(series=name)) for name in TALLIES}

    told = {name: sum(value for _, value in children(registry, name)) for name in TALLIES}
    assert {name: sum(found.values()) for name, found in counted.items()} == pytest.approx(told)
    assert {tuple(sorted(found)) for found in counted.values()} == {(SINCE, SINCE + 5 * MINUTE)}


async def test_the_database_counts_it_by_the_labels_that_are_named(
    stored: Database, registry: CollectorRegistry
) -> None:
    counted, told = {}, {}
    for name, label in LABELLED:
        there = children(registry, name)
        first = min(labels[label] for labels, _ in there)
        some = await grown(stored, rule(series=name, labels={label: [first, "nothing"]}))
        counted[name, label] = sum(some.values())
        told[name, label] = sum(value for labels, value in there if labels[label] == first)
        assert told[name, label] < sum(value for _, value in there), name

    assert counted == pytest.approx(told)


async def test_a_label_that_nothing_has_counts_nothing(stored: Database) -> None:
    assert await grown(stored, rule(labels={"category": "web"})) == {}
    updates_of = rule(series="bot_updates_total", labels={"outcome": "throttled"})
    assert await grown(stored, updates_of) == {}


async def test_only_minutes_within_the_time_count(stored: Database) -> None:
    for name in ("bot_updates_total", "bot_messages_total", "bot_errors_total"):
        async with stored.read("test") as connection:
            asked, until = rule(series=name), SINCE + 5 * MINUTE
            found = await tallies.by_minute(connection, asked, SINCE, until)
        assert list(found) == [SINCE]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({}, ""),
        ({"window": "60s"}, ""),
        ({"window": "59s"}, "as fine as a minute"),
        ({"series": "bot_queue_depth", "read": "value"}, "is a gauge"),
        ({"series": "bot_update_duration_seconds", "read": "p95"}, "need the buckets"),
        ({"series": "bot_new_users_total"}, "is not counted by the minute"),
        ({"series": "bot_updates_total", "labels": {"kind": "message"}}, "is not kept by kind"),
        ({"series": "bot_download_retries_total", "labels": {"format": "mp3"}}, "by format"),
    ],
)
def test_what_is_not_counted_is_not_guessed(said: dict[str, Any], why: str) -> None:
    lacking = tallies.lacking(rule(**said))

    assert (lacking == "") == (why == "")
    assert why in lacking


async def test_counts_begin_with_the_first_that_is_kept(database: Database) -> None:
    minutes, others = TALLIES["bot_updates_total"], TALLIES["bot_errors_total"]
    row = {"name": "updates", "labels": "handled", "count": 1, "total": 0.0}
    async with database.read("test") as connection:
        empty = await tallies.beginning(connection, others)
    old, young = {"step": "day", "bucket_at": SINCE - WEEK}, {"step": "minute", "bucket_at": SINCE}
    await put(database, metric_aggregates, row | old, row | young)

    async with database.read("test") as connection:
        begun = [await tallies.beginning(connection, one) for one in (minutes, others)]

    assert (empty, begun) == (None, [SINCE, SINCE - WEEK])


async def test_a_week_of_very_many_events_is_not_counted_again(database: Database) -> None:
    row = {"name": "event:message", "labels": "text", "step": "hour", "total": 0.0}
    await put(
        database,
        metric_aggregates,
        row | {"bucket_at": UNTIL - WEEK, "count": MOST},  # just too long ago
        row | {"bucket_at": UNTIL - WEEK + HOUR, "count": MOST},
    )
    messages, commands = TALLIES["bot_messages_total"], TALLIES["bot_command_usage_total"]
    async with database.read("test") as connection:
        before = await tallies.too_many(connection, messages, UNTIL)
    await put(database, metric_aggregates, row | {"bucket_at": UNTIL, "count": 1})

    async with database.read("test") as connection:
        after = [await tallies.too_many(connection, one, UNTIL) for one in (messages, commands)]

    assert (before, after) == (False, [True, False])

"""The alerts in the synthetic history: what fired, who answered, and what it was about."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.alerts.book import AlertBoard, Book
from bot.alerts.records import unended
from bot.alerts.shelf import lanes_waiting
from bot.alerts.states import Alert
from bot.alerts.terms import Terms
from bot.alerts.trace import Traces, until
from bot.analytics.events import ApiCalled, ErrorRaised, UpdateHandled
from bot.analytics.features.billing import PaymentFailed
from bot.analytics.features.downloads import DownloadFailed
from bot.analytics.recent import PERSONAL, SLOW_SECONDS
from bot.analytics.reports.alerts import alerts
from bot.database.alert_tables import alert_state, silences
from bot.database.engine import Database
from bot.database.migrate import migrate
from bot.sandbox.cast import ADMIN_ID
from bot.sandbox.crowd_people import SEED
from bot.sandbox.history import facts_by_day, write_history
from bot.sandbox.history_acts import Span, moods
from bot.sandbox.history_facts import Fact
from bot.sandbox.history_incidents import incidents
from tests.analytics.reports.business import asked, source_of

UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DAYS = 60
HISTORY: dict[str, Any] = {"days": DAYS, "now": NOW, "zone": UTC_ZONE, "seed": SEED}
HOUR = timedelta(hours=1)

# What each rule counts as bad.
BAD: dict[str, Callable[[Fact], bool]] = {
    "HighErrorRate": lambda fact: isinstance(fact, ErrorRaised),
    "HighLatency": lambda fact: isinstance(fact, UpdateHandled) and fact.seconds > SLOW_SECONDS,
    "RateLimited": lambda fact: isinstance(fact, ApiCalled) and fact.outcome == "flood",
    "DownloadFailures": lambda fact: (
        isinstance(fact, DownloadFailed) and fact.error not in PERSONAL
    ),
    "PaymentFailure": lambda fact: isinstance(fact, PaymentFailed),
}


@pytest.fixture(scope="module")
def facts() -> list[Fact]:
    return [fact for day in facts_by_day(**HISTORY) for fact in day]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole history, on disk."""
    path = tmp_path_factory.mktemp("history") / "history.db"
    asyncio.run(write_into(path))
    return path


async def write_into(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    await migrate(database)
    await write_history(database, **HISTORY)
    await database.close()


@pytest.fixture
async def written(file: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{file}")
    yield database
    await database.close()


@pytest.fixture
async def board(written: Database) -> AlertBoard:
    return await Book(written).board(limit=100)


def silenced(board: AlertBoard) -> list[Alert]:
    return [alert for alert in board.past if not alert.is_announced]


async def test_alerts_of_several_rules_fired_and_are_over(board: AlertBoard) -> None:
    rules = {alert.rule for alert in board.past}

    assert rules >= {"HighErrorRate", "HighLatency", "RateLimited", "DownloadFailures"}
    assert 5 <= board.past_count <= 15
    assert not board.firing and not board.pending


async def test_each_fired_within_the_history_and_ended_before_now(board: AlertBoard) -> None:
    begin = NOW.replace(hour=0) - timedelta(days=DAYS)

    for alert in board.past:
        assert alert.pending_at and alert.resolved_at
        assert begin < alert.pending_at <= alert.fired_at < alert.resolved_at < NOW


async def test_later_alerts_have_higher_numbers(board: AlertBoard) -> None:
    ascending = sorted(board.past, key=lambda alert: alert.id)

    assert ascending == sorted(board.past, key=lambda alert: alert.fired_at)


async def test_what_an_alert_counted_is_in_the_facts(board: AlertBoard, facts: list[Fact]) -> None:
    for alert in board.past:
        is_bad, least = BAD[alert.rule], alert.bad or int(alert.value or 0)
        lately = [fact for fact in facts if alert.fired_at - HOUR <= fact.at <= alert.fired_at]
        assert sum(map(is_bad, lately)) >= least > 0


async def test_an_alert_reads_more_than_its_threshold(board: AlertBoard) -> None:
    assert all((alert.value or 0) >= alert.threshold for alert in board.past)


async def test_whoever_was_told_heard_within_a_minute_or_two(board: AlertBoard) -> None:
    told = [board.noticed(alert) for alert in board.past if alert.is_announced]

    assert told and all(one is not None and one <= 120 for one in told)


async def test_an_alert_under_a_silence_was_told_to_nobody(
    board: AlertBoard, written: Database
) -> None:
    (alert,) = silenced(board)

    async with written.read("test") as connection:
        (quiet,) = (await connection.execute(select(silences))).mappings().all()
        lasting = await unended(connection, NOW)
    assert (alert.rule, alert.id in board.told_at) == (quiet["value"], False)
    assert quiet["starts_at"] < alert.fired_at.timestamp() * 1000 < quiet["ends_at"]
    assert quiet["reason"].startswith("a synthetic silence") and not lasting


async def test_the_admin_answers_some_before_they_end(board: AlertBoard) -> None:
    answered = [alert for alert in board.past if alert.acked_at]

    assert 2 <= len(answered) < len(board.past)
    for alert in answered:
        assert alert.acked_at and alert.resolved_at
        assert alert.fired_at < alert.acked_at <= alert.resolved_at
        assert alert.acked_by == ADMIN_ID and alert.is_announced


async def test_the_report_counts_the_same_alerts(board: AlertBoard, written: Database) -> None:
    report = await alerts(source_of(written), asked(DAYS + 1, now=NOW))

    assert report.count.value == board.past_count
    assert sum(part.count or 0 for part in report.timeline) == board.past_count


async def test_the_latest_alert_has_a_chart(board: AlertBoard, written: Database) -> None:
    latest = board.past[0]

    trace = await Traces(written).of(Terms(name=latest.rule), until(latest, NOW))

    values = [point.value for point in trace.points]
    assert len(values) > 5 and max(one or 0 for one in values) >= latest.threshold
    assert [(one.start, one.end) for one in trace.firings] == [
        (latest.fired_at, latest.resolved_at)
    ]


async def test_nothing_of_it_waits_to_be_told(written: Database) -> None:
    async with written.read("test") as connection:
        phases = set(await connection.scalars(select(alert_state.c.state)))

    assert await lanes_waiting(written) == set()
    assert phases == {"inactive"}


def test_nothing_is_planned_for_a_history_without_days() -> None:
    assert incidents(Span(0, NOW, UTC_ZONE, moods(SEED, 0))) == ()


@pytest.mark.parametrize("days", [1, 7, 21, DAYS])
def test_what_goes_wrong_does_so_on_whole_days_and_is_over_that_day(days: int) -> None:
    span = Span(days, NOW, UTC_ZONE, moods(SEED, days))

    for one in incidents(span):
        assert 0 <= span.day_of(one.begins_at) == span.day_of(one.ends_at + HOUR) < days


async def test_a_short_history_leaves_nothing_firing_either(sqlite: Database) -> None:
    midnight = NOW.replace(hour=0) + timedelta(seconds=30)

    await write_history(sqlite, **HISTORY | {"days": 1, "now": midnight})

    async with sqlite.read("test") as connection:
        phases = set(await connection.scalars(select(alert_state.c.state)))
    assert phases == {"inactive"}

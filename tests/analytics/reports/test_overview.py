"""The overview counts what is recorded and says what it cannot know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.analytics.cleanup import Cleanup
from bot.analytics.reports.figure import Figure, Unknown
from bot.analytics.reports.overview import Overview, overview
from bot.analytics.reports.overview_counts import Use
from bot.clock import to_milliseconds
from bot.database import feature_tables, tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import asked as question
from tests.analytics.reports.business import source_of
from tests.analytics.reports.crowd import crowd
from tests.analytics.summing import summed_up
from tests.rows import event, minute, payment, put, user

DAY = timedelta(days=1)
LONG_AGO = NOON - 100 * DAY


async def asked(database: Database, days: int = 7) -> Overview:
    return await overview(source_of(database), question(days))


def values(figure: Figure) -> tuple[float | None, float | None]:
    return figure.value, figure.before


async def old_record(database: Database) -> None:
    """The bot has been writing for long, so that a 0 is a 0."""
    await put(database, tables.events, event("edit", LONG_AGO))


async def test_people_are_counted_once_however_many_days_they_came(database: Database) -> None:
    await old_record(database)
    source = await crowd(database, {0: {1}, 1: {1}, 6: {2}, 7: {3}})

    assert values((await overview(source, question(7))).people) == (2, 1)


async def test_new_people_are_those_first_seen_in_the_period(database: Database) -> None:
    for number, at in enumerate([LONG_AGO, NOON - 8 * DAY, NOON - DAY], start=1):
        await put(database, tables.users, user(number, first_seen_at=to_milliseconds(at)))
    await put(database, tables.users, user(9))

    assert values((await asked(database)).new_people) == (1, 1)


async def test_messages_and_commands_come_with_the_commands_used_most(database: Database) -> None:
    await old_record(database)
    commands = ["help", "start", "help", "other", "a", "b", "c"]
    rows = [event("command", NOON - DAY, label=label) for label in commands]
    await put(database, tables.events, *rows, event("message", NOON - DAY))
    await put(database, tables.events, event("message", NOON - 8 * DAY), event("message", NOON))

    report = await asked(database)

    assert values(report.messages) == (1, 1)
    assert values(report.commands) == (7, 0)
    assert report.top_commands[:2] == (Use("help", 2), Use("a", 1))
    assert len(report.top_commands) == 5


async def test_updates_give_a_rate_of_errors_and_a_mean_time(database: Database) -> None:
    await old_record(database)
    rows = [minute("handled", NOON - DAY, 6, 0.6), minute("error", NOON - DAY, 2, 0.2)]
    await put(database, tables.metric_aggregates, *rows, minute("error", NOON - 8 * DAY, 1, 5))

    report = await asked(database)

    assert values(report.updates) == (8, 1)
    assert values(report.failed) == (2, 1)
    assert values(report.error_rate) == (0.25, 1.0)
    assert report.mean_seconds.value == pytest.approx(0.1)
    assert report.mean_seconds.before == 5.0


async def test_money_is_what_came_and_what_was_given_back(database: Database) -> None:
    await old_record(database)
    back = {"refunded_at": to_milliseconds(NOON - DAY)}
    rows = [payment("a", NOON - DAY), payment("b", NOON - 8 * DAY, **back)]
    await put(database, tables.payments, *rows)

    report = await asked(database)

    assert values(report.payments) == (1, 1)
    assert values(report.stars) == (50, 50)
    assert values(report.refunded_stars) == (50, 0)


async def test_downloads_have_a_rate_a_mean_and_a_slow_one(database: Database) -> None:
    await old_record(database)
    sent = [event("download", NOON - DAY, label="mp3", value=n) for n in range(1, 20)]
    failed = [event("download_failed", NOON - DAY, label=e) for e in ("network", "cancelled")]
    await put(database, tables.events, *sent, *failed)
    await put(database, tables.events, event("download_queued", NOON - DAY, label="mp3"))

    report = await asked(database)

    assert values(report.downloads) == (20, 0)
    assert values(report.failed_downloads) == (1, 0)
    assert values(report.download_success) == (0.95, None)
    assert (report.download_seconds.value, report.slow_download_seconds.value) == (10, 19)
    assert report.top_formats == (Use("mp3", 1),)


async def test_subscribers_are_people_whose_plan_runs(database: Database) -> None:
    await old_record(database)
    rows = [
        subscription(1, NOON - 20 * DAY, NOON + 10 * DAY),
        subscription(1, NOON - DAY, NOON + 29 * DAY),
        subscription(2, NOON - 35 * DAY, NOON - 5 * DAY),
    ]
    await put(database, feature_tables.subscriptions, *rows)

    report = await asked(database)

    assert values(report.subscribers) == (1, 2)
    assert values(report.new_subscriptions) == (1, 0)


def subscription(number: int, started: datetime, expires: datetime) -> dict[str, Any]:
    return {
        "user_number": number,
        "plan": "premium",
        "stars": 150,
        "is_recurring": True,
        "first_charge_id": f"{number}{started}",
        "last_charge_id": f"{number}{started}",
        "started_at": to_milliseconds(started),
        "expires_at": to_milliseconds(expires),
    }


async def test_before_anything_is_recorded_nothing_is_known(database: Database) -> None:
    report = await asked(database)

    assert values(report.people) == (None, None)
    assert report.people.unknown == Unknown.NOTHING_RECORDED
    assert report.recorded_since is None


async def test_a_time_before_the_records_is_unknown_and_not_empty(database: Database) -> None:
    await put(database, tables.events, event("message", NOON - DAY))

    report = await asked(database)

    assert values(report.messages) == (1, None)
    assert report.messages.unknown_before == Unknown.NOT_RECORDED_THEN
    assert report.recorded_since == NOON - DAY


async def test_a_share_of_no_updates_is_unknown_while_their_number_is_0(
    database: Database,
) -> None:
    await old_record(database)

    report = await asked(database)

    assert values(report.updates) == (0, 0)
    assert values(report.error_rate) == (None, None)
    assert report.mean_seconds.unknown == Unknown.NO_UPDATES


async def test_what_happens_at_the_very_end_counts_next_time(database: Database) -> None:
    await old_record(database)
    await put(database, tables.events, event("message", NOON))

    assert values((await asked(database, 1)).messages) == (0, 0)


@pytest.mark.parametrize(
    ("value", "before", "change"),
    [(3, 2, 0.5), (1, 2, -0.5), (2, 2, 0), (2, 0, None), (2, None, None), (None, 2, None)],
)
def test_a_change_is_a_share_of_what_was_before(
    value: float | None, before: float | None, change: float | None
) -> None:
    assert Figure(value=value, before=before).change == change


async def test_sums_tell_what_minutes_and_events_told(sqlite: Database) -> None:
    await put(sqlite, tables.users, user(1, first_seen_at=to_milliseconds(LONG_AGO)))
    some = [event("command", NOON - n * DAY, label="help") for n in (1, 8)]
    sent = [event("download", NOON - n * DAY, label="mp3", value=n) for n in (1, 2, 9)]
    failed = event("download_failed", NOON - DAY, label="cancelled")
    await put(sqlite, tables.events, *some, *sent, failed, event("message", NOON - DAY))
    rows = [minute(one, NOON - n * DAY, 6, 0.6) for n in (1, 8) for one in ("handled", "error")]
    await put(sqlite, tables.metric_aggregates, *rows)
    whole = await asked(sqlite)

    await summed_up(sqlite)
    assert await asked(sqlite) == whole
    await Cleanup(sqlite, clock=lambda: NOON, zone=UTC).tidy(1)

    later = await asked(sqlite)
    slow = later.slow_download_seconds
    assert later == replace(whole, slow_download_seconds=slow)
    assert slow.unknown == Unknown.REMOVED

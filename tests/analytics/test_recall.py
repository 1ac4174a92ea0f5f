"""A restart changes nothing about what Recent knows of what was stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.analytics import recall
from bot.analytics.bus import Bus
from bot.analytics.events import Event
from bot.analytics.recent import Recent, Share
from bot.analytics.store import Store
from bot.database.engine import Database
from bot.database.tables import events, metric_aggregates
from tests.analytics import test_recent as facts
from tests.analytics.moments import NOON, handled
from tests.rows import event, minute, put

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def noon() -> datetime:
    return NOON


async def stored(database: Database, some: Sequence[Event]) -> None:
    store = Store(database, Bus(), clock=noon)
    for fact in some:
        store(fact)
    await store.flush()


async def recalled(database: Database) -> Recent:
    recent = Recent()
    await recall.restore(database, recent, noon)
    return recent


async def test_a_new_database_remembers_nothing(database: Database) -> None:
    recent = await recalled(database)

    assert recent.share("updates", 3_600) == Share(bad=0, total=0)


@pytest.mark.parametrize(
    "some",
    [
        [handled(1, outcome="error", seconds=9.0), handled(2), handled(3)],
        [facts.called("sendMessage", "flood"), facts.called("getMe", "ok")],
        [facts.called("getUpdates", "flood")],
        [facts.SUCCEEDED, facts.RETRIED, facts.failed("site"), facts.failed("private")],
        [facts.CHECKOUT, facts.CHECKOUT, facts.PAID, facts.PAID_ELSEWHERE],
        [facts.CHECKOUT, facts.PAID, facts.RENEWED],
        [facts.unpaid("unreachable"), facts.unpaid("renewal")],
    ],
    ids=lambda some: type(some[0]).__name__,
)
async def test_what_was_stored_counts_as_if_it_had_just_been_heard(
    database: Database, some: list[Event]
) -> None:
    before = Recent()
    for fact in some:
        before(fact)
    await stored(database, [replace(fact, at=NOON - 2 * MINUTE) for fact in some])

    after = await recalled(database)

    for name in ("updates", "latency", "calls", "downloads", "attempts", "checkouts", "payments"):
        assert after.share(name, 3_600) == before.share(name, 3_600)


async def test_every_minute_comes_back_with_its_age(sqlite: Database) -> None:
    rows = [minute("error", NOON - age * MINUTE, 1) for age in (1, 10, 50)]
    await put(sqlite, metric_aggregates, *rows)

    recent = await recalled(sqlite)

    totals = [recent.share("updates", seconds).total for seconds in (300, 900, 3_600)]
    assert totals == [1, 2, 3]


async def test_a_day_of_checkouts_comes_back_and_an_hour_of_the_rest(sqlite: Database) -> None:
    ages = (HOUR / 2, 20 * HOUR, 25 * HOUR)
    rows = [event(kind, NOON - age) for age in ages for kind in ("checkout", "payment_failed")]
    await put(sqlite, events, *rows)

    recent = await recalled(sqlite)

    assert recent.share("checkouts", 24 * 3_600) == Share(bad=2, total=2)
    assert recent.share("payments", 24 * 3_600) == Share(bad=1, total=1)


async def test_only_minutes_of_known_names_count(sqlite: Database) -> None:
    lately = NOON - 2 * MINUTE
    other = [minute("error", lately, 1) | {"step": "hour"}]
    other += [minute("error", lately, 1) | {"name": "handler"}]
    await put(sqlite, metric_aggregates, *other)

    recent = await recalled(sqlite)

    assert recent.share("updates", 3_600).total == 0


async def test_what_is_older_than_an_hour_or_from_the_future_is_not_recent(
    database: Database,
) -> None:
    times = [NOON - HOUR, NOON + HOUR]
    await put(database, metric_aggregates, *(minute("error", at, 1) for at in times))
    await put(database, events, *(event("payment_failed", at) for at in times))

    recent = await recalled(database)

    assert (recent.share("updates", 3_600).total, recent.share("payments", 3_600).total) == (0, 0)

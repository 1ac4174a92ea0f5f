"""The audience in a few numbers: at a glance, in a month, and how often people come."""

from __future__ import annotations

from datetime import UTC

import pytest
from prometheus_client import CollectorRegistry

from bot.analytics.bus import Bus
from bot.analytics.events import UserSeen
from bot.analytics.reports.desk import Reports
from bot.analytics.reports.glance import glance
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.reports.business import DAY, HOUR
from tests.analytics.reports.crowd import crowd
from tests.analytics.reports.talk import Act, long_known
from tests.rows import event, minute, payment, put
from tests.web.api.asking import asker, body
from tests.web.conftest import Serve

NOTHING = {"value": None, "reason": "nothing_recorded"}


async def test_at_a_glance_there_is_today_and_the_same_of_yesterday(
    serve: Serve, database: Database
) -> None:
    source = await crowd(database, {0: {5, 6}, 1: {5}, 3: {6}, 20: {4}, 45: {3}, 59: {2}, 70: {1}})
    messages = [event("message", NOON - hours * HOUR, user_number=1) for hours in (1, 2, 25, 37)]
    await put(database, tables.events, *messages, event("command", NOON - HOUR, user_number=1))
    await put(database, tables.payments, payment("a", NOON - HOUR))

    found = await (await asker(serve, source)).told("glance")

    assert (found["today"], found["week"], found["month"], found["known"]) == (2, 2, 3, 6)
    assert (found["messages"], found["commands"], found["stars"]) == (2, 1, 50)
    # What was written after noon yesterday is not compared with this morning.
    assert (found["before"]["messages"], found["before"]["today"]) == (1, 1)


async def test_how_updates_went_is_of_all_that_were_handled(
    serve: Serve, database: Database
) -> None:
    source = await long_known(database, Act(number=1, hours=1))
    good, bad = minute("handled", NOON - HOUR, 9, 0.9), minute("error", NOON - HOUR, 1, 1.1)
    await put(database, tables.metric_aggregates, good, bad)

    found = await (await asker(serve, source)).told("glance")

    assert (found["updates"], found["error_rate"], found["mean_seconds"]) == (10, 0.1, 0.2)


async def test_who_is_here_now_is_known_from_what_they_do(serve: Serve, sqlite: Database) -> None:
    api = await asker(serve, await crowd(sqlite, {0: {1}}))
    for user_id in (5, 6, 5):
        api.online(UserSeen(at=NOON, user_id=user_id, kind="message"))

    assert (await api.told("glance"))["online"] == 2


async def test_before_anything_happened_nothing_is_known(serve: Serve, sqlite: Database) -> None:
    api = await asker(serve, await crowd(sqlite, {}))

    found, mau, often = [await api.told(path) for path in ("glance", "mau", "stickiness")]

    assert (found["today"], found["messages"], found["error_rate"]) == (NOTHING,) * 3
    assert (mau["count"], often["stickiness"]["value"]) == (NOTHING, NOTHING)
    assert found["online"] == 0


async def test_a_glance_is_soon_taken_anew(sqlite: Database) -> None:
    now = [0.0]
    source = await crowd(sqlite, {0: {1}})
    desk = Reports(source, CollectorRegistry(), {}, zone=UTC, bus=Bus(), monotonic=lambda: now[0])
    first = await desk.ask(glance, 1, seconds=5)
    now[0] = 4
    second = await desk.ask(glance, 1, seconds=5)
    now[0] = 6

    assert second is first
    assert await desk.ask(glance, 1, seconds=5) is not first


async def test_a_month_has_thirty_days(serve: Serve, database: Database) -> None:
    api = await asker(serve, await crowd(database, {0: {1}, 29: {2}, 30: {3}}))

    found = await api.told("mau")

    assert (found["count"], found["is_complete"]) == (2, True)
    assert found["first_day"] == (NOON - 29 * DAY).date().isoformat()
    assert found["at"] == NOON.isoformat()


async def test_stickiness_is_that_of_the_report(serve: Serve, database: Database) -> None:
    came = {days: {1, 2} if days % 2 else {1} for days in range(70)}
    api = await asker(serve, await crowd(database, came))

    found = await api.told("stickiness?days=7")

    assert found["stickiness"]["value"] == pytest.approx(0.75)
    frequency = {one["days"]: one["people"] for one in found["frequency"] if one["people"]}
    assert frequency == {30: 1, 15: 1}
    assert [one["stickiness"] for one in found["days"]] == [0.5, 1, 0.5, 1, 0.5, 1, 0.5]


async def test_a_day_without_anybody_in_a_month_has_no_share(
    serve: Serve, sqlite: Database
) -> None:
    api = await asker(serve, await crowd(sqlite, {60: {1}}))

    last = (await api.told("stickiness?days=1"))["days"][-1]

    assert last["stickiness"] == {"value": None, "reason": "no_updates"}


@pytest.mark.parametrize("path", ["mau", "stickiness", "glance"])
async def test_who_has_the_answer_gets_it_no_second_time(
    serve: Serve, sqlite: Database, path: str
) -> None:
    api = await asker(serve, await crowd(sqlite, {0: {1}}))
    first = await api.get(path)

    second = await api.get(path, **{"If-None-Match": first.headers["ETag"]})

    assert (second.status, second.body) == (304, b"")


@pytest.mark.parametrize("path", ["mau?days=3", "glance?days=1", "stickiness?interval=daily"])
async def test_what_is_not_asked_for_here_is_refused(
    serve: Serve, sqlite: Database, path: str
) -> None:
    api = await asker(serve, await crowd(sqlite, {}))

    answer = await api.get(path)

    assert (answer.status, body(answer)["errors"][0]["problem"]) == (400, "is unknown here")

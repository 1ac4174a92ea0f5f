"""A database that cannot even hold the message that it is in trouble."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.analytics.operations import NoticeDelivered
from bot.database.alert_tables import alert_outbox as box
from bot.database.engine import Database
from bot.database.locks import ALERTS, alone
from bot.errors import NotifyError
from tests.alerts.scene import BROKEN, CALM, Scene, refusing

TROUBLE = "CRITICAL: DatabaseIssues"


async def test_two_refused_checks_are_said_straight_and_once(scene: Scene) -> None:
    async with refusing(scene.database):
        await scene.refused_check()
        before = list(scene.titles)
        for _ in range(3):
            await scene.refused_check()

    assert before == []
    assert scene.titles == [TROUBLE]


async def test_when_it_is_back_the_end_is_said_once(scene: Scene) -> None:
    async with refusing(scene.database):
        await scene.refused_check()
        await scene.refused_check()
    await scene.minutes(CALM, CALM, CALM)

    assert scene.titles == [TROUBLE, "RESOLVED: DatabaseIssues"]
    assert scene.facts == ["AlertFired DatabaseIssues", "AlertResolved DatabaseIssues"]
    assert "resolved after" in scene.chat.shown[1]


async def test_it_is_the_same_alert_if_the_trouble_goes_on(scene: Scene) -> None:
    async with refusing(scene.database):
        await scene.refused_check()
        await scene.refused_check()
    await scene.minutes(BROKEN, BROKEN)
    scene.restart()
    await scene.minutes(BROKEN, CALM, CALM)

    assert scene.titles == [TROUBLE, "RESOLVED: DatabaseIssues"]
    assert len((await scene.board()).past) == 1


async def test_one_refused_check_says_nothing(small_scene: Scene) -> None:
    for _ in range(2):
        async with refusing(small_scene.database):
            await small_scene.refused_check()
        await small_scene.minutes(CALM)

    assert small_scene.titles == []


async def test_an_alert_told_before_the_refusal_is_not_told_again(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN)
    async with refusing(small_scene.database):
        for _ in range(3):
            await small_scene.refused_check()

    assert small_scene.titles == [TROUBLE]


async def test_after_a_restart_the_two_stories_become_one(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN)
    small_scene.restart()
    async with refusing(small_scene.database):
        await small_scene.refused_check()
        await small_scene.refused_check()
    await small_scene.minutes(CALM, CALM)

    assert len((await small_scene.board()).past) == 1
    assert small_scene.titles == [TROUBLE, TROUBLE, "RESOLVED: DatabaseIssues"]


async def test_with_the_chat_away_too_it_is_tried_at_the_next_check(small_scene: Scene) -> None:
    small_scene.chat.problem = NotifyError("no network")
    async with refusing(small_scene.database):
        await small_scene.refused_check()
        await small_scene.refused_check()
        small_scene.chat.problem = None
        await small_scene.refused_check()

    outcomes = [fact.outcome for fact in small_scene.seen if isinstance(fact, NoticeDelivered)]
    assert outcomes == ["retried", "sent"]
    assert small_scene.titles == [TROUBLE]


async def test_a_locked_database_is_such_a_trouble(small_scene: Scene, sqlite: Database) -> None:
    async with sqlite.write("tests.impatient", durable=True) as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout=20")
    other = sqlite3.connect(str(sqlite.file), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    for _ in range(2):
        with pytest.raises(DBAPIError, match="locked"):
            await small_scene.check(CALM)
    other.close()
    await small_scene.minutes(CALM, CALM)

    assert small_scene.titles == [TROUBLE, "RESOLVED: DatabaseIssues"]


async def test_other_lanes_hear_of_it_when_the_database_is_back(small_scene: Scene) -> None:
    small_scene.lanes = ("chat", "webhook")
    small_scene.restart()
    async with refusing(small_scene.database):
        await small_scene.refused_check()
        await small_scene.refused_check()
    await small_scene.minutes(CALM)

    async with small_scene.database.read("tests.rows") as connection:
        found = await connection.execute(select(box.c.lane, box.c.kind, box.c.sent_at.is_(None)))
        assert [tuple(row) for row in found] == [
            ("chat", "firing", False),
            ("webhook", "firing", True),
        ]


async def test_what_could_not_be_saved_was_watched_all_the_same(small_scene: Scene) -> None:
    await small_scene.minutes(BROKEN)
    small_scene.restart()
    async with refusing(small_scene.database):
        for _ in range(10):
            await small_scene.refused_check()
    await small_scene.minutes(CALM, CALM)

    assert (await small_scene.board()).past[0].unwatched_ms == 0


async def test_a_database_that_does_not_answer_is_told_of_as_one_that_refuses(
    scene: Scene,
) -> None:
    scene.longest = 0.05
    scene.restart()
    async with scene.database.write("test") as connection:
        await alone(connection, ALERTS)
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await scene.check(CALM)

    assert scene.titles == [TROUBLE]


async def test_what_was_told_straight_is_owed_until_it_is_saved(small_scene: Scene) -> None:
    async with refusing(small_scene.database):
        await small_scene.refused_check()
        before = small_scene.manager.is_owing
        await small_scene.refused_check()
        told = small_scene.manager.is_owing
    await small_scene.check(CALM)

    assert (before, told, small_scene.manager.is_owing) == (False, True, False)

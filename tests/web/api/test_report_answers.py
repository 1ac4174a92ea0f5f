"""Answers are kept as bytes, within bounds, and not of whoever was forgotten."""

from __future__ import annotations

import asyncio
from datetime import UTC

from bot.analytics.render.words import Words
from bot.analytics.views import Views
from bot.clock import to_milliseconds
from bot.database import tables
from bot.database.engine import Database
from bot.web.api.offered import REPORTS
from bot.web.api.params import Dated
from bot.web.api.report_answers import ReportAnswers
from tests.analytics.moments import NOON
from tests.analytics.reports.business import source_of
from tests.rows import put, user
from tests.web.api.asking import asker, reports_of
from tests.web.conftest import Serve

(SUMMARY,) = [one for one in REPORTS if one.path == "analytics/summary"]
PARAMS = SUMMARY.params


def answers_of(database: Database, **bounds: int) -> ReportAnswers:
    return ReportAnswers(Views(reports_of(source_of(database))), Words(zone=UTC), **bounds)


def days(count: int) -> Dated:
    return PARAMS(days=count)


async def test_an_answer_is_made_once(sqlite: Database) -> None:
    answers = answers_of(sqlite)

    first = await answers.json(SUMMARY, days(7))

    assert await answers.json(SUMMARY, days(7)) is first
    assert answers.kept_bytes == first.size


async def test_no_more_bytes_are_kept_than_may_be(sqlite: Database) -> None:
    one = await answers_of(sqlite).json(SUMMARY, days(7))
    answers = answers_of(sqlite, size=one.size * 5 // 2)

    for count in (7, 8, 9, 7):
        last = await answers.json(SUMMARY, days(count))

    assert last.size < answers.kept_bytes <= one.size * 5 // 2


async def test_nothing_is_kept_of_whoever_is_forgotten(sqlite: Database) -> None:
    reports = reports_of(source_of(sqlite))
    answers = ReportAnswers(Views(reports), Words(zone=UTC))
    await answers.json(SUMMARY, days(7))

    reports.forget()

    assert answers.kept_bytes == 0


async def test_while_everything_is_taken_whoever_asks_is_sent_away(
    serve: Serve, sqlite: Database
) -> None:
    ask = await asker(serve, source_of(sqlite))
    end = asyncio.Event()

    async def wait() -> None:
        async with ask.reports.turn():
            await end.wait()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(34):
            tasks.create_task(wait())
        answer = await ask.get("summary?days=7")
        end.set()

    assert (answer.status, answer.headers["Retry-After"]) == (503, "2")


async def test_who_comes_after_the_question_is_found(serve: Serve, sqlite: Database) -> None:
    ask = await asker(serve, source_of(sqlite))
    before = await ask.get("users/1001")

    await put(sqlite, tables.users, user(1, first_seen_at=to_milliseconds(NOON)))
    after = await ask.get("users/1001")

    assert (before.status, after.status) == (404, 200)

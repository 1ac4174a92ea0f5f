"""What features and money are counted as is what their reports count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.analytics.query.facts import Facts
from bot.analytics.query.metrics import METRICS
from bot.analytics.query.question import HasDone, Is
from bot.analytics.query.records import EVENTS, TABLES
from bot.analytics.reports.assistant import assistant
from bot.analytics.reports.downloads import downloads
from bot.analytics.reports.error_log import error_log
from bot.analytics.reports.query import Query
from bot.analytics.reports.quizzes import quizzes
from bot.analytics.reports.revenue import revenue
from bot.clock import to_milliseconds
from bot.database import feature_tables as features
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.query.scene import Deed, Scene, counted
from tests.analytics.reports.business import deal
from tests.rows import error, event, payment, put, user

DAY = timedelta(days=1)
# A metric, the report's function, and what it is called there.
SAME: list[tuple[str, Any, str]] = [
    ("payments", revenue, "payments"),
    ("stars", revenue, "gross"),
    ("refunded_stars", revenue, "refunds"),
    ("downloads", downloads, "requests"),
    ("downloads_done", downloads, "done"),
    ("downloads_failed", downloads, "failed"),
    ("download_success", downloads, "success_rate"),
    ("quizzes", quizzes, "started"),
    ("quizzes_completed", quizzes, "completed"),
    ("quiz_answers", quizzes, "answers"),
    ("quiz_correct_share", quizzes, "correct_share"),
    ("conversations", assistant, "conversations"),
    ("assistant_messages", assistant, "messages"),
    ("assistant_answers", assistant, "answered"),
    ("assistant_tokens", assistant, "tokens"),
    ("assistant_cost", assistant, "cost"),
    ("errors", error_log, "total"),
]


def at(days: float) -> int:
    return to_milliseconds(NOON - days * DAY)


def download(number: int, days: float, state: str, **more: Any) -> dict[str, Any]:
    when = at(days)
    return {"user_number": number, "chat_id": 1000 + number, "state": state, "plan": "free",
            "offered_at": when, "queued_at": when, **more}  # fmt: skip


def completion(days: float, state: str = "done", **more: Any) -> dict[str, Any]:
    return {"conversation_id": 1, "user_number": 1, "chat_id": 1001, "model": "m",
            "state": state, "asked_at": at(days), **more}  # fmt: skip


async def business(database: Database) -> Scene:
    """Something of everything, by two people of whom one pays."""
    scene = await Scene(database).tell(Deed(person=1, at=NOON - DAY))
    await put(database, tables.events, event("edit", NOON - 400 * DAY))
    await put(database, tables.users, user(2, language="en"))
    await put(
        database,
        tables.payments,
        payment("a", NOON - DAY, plan="premium", stars=150),
        payment("b", NOON - 2 * DAY, plan="vip", stars=400, refunded_at=at(1)),
        payment("c", NOON - 9 * DAY, user_number=2, stars=7),
        payment("d", NOON - 3 * DAY, user_number=None, stars=5),
    )
    await put(database, features.subscriptions, deal(1, NOON - 2 * DAY, plan="premium"))
    await put(
        database,
        features.downloads,
        *(
            download(1, 1, "done"),
            download(1, 2, "failed", plan="premium"),
            download(2, 3, "done"),
        ),
        *(download(1, 1, "queued"), download(2, 8, "done"), download(2, 1, "offered")),
    )
    run = {"chat_id": -5, "starter_number": 1, "is_group": True, "topic": "space", "seed": 1,
           "questions": 3}  # fmt: skip
    await put(
        database,
        features.quiz_runs,
        {**run, "id": 1, "state": "completed", "started_at": at(1)},
        {**run, "id": 2, "state": "running", "started_at": at(7.8)},
    )
    answer = {"seconds": 1.0, "answered_at": at(0.5), "question": 1}
    await put(
        database,
        features.quiz_answers,
        {**answer, "run_id": 1, "telegram_id": 1001, "is_correct": True},
        {**answer, "run_id": 1, "telegram_id": 1002, "is_correct": False},
        {**answer, "run_id": 2, "telegram_id": 1002, "is_correct": False},
    )
    talk = {"status": "open", "last_at": at(1), "user_number": 1, "chat_id": 1001}
    await put(database, features.conversations, {**talk, "id": 1, "started_at": at(1)})
    await put(
        database,
        features.completions,
        *(completion(1, input_tokens=5, output_tokens=7, cost_usd=0.5), completion(1, "running")),
        *(completion(2, "failed", error="timeout"), completion(8)),
    )
    await put(database, tables.errors, error("A", NOON - DAY), error("B", NOON - 8 * DAY))
    return scene


@pytest.fixture
async def scene(database: Database) -> Scene:
    return await business(database)


async def test_every_number_is_that_of_the_report(scene: Scene) -> None:
    for metric, report, name in SAME:
        answer = await scene.ask(metric, compare="previous")
        figure = getattr(await report(scene.source, Query(period=answer.question.period)), name)

        told = (answer.totals.values[metric], (answer.totals.before or {})[metric])
        known = (
            figure.unknown if figure.value is None else figure.value,
            figure.unknown_before if figure.before is None else figure.before,
        )
        assert (metric, told) == (metric, known)


async def test_plans_are_those_of_the_row_or_of_the_time(scene: Scene) -> None:
    stars = await scene.ask("stars", days=30, dimensions=("plan",))
    chosen = await scene.ask("downloads", dimensions=("plan",))
    said = await scene.ask("messages", dimensions=("plan",))

    assert counted(stars) == {"vip": 400, "premium": 150, "other": 12}
    assert counted(chosen) == {"free": 3, "premium": 1}
    assert counted(said) == {"premium": 1}


async def test_people_are_on_the_plan_of_the_day(scene: Scene) -> None:
    assert counted(await scene.ask("people", dimensions=("plan",))) == {"premium": 1}
    assert (await scene.ask("people", where=Is("plan", ("free",)))).totals.values == {"people": 0}


async def test_answers_are_by_their_people(scene: Scene) -> None:
    answer = await scene.ask("quiz_answers", days=30, dimensions=("language", "chat_type"))

    assert counted(answer) == {("de", None): 1, ("en", None): 2}


@pytest.mark.parametrize(("times", "count"), [(1, 150 + 400), (2, 550), (3, 0)])
async def test_who_has_paid_so_often(scene: Scene, times: int, count: int) -> None:
    where = HasDone("payment", (NOON - 7 * DAY).date(), NOON.date(), at_least=times)

    assert (await scene.ask("stars", where=where)).totals.values == {"stars": count}


def test_every_metric_says_what_it_means() -> None:
    assert all(metric.meaning.endswith(".") for metric in METRICS.values())
    assert {metric.records for metric in METRICS.values()} == {*EVENTS, *TABLES, "people"}


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda one: one.name)
def test_a_metric_is_made_of_sums_that_there_are(metric: Any) -> None:
    if metric.records == "people":
        return
    facts: Facts = (
        TABLES[metric.records] if metric.records in TABLES else EVENTS[metric.records].single()
    )

    assert {*metric.measures} <= {*facts.measures}

"""The features in the synthetic history: what people use, pay for and play."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.analytics.events import ApiCalled, Event, UpdateHandled, UserSeen
from bot.analytics.features.assistant import CompletionSucceeded
from bot.analytics.features.billing import CheckoutStarted, InvoiceSent
from bot.analytics.features.downloads import DownloadSucceeded
from bot.analytics.features.quiz import QuestionAnswered, QuizAbandoned, QuizCompleted, QuizStarted
from bot.assistant.trouble import Trouble as AssistantTrouble
from bot.database.engine import Database
from bot.database.feature_tables import (
    completions,
    conversations,
    downloads,
    quiz_answers,
    quiz_runs,
    subscriptions,
)
from bot.database.tables import events, payments
from bot.downloads.trouble import Trouble
from bot.plans import load_plans
from bot.quiz.bank import load_banks
from bot.sandbox import history_downloads, history_quizzes, history_talks
from bot.sandbox.crowd_people import Habit, settled
from bot.sandbox.history import facts_by_day, write_history
from bot.sandbox.history_acts import moods
from bot.sandbox.history_facts import Fact
from bot.sandbox.history_rows import Row
from bot.sandbox.history_sales import Paid

T = TypeVar("T")

NOW = datetime(2026, 10, 5, 15, 30, tzinfo=UTC)
DAYS = 45
HISTORY: dict[str, Any] = {"days": DAYS, "now": NOW, "zone": ZoneInfo("Europe/Berlin"), "seed": 7}
PLANS = load_plans()
PEOPLE = {person.id: person for person in settled(7, DAYS)}


@pytest.fixture(scope="module")
def facts() -> list[Fact]:
    return [fact for day in facts_by_day(**HISTORY) for fact in day]


@pytest.fixture(scope="module")
async def written(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Database]:
    from bot.database.migrate import migrate  # noqa: PLC0415  for this fixture only

    path: Path = tmp_path_factory.mktemp("history") / "history.db"
    database = Database(f"sqlite+aiosqlite:///{path}")
    await migrate(database)
    await write_history(database, **HISTORY)
    yield database
    await database.close()


def of(facts: list[Fact], kind: type[T]) -> list[T]:
    return [fact for fact in facts if isinstance(fact, kind)]


def rows(facts: list[Fact], table: object) -> list[Row]:
    return [row for row in of(facts, Row) if row.table is table]


def test_every_handler_is_one_that_there_is(facts: list[Fact]) -> None:
    from bot.handlers import (  # noqa: PLC0415  only this test needs aiogram
        assistant,
        billing,
        billing_checkout,
        download_queue,
        fallback,
        help,  # noqa: A004  a module of ours
        language,
        payments,
        privacy,
        quiz,
        quiz_votes,
        start,
        stats,
    )
    from bot.handlers import downloads as links  # noqa: PLC0415  as above

    modules = (
        assistant, billing, billing_checkout, download_queue, fallback, help, language, links,
        payments, privacy, quiz, quiz_votes, start, stats,
    )  # fmt: skip
    named = {update.handler for update in of(facts, UpdateHandled)} - {"none"}

    assert not {name for name in named if not any(hasattr(one, name) for one in modules)}


def test_topics_are_those_of_the_banks() -> None:
    ours = {*history_quizzes.TOPICS} | {f"{name}-de" for name in history_quizzes.GERMAN}

    assert all(load_banks().get(topic) for topic in ours)
    assert history_quizzes.RIGHT.keys() == set(history_quizzes.TOPICS)


def test_troubles_are_those_that_there_are() -> None:
    ours = {*history_downloads.FAILURES, *history_downloads.REFUSALS}

    assert ours <= {*Trouble}
    assert set(history_talks.FAILURES) <= {*AssistantTrouble}


def test_only_stayers_who_regularly_come_or_always_pay_buy(facts: list[Fact]) -> None:
    buyers = {PEOPLE[paid.payment.user_id].habit for paid in of(facts, Paid)}

    assert buyers == {Habit.PAYER, Habit.REGULAR}


def test_what_is_paid_is_what_the_shipped_plans_cost(facts: list[Fact]) -> None:
    prices = {price for plan in PLANS.paid for price in (plan.stars_a_month, plan.stars_once)}

    assert {paid.payment.stars for paid in of(facts, Paid)} == prices


def test_fewer_pay_than_see_an_invoice(facts: list[Fact]) -> None:
    first = [paid for paid in of(facts, Paid) if paid.payment.is_first is not False]

    invoices, checkouts = of(facts, InvoiceSent), of(facts, CheckoutStarted)
    assert len(invoices) > len(checkouts) > len(first) > 0


def test_no_file_is_larger_than_its_plan_allows(facts: list[Fact]) -> None:
    for row in rows(facts, downloads):
        plan = PLANS.get(row.values["plan"])
        most = (plan or PLANS.free).downloads.megabytes * 1_000_000
        assert (row.values["size_bytes"] or 0) <= most


def test_downloads_are_queued_then_started_then_ended(facts: list[Fact]) -> None:
    moments = ("offered_at", "queued_at", "started_at", "ended_at")
    for row in rows(facts, downloads):
        times = [row.values[name] for name in moments]
        assert times == sorted(times)


def test_most_downloads_arrive_and_some_do_not(facts: list[Fact]) -> None:
    ends = Counter(row.values["state"] for row in rows(facts, downloads))

    assert ends["done"] > 8 * (ends["failed"] + ends["cancelled"]) > 0
    assert 0 < len(of(facts, DownloadSucceeded)) < ends["done"]  # the others were known


def test_each_quiz_ends_in_one_way(facts: list[Fact]) -> None:
    ended = len(of(facts, QuizCompleted)) + len(of(facts, QuizAbandoned))

    assert len(of(facts, QuizStarted)) == ended == len(rows(facts, quiz_runs))


def test_quizzes_are_played_alone_and_together(facts: list[Fact]) -> None:
    players = Counter(quiz.players > 1 for quiz in of(facts, QuizCompleted))

    assert players[False] > players[True] > 0


def test_who_answers_a_question_was_there(facts: list[Fact]) -> None:
    polls = [fact.user_id for fact in of(facts, UserSeen) if fact.kind == "poll"]

    assert Counter(polls) == Counter(fact.user_id for fact in of(facts, QuestionAnswered))


def test_each_answer_of_the_assistant_has_its_price(facts: list[Fact]) -> None:
    answers = of(facts, CompletionSucceeded)

    assert answers and all((answer.cost_usd or 0) > 0 for answer in answers)


def test_a_talk_has_several_questions_now_and_then(facts: list[Fact]) -> None:
    counts = [len(row.parts) for row in rows(facts, conversations)]

    assert min(counts) == 1 and 1.3 < sum(counts) / len(counts) < 5


def test_calls_mostly_go_well(facts: list[Fact]) -> None:
    calls = Counter(call.outcome for call in of(facts, ApiCalled))

    assert calls["ok"] > 100 * (calls.total() - calls["ok"]) > 0


def test_most_days_are_alike_a_few_are_quiet_and_a_few_busy() -> None:
    days = moods(7, 400)

    assert 0 < sum(day < 0.65 for day in days) < 50
    assert 0 < sum(day > 1.4 for day in days) < 50
    assert 0.9 < sum(days) / len(days) < 1.15


async def test_tables_hold_what_the_facts_tell(written: Database, facts: list[Fact]) -> None:
    expected = Counter(row.table.name for row in of(facts, Row))
    parts = {quiz_answers: quiz_runs, completions: conversations}

    async with written.read("test") as connection:
        for table in (downloads, quiz_runs, conversations):
            found = await connection.scalar(select(func.count()).select_from(table))
            assert found == expected[table.name] > 0
        for part, whole in parts.items():
            found = await connection.scalar(select(func.count()).select_from(part))
            assert found == sum(len(row.parts) for row in rows(facts, whole)) > 0


async def test_rows_belong_to_the_person_whose_they_are(written: Database) -> None:
    same = completions.join(conversations)
    other = completions.c.user_number != conversations.c.user_number

    async with written.read("test") as connection:
        query = select(func.count()).select_from(same)
        assert await connection.scalar(query.where(other)) == 0
        assert (await connection.scalar(query) or 0) > 0


async def test_the_ledger_leaves_subscriptions_of_every_kind(written: Database) -> None:
    async with written.read("test") as connection:
        ends = set(await connection.scalars(select(subscriptions.c.end).distinct()))
        kinds = set(await connection.scalars(select(events.c.kind).distinct()))
        charges = await connection.scalar(select(func.count()).select_from(payments))

    assert ends >= {None, "expired", "cancelled"}
    assert kinds >= {"invoice", "checkout", "payment", "subscription_started"}
    assert charges


async def test_nothing_that_is_over_is_still_on(written: Database) -> None:
    table = subscriptions.c
    late = int((NOW - timedelta(hours=3)).timestamp() * 1000)

    async with written.read("test") as connection:
        query = select(func.count()).where(table.ended_at.is_(None), table.expires_at < late)
        assert await connection.scalar(query) == 0


def test_all_of_it_is_over_before_now(facts: list[Fact]) -> None:
    assert max(fact.at for fact in facts if isinstance(fact, Event)) < NOW

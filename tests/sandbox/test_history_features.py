"""The features in the synthetic history: what people use, pay for and play."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from yt_dlp.extractor import get_info_extractor

from bot.analytics.events import ApiCalled, Event, UpdateHandled, UserSeen
from bot.analytics.features.assistant import CompletionSucceeded
from bot.analytics.features.billing import CheckoutStarted, InvoiceSent
from bot.analytics.features.downloads import DownloadSucceeded
from bot.analytics.features.quiz import QuestionAnswered, QuizAbandoned, QuizCompleted, QuizStarted
from bot.assistant.trouble import Trouble as AssistantTrouble
from bot.database.engine import Database
from bot.database.feature_tables import (
    conversations,
    downloads,
    quiz_runs,
)
from bot.database.migrate import migrate
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
DAYS = 36
HISTORY: dict[str, Any] = {"days": DAYS, "now": NOW, "zone": ZoneInfo("Europe/Berlin"), "seed": 7}
PLANS = load_plans()
PEOPLE = {person.id: person for person in settled(7, DAYS)}


@pytest.fixture(scope="module")
def facts() -> list[Fact]:
    return [fact for day in facts_by_day(**HISTORY) for fact in day]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("history") / "history.db"
    asyncio.run(write_into(path))
    with contextlib.closing(sqlite3.connect(path)) as connection:
        yield connection


async def write_into(path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    await migrate(database)
    await write_history(database, **HISTORY)
    await database.close()


def answer(written: sqlite3.Connection, question: str) -> list[Any]:
    return [row[0] for row in written.execute(question)]


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


def test_tables_hold_what_the_facts_tell(written: sqlite3.Connection, facts: list[Fact]) -> None:
    for table in (downloads, quiz_runs, conversations):
        found = answer(written, f"SELECT count(*) FROM {table.name}")  # noqa: S608  our own names
        assert found == [len(rows(facts, table))] != [0]


def test_parts_belong_to_the_person_of_the_whole(
    written: sqlite3.Connection, facts: list[Fact]
) -> None:
    same = (
        "SELECT count(*) FROM completions c JOIN conversations t ON t.id = c.conversation_id"
        " WHERE c.user_number = t.user_number AND c.asked_at BETWEEN t.started_at AND t.last_at"
    )

    expected = sum(len(row.parts) for row in rows(facts, conversations))
    assert answer(written, same) == [expected] != [0]


def test_answers_belong_to_the_run_in_which_they_were_given(
    written: sqlite3.Connection, facts: list[Fact]
) -> None:
    during = (
        "SELECT count(*) FROM quiz_answers a JOIN quiz_runs r ON r.id = a.run_id"
        " WHERE a.answered_at BETWEEN r.started_at AND r.ended_at AND a.question < r.questions"
    )

    assert answer(written, during) == [len(of(facts, QuestionAnswered))] != [0]


def test_the_ledger_leaves_subscriptions_of_every_kind(written: sqlite3.Connection) -> None:
    ends = set(answer(written, 'SELECT "end" FROM subscriptions'))
    kinds = set(answer(written, "SELECT DISTINCT kind FROM events"))

    assert len(ends) >= 3 and None in ends
    assert kinds >= {"invoice", "checkout", "payment", "subscription_started"}


def test_nothing_that_is_over_is_still_on(written: sqlite3.Connection) -> None:
    late = int((NOW - timedelta(hours=3)).timestamp() * 1000)

    over = f"SELECT id FROM subscriptions WHERE ended_at IS NULL AND expires_at < {late}"  # noqa: S608  a number
    assert answer(written, over) == []


def test_all_of_it_is_over_before_now(facts: list[Fact]) -> None:
    assert max(fact.at for fact in facts if isinstance(fact, Event)) < NOW


def test_sites_are_called_as_the_bot_calls_them() -> None:
    called = [get_info_extractor(site).ie_key() for site in history_downloads.SITES]

    assert called == list(history_downloads.SITES)

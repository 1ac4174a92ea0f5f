"""Quizzes count by when they began; results, people and hours follow from their answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.analytics.reports.figure import Figure
from bot.analytics.reports.kept import Spread
from bot.analytics.reports.quizzes import Player, QuizChat, TopicPlay, quizzes
from bot.database import feature_tables, tables
from bot.database.engine import Database
from tests.analytics.moments import ANN, BOB, NOON
from tests.analytics.reports.business import (
    DAY,
    HOUR,
    asked,
    few_examples,
    milliseconds,
    old_record,
    replace,
    source_of,
)
from tests.rows import put, user

GROUP = -100


def run(number: int, state: str, at: datetime, **more: Any) -> dict[str, Any]:
    """A row of quiz_runs: two questions about space, alone, over after 60 seconds."""
    return {
        "id": number,
        "chat_id": ANN,
        "is_group": False,
        "topic": "space",
        "seed": 1,
        "questions": 2,
        "state": state,
        "started_at": milliseconds(at),
        "ended_at": None if state == "running" else milliseconds(at + timedelta(seconds=60)),
        **more,
    }


def answer(number: int, question: int, who: int, seconds: float, **more: Any) -> dict[str, Any]:
    """A row of quiz_answers: right, at eleven."""
    return {
        "run_id": number,
        "question": question,
        "telegram_id": who,
        "is_correct": True,
        "seconds": seconds,
        "answered_at": milliseconds(NOON - HOUR),
        **more,
    }


async def played(database: Database) -> None:
    """A quiz in a group that Ann wins, one that Bob gave up, one that runs, and one long ago."""
    await old_record(database)
    group: dict[str, Any] = {"chat_id": GROUP, "is_group": True}
    await put(
        database,
        feature_tables.quiz_runs,
        run(1, "completed", NOON - DAY, **group),
        run(2, "abandoned", NOON - DAY, chat_id=BOB, topic="music"),
        run(3, "running", NOON - HOUR),
        run(4, "completed", NOON - 8 * DAY),
    )
    await put(
        database,
        feature_tables.quiz_answers,
        answer(1, 0, ANN, 2),
        answer(1, 1, ANN, 4),
        answer(1, 0, BOB, 3, is_correct=False),
        answer(1, 1, BOB, 6),
        answer(2, 0, BOB, 5, is_correct=False),
    )


def values(figure: Figure) -> tuple[float | None, float | None]:
    return figure.value, figure.before


async def test_quizzes_are_counted_by_how_they_ended(database: Database) -> None:
    await played(database)

    report = await quizzes(source_of(database), asked(7))

    assert (values(report.started), values(report.completed)) == ((3, 1), (1, 1))
    assert (values(report.abandoned), values(report.in_groups)) == ((1, 0), (1, 0))
    assert values(report.completion_rate) == (0.5, 1)
    assert (values(report.answers), values(report.players)) == ((5, 0), (2, 0))
    assert values(report.correct_share) == (0.6, None)
    assert (report.chats.value, report.answers_each.value) == (2, 2.5)
    assert (report.mean.value, report.p50.value, report.p95.value) == (60, 60, 60)
    times = (report.question_mean, report.question_p50, report.question_p95)
    assert [figure.value for figure in times] == [4, 4, 6]


async def test_results_are_shares_of_all_questions_of_completed_quizzes(
    database: Database,
) -> None:
    await played(database)

    report = await quizzes(source_of(database), asked(7))

    assert report.scores == (0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)


async def test_topics_people_and_chats_come_with_the_most_played_first(
    database: Database,
) -> None:
    await played(database)
    await put(database, tables.users, user(1, name="Ann"))
    await put(database, tables.chats, {"chat_id": GROUP, "type": "group", "title": "Friends"})

    report = await quizzes(source_of(database), asked(7))

    space = Spread(count=4, mean=3.75, p50=3, p95=6)
    assert report.topics[0] == TopicPlay(
        topic="space", started=2, completed=1, answers=4, right=3, players=2, took=space
    )
    assert report.topics[1].correct_share == 0
    assert report.top_players == (
        Player(telegram_id=BOB, name=None, quizzes=2, answers=3, right=1),
        Player(telegram_id=ANN, name="Ann", quizzes=1, answers=2, right=2),
    )
    assert report.top_chats[0] == QuizChat(
        chat_id=GROUP, title="Friends", quizzes=1, answers=4, players=2
    )
    assert len(report.top_chats) == 3


async def test_hours_are_of_the_zone(database: Database) -> None:
    await put(database, feature_tables.quiz_runs, run(1, "completed", NOON - 2 * DAY))
    half_past = milliseconds(NOON - DAY + timedelta(hours=8, minutes=45))
    late = answer(1, 0, ANN, 1, answered_at=half_past)
    await put(database, feature_tables.quiz_answers, late)

    report = await quizzes(source_of(database), asked(7, zone=ZoneInfo("Asia/Kathmandu")))

    # Wednesday 20:45 in UTC is Thursday 02:30 in Nepal.
    assert [(day, hours.index(1)) for day, hours in enumerate(report.hours) if any(hours)] == [
        (3, 2)
    ]


async def test_a_chat_is_asked_for_alone(sqlite: Database) -> None:
    await played(sqlite)

    report = await quizzes(source_of(sqlite), asked(7, chat_id=GROUP))

    assert (report.started.value, report.answers.value, len(report.topics)) == (1, 4, 1)


async def test_without_quizzes_there_are_zeros_and_no_shares(sqlite: Database) -> None:
    await old_record(sqlite)

    report = await quizzes(source_of(sqlite), asked(7))

    assert (report.started.value, report.completion_rate.value) == (0, None)
    assert (sum(report.scores), report.topics, report.mean.value) == (0, (), None)


votes = st.tuples(st.integers(1, 3), st.integers(0, 1), st.sampled_from([ANN, BOB]), st.booleans())


@few_examples
@given(
    st.lists(st.sampled_from(["completed", "abandoned", "running"]), min_size=3, max_size=3),
    st.lists(votes, max_size=12, unique_by=lambda vote: vote[:3]),
)
async def test_quizzes_are_what_counting_one_by_one_gives(
    sqlite: Database, states: list[str], given_answers: list[tuple[int, int, int, bool]]
) -> None:
    runs = [run(n, state, NOON - n * 4 * DAY) for n, state in enumerate(states, 1)]
    rows = [
        answer(n, question, who, 1, is_correct=right) for n, question, who, right in given_answers
    ]
    await replace(sqlite, feature_tables.quiz_answers, [])
    await replace(sqlite, feature_tables.quiz_runs, runs)
    await replace(sqlite, feature_tables.quiz_answers, rows)

    report = await quizzes(source_of(sqlite), asked(10))  # the third began before

    mine = [one for one in given_answers if one[0] < 3]
    assert report.answers.value == len(mine) == sum(map(sum, report.hours))
    assert report.players.value == len({who for _, _, who, _ in mine})
    results = {(n, who) for n, _, who, _ in mine if states[n - 1] == "completed"}
    slow = [0] * 11
    for n, who in results:
        slow[sum(right for m, _, p, right in mine if (m, p) == (n, who)) * 10 // 2] += 1
    assert list(report.scores) == slow

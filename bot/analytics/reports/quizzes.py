"""Quizzes: how many are played to their end, how well, on what, by whom, where and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, distinct, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.analytics.reports.cuts import quarter, quarter_start
from bot.analytics.reports.figure import Figure, share
from bot.analytics.reports.kept import ALL, Spread, counted, kept, spreads, within
from bot.analytics.reports.period import Period
from bot.analytics.reports.query import Query
from bot.analytics.reports.source import Source
from bot.database.feature_tables import quiz_answers, quiz_runs
from bot.database.tables import chats, users

run = quiz_runs.c
answer = quiz_answers.c
TOP = 20
BINS = 11  # 0 to 9 %, 10 to 19 %, …, 90 to 99 %, and 100 %
TENTHS: Any = literal_column("10", Integer)
IS_RIGHT = cast(answer.is_correct, Integer)
OF_RUN = answer.run_id == run.id


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicPlay:
    """One topic.  took: seconds to answer one question."""

    topic: str
    started: int
    completed: int
    answers: int = 0
    right: int = 0
    players: int = 0
    took: Spread = field(default_factory=Spread)

    @property
    def correct_share(self) -> float | None:
        """Right answers of all."""
        return share(self.right, self.answers)


@dataclass(frozen=True, kw_only=True, slots=True)
class Player:
    """One person.  telegram_id: Telegram's; name: only if names are stored."""

    telegram_id: int
    name: str | None
    quizzes: int
    answers: int
    right: int


@dataclass(frozen=True, kw_only=True, slots=True)
class QuizChat:
    """One chat.  chat_id: None for all whose person asked to be forgotten; title: of groups."""

    chat_id: int | None
    title: str | None
    quizzes: int
    answers: int
    players: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Quizzes:
    """Quizzes that began in the period, against the one before, and their answers.

    in_groups: of those started; completion_rate: completed / (completed + abandoned)
    players: distinct people who answered; chats: distinct ones with an answer
    answers_each: answers / players; correct_share: right answers / answers
    mean, p50, p95: seconds of completed quizzes, from the start to the result
    question_mean, question_p50, question_p95: seconds from a question to an answer
    scores: how many results there are in each tenth of right answers, and the last with all
        right; a result is one person's in one completed quiz, out of all of its questions
    topics, top_players, top_chats: by quizzes, at most 20 people and chats
    hours: answers by weekday (0 is Monday) and hour in the period's zone
    """

    period: Period
    recorded_since: datetime | None
    started: Figure
    in_groups: Figure
    completed: Figure
    abandoned: Figure
    completion_rate: Figure
    answers: Figure
    correct_share: Figure
    players: Figure
    chats: Figure
    answers_each: Figure
    mean: Figure
    p50: Figure
    p95: Figure
    question_mean: Figure
    question_p50: Figure
    question_p95: Figure
    scores: tuple[int, ...]
    topics: tuple[TopicPlay, ...]
    top_players: tuple[Player, ...]
    top_chats: tuple[QuizChat, ...]
    hours: tuple[tuple[int, ...], ...]


async def quizzes(source: Source, query: Query) -> Quizzes:
    """Quizzes of the query's period, and chat if it names one."""
    period = query.period
    where, where_then = _began(query, period), _began(query, period.previous)
    async with source.database.read("report.quizzes") as connection:
        known = await kept(connection, period)
        now, then = await _whole(connection, where), await _whole(connection, where_then)
        figures: dict[str, Any] = {name: known.figure(now[name], then[name]) for name in now}
        return Quizzes(
            period=period,
            recorded_since=known.recorded_since,
            **figures,
            scores=await _scores(connection, where),
            topics=await _topics(connection, where),
            top_players=await _players(connection, where),
            top_chats=await _chats(connection, where),
            hours=await _hours(connection, where, period),
        )


def _began(query: Query, period: Period) -> ColumnElement[bool]:
    began = within(run.started_at, period)
    return began if query.chat_id is None else and_(began, run.chat_id == query.chat_id)


async def _whole(connection: AsyncConnection, where: ColumnElement[bool]) -> dict[str, Any]:
    states = await counted(connection, run.state, where)
    completed, abandoned = states.get("completed", 0), states.get("abandoned", 0)
    groups = select(func.count()).where(where, run.is_group)
    given = await _given(connection, where)
    times = await _times(connection, where)
    return {
        "started": sum(states.values()),
        "in_groups": int(await connection.scalar(groups) or 0),
        "completed": completed,
        "abandoned": abandoned,
        "completion_rate": share(completed, completed + abandoned),
        **given,
        **times,
    }


async def _given(connection: AsyncConnection, where: ColumnElement[bool]) -> dict[str, Any]:
    """What is counted of answers."""
    people, places = func.count(distinct(answer.telegram_id)), func.count(distinct(run.chat_id))
    query = select(func.count(), func.sum(IS_RIGHT), people, places).where(where, OF_RUN)
    answers, right, players, found = (await connection.execute(query)).one()
    return {
        "answers": int(answers),
        "correct_share": share(int(right or 0), int(answers)),
        "players": int(players),
        "chats": int(found),
        "answers_each": share(int(answers), int(players)),
    }


async def _times(connection: AsyncConnection, where: ColumnElement[bool]) -> dict[str, Any]:
    is_done = and_(where, run.state == "completed")
    whole = await spreads(connection, ALL, run.ended_at - run.started_at, is_done, scale=1000.0)
    each = await spreads(connection, ALL, answer.seconds, and_(where, OF_RUN))
    times, question_times = whole.get("", Spread()), each.get("", Spread())
    names = ("mean", "p50", "p95")
    return {name: getattr(times, name) for name in names} | {
        f"question_{name}": getattr(question_times, name) for name in names
    }


async def _scores(connection: AsyncConnection, where: ColumnElement[bool]) -> tuple[int, ...]:
    right = func.sum(IS_RIGHT)
    tenth = (right * TENTHS // run.questions).label("tenth")
    results = (
        select(tenth)
        .where(where, OF_RUN, run.state == "completed", run.questions > 0)
        .group_by(run.id, run.questions, answer.telegram_id)
        .subquery()
    )
    query = select(results.c.tenth, func.count()).group_by(results.c.tenth)
    found = {int(tenth): int(count) for tenth, count in await connection.execute(query)}
    return tuple(found.get(place, 0) for place in range(BINS))


async def _topics(
    connection: AsyncConnection, where: ColumnElement[bool]
) -> tuple[TopicPlay, ...]:
    started = await counted(connection, run.topic, where)
    completed = await counted(connection, run.topic, and_(where, run.state == "completed"))
    took = await spreads(connection, run.topic, answer.seconds, and_(where, OF_RUN))
    columns = (func.count(), func.sum(IS_RIGHT), func.count(distinct(answer.telegram_id)))
    query = select(run.topic, *columns).where(where, OF_RUN).group_by(run.topic)
    given = {
        topic: {"answers": int(answers), "right": int(right), "players": int(players)}
        for topic, answers, right, players in await connection.execute(query)
    }
    return tuple(
        TopicPlay(
            topic=topic,
            started=count,
            completed=completed.get(topic, 0),
            took=took.get(topic, Spread()),
            **given.get(topic, {}),
        )
        for topic, count in started.items()
    )


async def _players(connection: AsyncConnection, where: ColumnElement[bool]) -> tuple[Player, ...]:
    runs = func.count(distinct(answer.run_id))
    totals = (
        select(
            answer.telegram_id,
            runs.label("quizzes"),
            func.count().label("answers"),
            func.sum(IS_RIGHT).label("right_ones"),
        )
        .where(where, OF_RUN)
        .group_by(answer.telegram_id)
        .order_by(runs.desc(), func.sum(IS_RIGHT).desc(), answer.telegram_id)
        .limit(TOP)
        .subquery()
    )
    c = totals.c
    named = totals.outerjoin(users, users.c.telegram_id == c.telegram_id)
    query = select(totals, users.c.name).select_from(named)
    ordered = query.order_by(c.quizzes.desc(), c.right_ones.desc(), c.telegram_id)
    return tuple(
        Player(
            telegram_id=one.telegram_id,
            name=one.name,
            quizzes=int(one.quizzes),
            answers=int(one.answers),
            right=int(one.right_ones),
        )
        for one in await connection.execute(ordered)
    )


async def _chats(connection: AsyncConnection, where: ColumnElement[bool]) -> tuple[QuizChat, ...]:
    runs = func.count(distinct(run.id))
    columns = (runs, func.count(answer.run_id), func.count(distinct(answer.telegram_id)))
    played = quiz_runs.outerjoin(quiz_answers, OF_RUN).outerjoin(
        chats, chats.c.chat_id == run.chat_id
    )
    query = (
        select(run.chat_id, func.max(chats.c.title), *columns)
        .select_from(played)
        .where(where)
        .group_by(run.chat_id)
        .order_by(runs.desc(), columns[1].desc(), run.chat_id)
        .limit(TOP)
    )
    return tuple(
        QuizChat(chat_id=chat_id, title=title, quizzes=int(n), answers=int(m), players=int(p))
        for chat_id, title, n, m, p in await connection.execute(query)
    )


async def _hours(
    connection: AsyncConnection, where: ColumnElement[bool], period: Period
) -> tuple[tuple[int, ...], ...]:
    hours: Sequence[list[int]] = [[0] * 24 for _ in range(7)]
    number = quarter(answer.answered_at)
    query = select(number, func.count()).where(where, OF_RUN).group_by(number)
    for place, count in await connection.execute(query):
        local = quarter_start(place).astimezone(period.zone)
        hours[local.weekday()][local.hour] += int(count)
    return tuple(tuple(day) for day in hours)

"""Runs and answers on disk: what comes next is decided here, so no crash asks or counts twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, case, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import from_milliseconds, to_milliseconds
from bot.database.engine import Database
from bot.database.feature_tables import quiz_answers, quiz_runs
from bot.database.locks import QUIZZES, alone
from bot.database.statements import insert_into
from bot.database.tables import users
from bot.quiz.run import NOWHERE, Answer, Run, State
from bot.quiz.scores import Score, ranked

MOMENTS = ("asked_at", "started_at", "ended_at")
RUNNING = quiz_runs.c.state == State.RUNNING
# Whoever reads the result may press "Again" before we have noted that it was sent.
PLAYING = RUNNING & (quiz_runs.c.asked <= quiz_runs.c.questions)


class Store:
    """Reads and writes runs.  Whoever is first decides; everybody later is told so by False."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, run: Run, starter: int | None) -> Run | None:
        """*run* with its number; None when the chat has one already.

        starter: Telegram's id of who may stop it
        """
        async with self._database.write("quiz.begin", durable=True) as connection:
            await alone(connection, QUIZZES)
            busy = select(quiz_runs.c.id).where(PLAYING, quiz_runs.c.chat_id == run.chat_id)
            if await connection.scalar(busy) is not None:
                return None
            number = await self._number(connection, starter) if starter else None
            values = _values(run) | {"starter_number": number}
            new = insert_into(self._database.dialect, quiz_runs).values(values)
            found = (await connection.execute(new.returning(*quiz_runs.c))).one()
        return _run(found)

    async def running(self) -> list[int]:
        """The numbers of all runs that have not ended."""
        query = select(quiz_runs.c.id).where(RUNNING).order_by(quiz_runs.c.id)
        async with self._database.read("quiz.running") as connection:
            return list(await connection.scalars(query))

    async def load(self, run_id: int) -> Run | None:
        """A run by its number; None once it was erased."""
        return await self._one("quiz.load", quiz_runs.c.id == run_id)

    async def in_chat(self, chat_id: int) -> Run | None:
        """The run that is on in a chat; not one whose result is on its way."""
        return await self._one("quiz.in_chat", PLAYING, quiz_runs.c.chat_id == chat_id)

    async def of_poll(self, poll_id: str) -> Run | None:
        """The run whose open question this is."""
        return await self._one("quiz.of_poll", RUNNING, quiz_runs.c.poll_id == poll_id)

    async def answers(self, run_id: int) -> list[Answer]:
        """Every answer of a run, in the order in which they came."""
        query = select(quiz_answers).where(quiz_answers.c.run_id == run_id)
        query = query.order_by(quiz_answers.c.answered_at, quiz_answers.c.telegram_id)
        async with self._database.read("quiz.answers") as connection:
            return [_answer(row) for row in await connection.execute(query)]

    async def advance(self, run: Run, at: datetime) -> bool:
        """Note that the next question is about to be sent; whether we were first to say so."""
        values = {
            "asked": run.asked + 1,
            "poll_id": None,
            "message_id": None,
            "asked_at": to_milliseconds(at),
        }
        return await self._change("quiz.advance", run, values)

    async def opened(
        self, run: Run, poll_id: str, message_id: int | None, at: datetime | None
    ) -> bool:
        """Note the poll of the question that *run* has just sent; whether it is still the one.

        message_id, at: None when only the poll has shown that the question arrived
        """
        known = {"poll_id": poll_id, "message_id": message_id}
        known |= {"asked_at": to_milliseconds(at)} if at else {}
        values = {name: value for name, value in known.items() if value is not None}
        column = quiz_runs.c.poll_id
        return await self._change(
            "quiz.opened", run, values, column.is_(None) | (column == poll_id)
        )

    async def end(self, run_id: int, state: State, at: datetime) -> bool:
        """End a run; whether we were the one who ended it."""
        ended = update(quiz_runs).where(RUNNING, quiz_runs.c.id == run_id)
        values = {"state": state, "ended_at": to_milliseconds(at)}
        async with self._database.write("quiz.end", durable=True) as connection:
            return bool((await connection.execute(ended.values(values))).rowcount)

    async def answer(self, run: Run, answer: Answer) -> bool:
        """Keep an answer to the open poll of *run*; False when it is late or was there already."""
        # A lock on the run, so that it can neither go on nor be erased before we are done.
        mine = (quiz_runs.c.id == run.id) & (quiz_runs.c.poll_id == run.poll_id)
        is_open = select(quiz_runs.c.id).where(RUNNING, mine).with_for_update()
        row = {
            "run_id": run.id,
            "question": answer.question,
            "telegram_id": answer.telegram_id,
            "is_correct": answer.is_correct,
            "seconds": answer.seconds,
            "answered_at": to_milliseconds(answer.answered_at),
        }
        new = insert_into(self._database.dialect, quiz_answers).values(row)
        async with self._database.write("quiz.answer", durable=True) as connection:
            if await connection.scalar(is_open) is None:
                return False
            return bool((await connection.execute(new.on_conflict_do_nothing())).rowcount)

    async def best_of_chat(self, chat_id: int, limit: int) -> list[Score]:
        """The best players of a chat, over all its runs."""
        took = _took_part(quiz_runs.c.chat_id == chat_id)
        right, asked, seconds = _totals(took)
        query = select(took.c.telegram_id, right, asked, seconds).group_by(took.c.telegram_id)
        query = query.order_by(right.desc(), seconds, took.c.telegram_id).limit(limit)
        async with self._database.read("quiz.best") as connection:
            return ranked(_total(row) for row in await connection.execute(query))

    async def best_of_person(self, telegram_id: int, limit: int) -> list[tuple[str, Score]]:
        """One person's topics with all they were asked there, best share first."""
        took = _took_part(quiz_answers.c.telegram_id == telegram_id)
        right, asked, seconds = _totals(took)
        query = select(took.c.topic, right, asked, seconds).group_by(took.c.topic)
        query = query.order_by((1.0 * right / asked).desc(), asked.desc(), took.c.topic)
        async with self._database.read("quiz.best_topics") as connection:
            rows = list(await connection.execute(query.limit(limit)))
        return [(row[0], ranked([(telegram_id, *_total(row)[1:])])[0]) for row in rows]

    async def is_starter(self, run: Run, telegram_id: int) -> bool:
        """Whether this person began *run*."""
        query = select(users.c.number).where(users.c.telegram_id == telegram_id)
        async with self._database.read("quiz.is_starter") as connection:
            number = await connection.scalar(query)
        return number is not None and number == run.starter_number

    async def _one(self, operation: str, *where: Any) -> Run | None:
        query = select(quiz_runs).where(*where).order_by(quiz_runs.c.id.desc()).limit(1)
        async with self._database.read(operation) as connection:
            found = (await connection.execute(query)).one_or_none()
        return _run(found) if found else None

    async def _change(self, operation: str, run: Run, values: dict[str, Any], *where: Any) -> bool:
        """Change *run* if it still stands at the question where we saw it."""
        same = (RUNNING, quiz_runs.c.id == run.id, quiz_runs.c.asked == run.asked, *where)
        change = update(quiz_runs).where(*same).values(values)
        async with self._database.write(operation, durable=True) as connection:
            return bool((await connection.execute(change)).rowcount)

    async def _number(self, connection: AsyncConnection, telegram_id: int) -> int | None:
        """A person's number; the store of facts may not have met them yet."""
        row = {"telegram_id": telegram_id, "is_premium": False}
        new = insert_into(self._database.dialect, users).values(row)
        await connection.execute(new.on_conflict_do_nothing())
        query = select(users.c.number).where(users.c.telegram_id == telegram_id)
        number: int | None = await connection.scalar(query)
        return number


def _took_part(where: Any) -> Any:
    """telegram_id, topic, asked, correct and seconds of each run that somebody answered in.

    asked: the questions that are over there, answered or not, as its result counts them
    """
    run, answer = quiz_runs.c, quiz_answers.c
    is_right, answered = cast(answer.is_correct, Integer), func.count()
    # One more than there are is the result; of a run that goes on, the last one is open.
    over = case(
        (RUNNING, run.asked - 1), (run.asked > run.questions, run.questions), else_=run.asked
    )
    query = select(
        answer.telegram_id,
        run.topic,
        case((over < answered, answered), else_=over).label("asked"),
        func.sum(is_right).label("correct"),
        func.sum(is_right * answer.seconds).label("seconds"),
    )
    query = query.select_from(quiz_answers.join(quiz_runs)).where(where)
    return query.group_by(answer.telegram_id, run.id).subquery("took")


def _totals(took: Any) -> tuple[Any, Any, Any]:
    """What best lists add up: right answers, questions asked, the time of the right answers."""
    return func.sum(took.c.correct), func.sum(took.c.asked), func.sum(took.c.seconds)


def _total(row: Iterable[Any]) -> tuple[int, int, int, float]:
    key, right, asked, seconds = row
    return key, int(right), int(asked), round(float(seconds), 3)


def _values(run: Run) -> dict[str, Any]:
    """*run* as a row, without the number that the database gives."""
    values: dict[str, Any] = {name: getattr(run, name) for name in quiz_runs.c.keys()}  # noqa: SIM118  a collection of columns is no dict
    del values["id"]
    moments = {name: values[name] for name in MOMENTS}
    return values | {name: to_milliseconds(at) if at else None for name, at in moments.items()}


def _run(row: Row[Any]) -> Run:
    values = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's name for it, and public
    moments = {name: values[name] for name in MOMENTS}
    values |= {name: None if at is None else from_milliseconds(at) for name, at in moments.items()}
    # A chat whose person asked to be forgotten.
    values["chat_id"] = values["chat_id"] or NOWHERE
    return Run(**values | {"state": State(values["state"])})


def _answer(row: Row[Any]) -> Answer:
    return Answer(
        question=row.question,
        telegram_id=row.telegram_id,
        is_correct=row.is_correct,
        seconds=row.seconds,
        answered_at=from_milliseconds(row.answered_at),
    )

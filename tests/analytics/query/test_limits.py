"""A question costs no more than it may: statements are stopped, and so is counting."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import UTC, date
from typing import Any, Self

import pytest
from pyroaring import BitMap
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.analytics.audience.days import Days
from bot.analytics.query.answer import Questions
from bot.analytics.query.crowd import Crowd, people
from bot.analytics.query.horizon import Horizon
from bot.analytics.query.limits import Deadline, TooMuchError, limited
from bot.analytics.query.question import Is, Question, Value
from bot.analytics.query.rows import rows
from bot.analytics.reports.period import last_days
from bot.analytics.turns import BusyError
from bot.database.engine import Database
from tests.analytics.moments import NOON
from tests.analytics.query.scene import HOUR, Deed, Scene

# It would take hours.
ENDLESS = {
    "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100000000000) "
    "SELECT count(*) FROM n",
    "postgresql": "SELECT count(*) FROM generate_series(1, 100000000000)",
}


class Time:
    """A clock of the test's own."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Watched(tuple[Value, ...]):  # noqa: SLOT001  a tuple has no room for them
    """Days that remember in which threads they were compared."""

    threads: set[int]

    def __new__(cls, values: Iterable[Value]) -> Self:
        new = super().__new__(cls, values)
        new.threads = set()
        return new

    def __contains__(self, value: object) -> bool:
        if value is not None:
            self.threads.add(threading.get_ident())
        return super().__contains__(value)


async def test_a_statement_that_takes_too_long_is_stopped(database: Database) -> None:
    with pytest.raises(TooMuchError, match=r"longer than 0.2 s and was stopped. Ask about fewer"):
        async with limited(database, "test", Deadline(0.2)) as look:
            await look.rows(text(ENDLESS[database.dialect]))


async def test_the_connection_is_as_good_as_before(database: Database) -> None:
    for _ in range(6):  # more often than there are connections
        with pytest.raises(TooMuchError):
            async with limited(database, "test", Deadline(0.05)) as look:
                await look.rows(text(ENDLESS[database.dialect]))

    # Long enough for SQLite to look at the clock.
    long = text(ENDLESS[database.dialect].replace("100000000000", "100000"))
    async with database.read("test") as connection:
        number = await connection.scalar(long)
    async with limited(database, "test", Deadline(60)) as look:
        assert (await look.rows(long))[0][0] == number == 100_000


async def test_what_is_wrong_with_a_statement_is_said(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with limited(database, "test", Deadline(60)) as look:
            await look.rows(text("SELECT nothing"))


async def test_when_the_time_is_over_nothing_is_begun(sqlite: Database) -> None:
    time = Time()
    deadline = Deadline(5, time)
    time.now = 5.0

    with pytest.raises(TooMuchError):
        async with limited(sqlite, "test", deadline) as look:
            await look.rows(text("SELECT 1"))


async def test_a_whole_question_has_one_time(sqlite: Database) -> None:
    scene = await Scene(sqlite).tell(Deed(person=1, at=NOON))
    questions = Questions(scene.source, seconds=0.0)
    period = last_days(7, NOON, scene.zone)

    with pytest.raises((TooMuchError, BusyError)):
        await questions.ask(Question(metrics=("messages",), period=period))


@pytest.mark.parametrize("metric", ["messages", "people"])
async def test_too_many_rows_are_refused(sqlite: Database, metric: str) -> None:
    scene = await Scene(sqlite).tell(*(Deed(person=n, at=NOON - HOUR) for n in (1, 3, 4)))
    period = last_days(7, NOON, scene.zone)
    question = Question(metrics=(metric,), period=period, dimensions=("language",))

    enough = await Questions(scene.source, size=3).ask(question)
    with pytest.raises(TooMuchError, match=r"more than 2 rows. Ask about fewer days"):
        await Questions(scene.source, size=2).ask(question)

    assert enough.count == 3


def test_sets_are_counted_no_longer_than_they_may_be() -> None:
    time = Time()
    deadline = Deadline(5, time)
    time.now = 6
    one = Crowd(first=date(2026, 1, 1), active=[BitMap([1])], sets={}, doers={}, free="free")

    with pytest.raises(TooMuchError):
        people(one, (), None, deadline)


@pytest.mark.parametrize("dimensions", [("day", "hour"), ("language",)])
def test_rows_are_made_no_longer_than_they_may_be(dimensions: tuple[Any, ...]) -> None:
    time = Time()
    question = Question(
        metrics=("refunds",), period=last_days(7, NOON, UTC), dimensions=dimensions
    )
    deadline, known = Deadline(5, time), Horizon(days=Days(UTC), since=None, gone={})
    time.now = 6

    with pytest.raises(TooMuchError, match="longer than 5 s"):
        rows(question, {"refunds": {("de",): {}}}, {}, known, deadline)


async def test_rows_are_made_off_the_event_loop(sqlite: Database) -> None:
    scene = await Scene(sqlite).tell(Deed(person=1, at=NOON - HOUR))
    period, days = last_days(7, NOON, scene.zone), Watched([NOON.date()])
    question = Question(
        metrics=("messages",), period=period, dimensions=("day",), where=Is("day", days)
    )

    await Questions(scene.source).ask(question)

    assert days.threads and threading.get_ident() not in days.threads

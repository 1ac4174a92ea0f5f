"""Handlers: uses and times from the sums, failures from the errors."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.analytics.reports.handlers import NOBODY, Handlers, handlers
from bot.database import tables
from bot.database.engine import Database
from tests.analytics.moments import NOON, handled
from tests.analytics.reports.business import asked, source_of
from tests.analytics.summing import DAY, HOUR, summed_up, wrote
from tests.rows import error, put


async def report(database: Database, days: int = 7) -> Handlers:
    return await handlers(source_of(database), asked(days))


async def took(database: Database, handler: str, at: datetime, *seconds: float) -> None:
    """One update of that handler for each time."""
    some = [handled(n, at, handler=handler, seconds=one) for n, one in enumerate(seconds, 1)]
    await wrote(database, some)


async def test_handlers_come_with_their_uses_and_times(database: Database) -> None:
    await took(database, "quiz", NOON - DAY, *[0.1] * 90, *[1.0] * 8, *[8.0] * 2)
    await took(database, "start", NOON - HOUR, 0.2)
    await took(database, "quiz", NOON - 9 * DAY, 4.0)
    await took(database, "old", NOON - 9 * DAY, 0.1)
    await took(database, "start", NOON - 16 * DAY, 0.2)
    await summed_up(database)

    found = await report(database)

    quiz, start, old = found.handlers
    assert [(one.name, one.uses, one.uses_before) for one in (quiz, start, old)] == [
        ("quiz", 100, 1),
        ("start", 1, 0),
        ("old", 0, 1),
    ]
    assert [quiz.p50, quiz.p95, quiz.p99] == [pytest.approx(one, rel=0.19) for one in (0.1, 1, 8)]
    assert quiz.p95_before == pytest.approx(4, rel=0.19)
    assert old.p95 is None
    assert (found.uses.value, found.uses.before) == (101, 2)
    assert found.p99.value == pytest.approx(8, rel=0.19)


async def test_its_errors_are_counted_beside_a_handler(database: Database) -> None:
    await took(database, "quiz", NOON - DAY, 0.1, 0.1)
    await took(database, "start", NOON - DAY, 0.1)
    mine = [error("AAAA", NOON - DAY), error("BBBB", NOON - HOUR, category="telegram")]
    others = [error("CCCC", NOON - DAY, category="job"), error("DDDD", NOON - 8 * DAY)]
    await put(database, tables.errors, *({**one, "location": "quiz"} for one in mine + others))

    found = await report(database)

    assert [(one.name, one.failed) for one in found.handlers] == [("quiz", 2), ("start", 0)]
    assert found.kept_since is None


async def test_beyond_what_is_kept_of_errors_nobody_knows_what_failed(sqlite: Database) -> None:
    await took(sqlite, "quiz", NOON - DAY, 0.1)

    found = await report(sqlite, days=120)

    assert found.handlers[0].failed is None
    assert found.kept_since == NOON - 90 * DAY


async def test_before_the_first_update_nothing_is_known(sqlite: Database) -> None:
    empty = await report(sqlite)
    await took(sqlite, NOBODY, NOON - DAY, 0.1)

    found = await report(sqlite)

    assert (empty.recorded_since, empty.uses.value, empty.handlers) == (None, None, ())
    assert found.recorded_since == NOON - DAY
    assert found.handlers[0].uses_before is None
    assert found.handlers[0].p95_before is None

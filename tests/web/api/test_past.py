"""Days long ago, and days that never were: asked for in the API."""

from __future__ import annotations

import pytest

from bot.database.engine import Database
from bot.web.api.offered import REPORTS
from tests.analytics.moments import NOON
from tests.analytics.reports.business import DAY
from tests.analytics.reports.talk import Act, long_known
from tests.web.api.asking import asker, fault
from tests.web.conftest import Serve

TODAY = NOON.date()
LONG_AGO = ("0001-01-01", "0001-12-31", "1900-02-28", "1969-12-31")
PATHS = [asked.path.removeprefix("analytics/") for asked in REPORTS]
LISTS = ["users/top", "top-senders", "users/1001", "chats/top", "chats/-1", "stickiness"]


@pytest.mark.parametrize("day", LONG_AGO)
async def test_days_before_telegram_are_refused(serve: Serve, sqlite: Database, day: str) -> None:
    api = await asker(serve, await long_known(sqlite, Act(number=1, hours=1)))

    first = await api.get(f"messages?first_day={day}&last_day=2026-05-04&compare=year")
    last = await api.get(f"messages?last_day={day}&compare=year")

    assert (fault(first), fault(last)) == ((400, "first_day"), (400, "last_day"))


@pytest.mark.parametrize("path", [*PATHS, *LISTS])
async def test_the_first_day_of_all_can_be_asked_for(
    serve: Serve, sqlite: Database, path: str
) -> None:
    api = await asker(serve, await long_known(sqlite, Act(number=1, hours=1, chat_id=-1)))
    asked = f"{path}?first_day=2013-08-14&last_day=2013-08-14&compare"

    answers = [await api.get(f"{asked}={one}") for one in ("previous", "weekdays", "year")]

    assert [answer.status for answer in answers] == [200, 200, 200]


@pytest.mark.parametrize("day", ["9999-12-31", (TODAY + DAY).isoformat()])
async def test_days_to_come_are_refused(serve: Serve, sqlite: Database, day: str) -> None:
    api = await asker(serve, await long_known(sqlite, Act(number=1, hours=1)))

    answer = await api.get(f"users/top?first_day={day}&last_day={day}")

    assert fault(answer) == (400, "last_day")


async def test_a_day_that_never_was_is_refused(serve: Serve, sqlite: Database) -> None:
    api = await asker(serve, await long_known(sqlite, Act(number=1, hours=1)))

    answer = await api.get("messages?first_day=2025-02-29&last_day=2025-03-01")

    assert fault(answer) == (400, "first_day")

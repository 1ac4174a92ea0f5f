"""The bot's description says how many people there are, and Telegram is seldom bothered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError
from aiogram.methods import SetMyDescription

from bot.analytics.audience.audience import Audience
from bot.analytics.bus import Bus
from bot.analytics.mau import MauLine
from bot.config import Settings
from bot.database.engine import Database
from bot.database.marks import put_mark
from bot.telegram.description import EVERY_SECONDS, MARK, PAUSE_SECONDS, Description, Result
from tests.analytics.audience.scene import history
from tests.fakes import Outbox
from tests.updates import NOON

HOUR = timedelta(seconds=EVERY_SECONDS)


class Line(Outbox):
    """A Telegram that fails as often as it is told to.  troubles: what it raises next"""

    def __init__(self, *troubles: Exception) -> None:
        super().__init__()
        self.troubles = list(troubles)

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109  aiogram's signature
        await super().make_request(bot, method, timeout)
        if self.troubles:
            raise self.troubles.pop(0)
        return True


def away() -> TelegramNetworkError:
    return TelegramNetworkError(method=SetMyDescription(), message="away")


class Process:
    """One life of a process.  now: what its clocks say; slept: the pauses it made"""

    def __init__(
        self, database: Database, line: Outbox, now: datetime = NOON, **settings: Any
    ) -> None:
        usual: dict[str, Any] = {
            "bot_description_template": "{count} friends",
            "mau_hide_low_counts": False,
            "mau_cache_timeout": 1,
        }
        chosen = Settings(_env_file=None, **(usual | settings))
        self.now, self.slept, self.database = now, list[float](), database
        self.audience = Audience(database, clock=self.clock)
        mau = MauLine(database, self.audience, Bus(), settings=chosen, clock=self.clock)
        self.description = Description(
            Bot("42:TEST", session=line),
            database,
            mau,
            settings=chosen,
            clock=self.clock,
            sleep=self.sleep,
            monotonic=self.monotonic,
        )

    def clock(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.now.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


async def somebody_comes(database: Database) -> None:
    await history(database, {NOON.date(): {1}})
    audience = Audience(database, clock=lambda: NOON)
    await audience.start()
    await audience.stop()


def texts(line: Outbox) -> list[str | None]:
    return [one.description for one in line.sent if isinstance(one, SetMyDescription)]


async def test_the_description_gets_the_number(sqlite: Database) -> None:
    line = Line()

    result = await Process(sqlite, line).description.update()

    assert result == Result(success=True, message="updated: 0 friends")
    assert texts(line) == ["0 friends"]


async def test_what_telegram_has_already_is_not_sent_again(sqlite: Database) -> None:
    line = Line()
    await Process(sqlite, line).description.update()

    result = await Process(sqlite, line, NOON + 2 * HOUR).description.update()

    assert result == Result(success=True, message="unchanged: it says so already")
    assert len(texts(line)) == 1


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (timedelta(minutes=20), ["0 friends"]),
        (HOUR, ["0 friends", "1 friends"]),
        (-timedelta(days=1), ["0 friends", "1 friends"]),
    ],
)
async def test_a_new_number_waits_until_an_hour_is_over(
    sqlite: Database, later: timedelta, expected: list[str]
) -> None:
    line = Line()
    await Process(sqlite, line, NOON - later).description.update()
    await somebody_comes(sqlite)

    await Process(sqlite, line).description.update()

    assert texts(line) == expected


async def test_another_bot_on_the_same_database_has_its_own(sqlite: Database) -> None:
    await put_mark(sqlite, MARK, '{"bot_id": 41, "text": "0 friends", "at": 0}')
    line = Line()

    await Process(sqlite, line).description.update()

    assert texts(line) == ["0 friends"]


async def test_without_a_template_nothing_is_called(sqlite: Database) -> None:
    line = Line()

    result = await Process(sqlite, line, bot_description_template=None).description.update()

    assert result == Result(success=False, message="BOT_DESCRIPTION_TEMPLATE is not set")
    assert line.sent == []


async def test_few_people_are_hidden_here_too(sqlite: Database) -> None:
    line = Line()

    result = await Process(sqlite, line, mau_hide_low_counts=True).description.update()

    assert result.success and "so few" in result.message
    assert line.sent == []


async def test_a_number_that_may_be_too_low_is_not_published(sqlite: Database) -> None:
    await history(sqlite, {NOON.date() - timedelta(days=9): {1}})
    line = Line()
    process = Process(sqlite, line)
    await process.audience.start()

    result = await process.description.update()
    await process.audience.stop()

    assert result.message == "unchanged: old days are still being counted"
    assert line.sent == []


async def test_telegram_is_asked_three_times_a_minute_apart(sqlite: Database) -> None:
    line = Line(away(), away())
    process = Process(sqlite, line)

    assert (await process.description.update()).success
    assert process.slept == [PAUSE_SECONDS, PAUSE_SECONDS]


async def test_after_three_failures_there_is_a_message(sqlite: Database) -> None:
    line = Line(away(), away(), away(), away())

    result = await Process(sqlite, line).description.update()

    assert (result.success, len(line.sent)) == (False, 3)
    assert result.message.startswith("failed 3 times: ") and "away" in result.message


async def test_a_refusal_is_final(sqlite: Database) -> None:
    line = Line(TelegramBadRequest(method=SetMyDescription(), message="too long"))

    result = await Process(sqlite, line).description.update()

    assert (result.success, len(line.sent)) == (False, 1)
    assert "too long" in result.message


async def test_after_a_failure_the_job_rests_for_an_hour(sqlite: Database) -> None:
    line = Line(away(), away(), away())
    process = Process(sqlite, line)
    await process.description.keep()
    process.now += HOUR / 2
    await process.description.keep()
    asked = len(line.sent)

    process.now += HOUR / 2
    await process.description.keep()

    assert (asked, len(line.sent)) == (3, 4)

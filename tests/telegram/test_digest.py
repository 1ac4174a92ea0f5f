"""The weekly digest reaches the admins' chat once, whoever else tries and whatever happens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from aiogram import Bot
from aiogram.methods import SendPhoto
from aiogram.types import BufferedInputFile

from bot.analytics.audience.audience import Audience
from bot.analytics.digest import LATE, MARK, Digests
from bot.analytics.render.words import Words
from bot.analytics.reports.source import Source
from bot.analytics.weekly import WEEK, weekly
from bot.database.engine import Database
from bot.database.marks import mark_of
from bot.errors import NotifyError
from bot.plans import load_plans
from bot.telegram.digest import DigestPost
from tests.analytics.moments import NOON
from tests.fakes import AdminChat, Outbox

CHAT = -100


class Process:
    """One life of a process; NOON is a Thursday.  now: what its clock says"""

    def __init__(self, database: Database, chat: AdminChat, now: datetime = NOON) -> None:
        self.now = now
        self.outbox = Outbox()
        source = Source(
            database=database,
            audience=Audience(database, clock=self.clock),
            plans=load_plans(),
            clock=self.clock,
        )
        digests = Digests(source, weekly("thu 09:00", UTC), is_synthetic=lambda: True)
        bot = Bot("42:TEST", session=self.outbox)
        self.post = DigestPost(digests, chat, bot, CHAT, Words)

    def clock(self) -> datetime:
        return self.now

    @property
    def pictures(self) -> list[SendPhoto]:
        return [one for one in self.outbox.sent if isinstance(one, SendPhoto)]


async def test_the_chat_gets_the_pages_and_the_picture(sqlite: Database) -> None:
    chat = AdminChat()
    process = Process(sqlite, chat)

    await process.post.deliver()

    (text,), (picture,) = chat.sent, process.pictures
    assert text.startswith("<b>The week</b>") and "25 Dec 2025 to 31 Dec 2025" in text
    assert "Synthetic data" in text
    assert picture.chat_id == CHAT and isinstance(picture.photo, BufferedInputFile)
    assert picture.photo.data.startswith(b"\x89PNG")


async def test_no_other_process_and_no_later_life_sends_it_again(database: Database) -> None:
    chat = AdminChat()
    for later in (0, 1, 60):
        process = Process(database, chat, NOON + timedelta(minutes=later))
        await process.post.deliver()
        await process.post.deliver()

    assert len(chat.sent) == 1


async def test_the_next_week_has_its_own(sqlite: Database) -> None:
    chat = AdminChat()
    process = Process(sqlite, chat)
    await process.post.deliver()
    process.now += WEEK

    await process.post.deliver()

    assert [text.count("1 Jan 2026 to 7 Jan 2026") for text in chat.sent] == [0, 1]


@pytest.mark.parametrize(
    "now", [NOON.replace(hour=8, minute=59), NOON.replace(hour=9) + LATE + timedelta(seconds=1)]
)
async def test_before_its_time_and_a_day_later_nothing_is_sent(
    sqlite: Database, now: datetime
) -> None:
    chat = AdminChat()

    await Process(sqlite, chat, now).post.deliver()

    assert chat.sent == []
    assert await mark_of(sqlite, MARK) is None


@pytest.mark.parametrize(
    ("problem", "count"),
    [
        (NotifyError("away"), 1),
        (NotifyError("wrong", permanent=True), 0),
        (NotifyError("blocked", refused=True), 0),
    ],
)
async def test_what_did_not_arrive_is_sent_later_if_there_is_hope(
    sqlite: Database, problem: NotifyError, count: int
) -> None:
    chat = AdminChat()
    process = Process(sqlite, chat)
    chat.problem = problem
    await process.post.deliver()
    chat.problem = None

    await process.post.deliver()

    assert (len(chat.sent), len(process.pictures)) == (count, count)


async def test_a_picture_that_is_refused_repeats_nothing(sqlite: Database) -> None:
    chat = AdminChat()
    process = Process(sqlite, chat)
    process.outbox.problems[SendPhoto] = "no rights to send photos"

    await process.post.deliver()
    await process.post.deliver()

    assert len(chat.sent) == 1

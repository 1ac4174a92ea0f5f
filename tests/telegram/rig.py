"""What the tests of this room share: a recorder, dispatchers, and a bounded wait."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any, TypeVar

from aiogram import Bot, Dispatcher
from aiogram.types import Message
from aiogram.utils.backoff import BackoffConfig

from bot.analytics.bus import Bus
from bot.analytics.events import Event
from bot.telegram.connect import build_bot
from bot.telegram.intake import Intake
from bot.telegram.quarantine import Quarantine
from tests.driver import Driver
from tests.fakes import Recorder as Kept

Fact = TypeVar("Fact", bound=Event)
TOKEN = "424242:SANDBOX-TOKEN-good-on-loopback-only"
QUICK = BackoffConfig(min_delay=0.01, max_delay=0.05, factor=2, jitter=0.001)

_numbers = itertools.count(1000)


class Recorder(Kept):
    """Keeps facts, and finds those of one kind."""

    def of(self, kind: type[Fact]) -> list[Fact]:
        return [fact for fact in self if isinstance(fact, kind)]


class Handled(list[str]):
    """A dispatcher's memory: the text of each message its one handler has finished with."""

    def __init__(self, gate: asyncio.Event | None = None, *, answers: bool = False) -> None:
        super().__init__()
        self.begun = 0
        self.dispatcher = Dispatcher()

        async def handle(message: Message) -> None:
            self.begun += 1
            if gate:
                await gate.wait()
            if answers:
                await message.answer(f"you said {message.text}")
            self.append(message.text or "")

        self.dispatcher.message.register(handle)


async def friend(driver: Driver, first_name: str = "Ann") -> int:
    """The number of a new person the bot may write to."""
    number = await driver.person(first_name)
    await driver.write(number, "/start")
    return number


def message(text: str = "hello", update_id: int | None = None) -> dict[str, Any]:
    """A raw update: somebody wrote *text*."""
    person = {"id": 7, "is_bot": False, "first_name": "Ann"}
    chat = {"id": 7, "type": "private", "first_name": "Ann"}
    body = {"message_id": 1, "date": 1_700_000_000, "chat": chat, "from": person, "text": text}
    return {"update_id": next(_numbers) if update_id is None else update_id, "message": body}


def offline_bot() -> Bot:
    """A bot for tests that call nothing."""
    return build_bot(TOKEN, "http://127.0.0.1:9", Bus())


def opened_intake(handled: Handled, bot: Bot, *sinks: Recorder, limit: int = 256) -> Intake:
    """An intake that takes updates."""
    intake = Intake(handled.dispatcher, bot, Quarantine(Bus(*sinks)), limit=limit)
    intake.open()
    return intake

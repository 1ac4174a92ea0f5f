"""A dispatcher with all middlewares and somebody's routers; Telegram only remembers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from aiogram import Bot, Dispatcher, Router
from aiogram.types import Message, Update

from bot.analytics.bus import Bus
from bot.analytics.events import Event, UpdateHandled
from bot.analytics.languages import Languages
from bot.database.engine import Database
from bot.handlers.routers import registered_commands
from bot.middlewares import install
from bot.middlewares.activity import Activity
from bot.middlewares.errors import Errors
from bot.middlewares.language import Catalogues, Language
from bot.middlewares.reading import Reader
from bot.middlewares.throttle import Throttle
from bot.middlewares.timer import UpdateTimer
from tests.fakes import Outbox, Recorder
from tests.updates import NOON

Fact = TypeVar("Fact", bound=Event)

BURST = 3


class Watch:
    """A clock that goes on when told, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Stage:
    """Updates go in at hears(); what was published is in told, what was sent in outbox.

    Everyone may send three updates at once and one a second.
    """

    def __init__(
        self,
        *routers: Router,
        now: datetime = NOON,
        username: Callable[[], str | None] = lambda: "TestBot",
        keep_text: bool = False,
    ) -> None:
        self.told = Recorder()
        self.outbox = Outbox()
        self.watch = Watch()
        self.bot = Bot("42:TEST", session=self.outbox)
        bus = Bus(self.told)
        self.timer = UpdateTimer(bus, lambda: now)
        self.dispatcher = Dispatcher()
        # Never opened: only who chose a language would be in it.
        languages = Languages(Database("sqlite:///nowhere.db"))
        install(
            self.dispatcher,
            self.timer,
            Activity(bus, Reader(registered_commands(routers), username)),
            Language(Catalogues(), languages),
            Throttle(bus, rate=1, burst=BURST, monotonic=self.watch),
            Errors(bus, keep_text=keep_text),
        )
        self.dispatcher.include_routers(Router(), *routers)

    async def hears(self, *updates: Update) -> Any:
        """What the dispatcher returns for the last of *updates*."""
        answer = None
        for update in updates:
            answer = await self.dispatcher.feed_update(self.bot, update)
        return answer

    def facts(self, kind: type[Fact]) -> list[Fact]:
        """What was published of one kind, in order."""
        return [fact for fact in self.told if isinstance(fact, kind)]

    def handled(self) -> UpdateHandled:
        """How the only update went."""
        (fact,) = self.facts(UpdateHandled)
        return fact


def messages_to(*handlers: Any, **more: Any) -> Router:
    """A router that gives every message to *handlers*."""
    router = Router()
    for handler in handlers:
        router.message.register(handler, **more)
    return router


def presses_to(*handlers: Any, **more: Any) -> Router:
    """A router that gives every press to *handlers*."""
    router = Router()
    for handler in handlers:
        router.callback_query.register(handler, **more)
    return router


async def echo(message: Message) -> None:
    """Say it back."""
    await message.answer(message.text or "?")


async def nothing(_: Any) -> None:
    """Take the update, whatever it is."""


async def fail(_: Any) -> None:
    """Fail with secrets in the text."""
    raise KeyError("123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA at http://me:pass@host/")

"""The dispatcher with everything that measures what the routers do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aiogram import Dispatcher, Router
from aiogram.utils.i18n import I18n

from bot.analytics.core import Core
from bot.analytics.people import People
from bot.config import Settings
from bot.handlers.routers import registered_commands
from bot.middlewares import install
from bot.middlewares.activity import Activity
from bot.middlewares.errors import Errors
from bot.middlewares.language import Language
from bot.middlewares.reading import Reader
from bot.middlewares.throttle import Throttle
from bot.middlewares.timer import UpdateTimer
from bot.telegram.conversations import Conversations
from bot.telegram.magic import answer_here


def build_dispatcher(  # noqa: PLR0913  what the middlewares need
    core: Core,
    settings: Settings,
    routers: Sequence[Router],
    *,
    people: People,
    i18n: I18n,
    timer: UpdateTimer,
    username: Callable[[], str | None],
) -> Dispatcher:
    """A dispatcher that measures whatever the *routers* do."""
    dispatcher = Dispatcher(storage=Conversations())
    reader = Reader(
        registered_commands(routers),
        username,
        keep_names=settings.store_names,
        keep_text=settings.store_text,
    )
    install(
        dispatcher,
        timer,
        Activity(core.bus, reader),
        Language(i18n, people.languages, settings.timezone),
        Throttle(core.bus, settings.throttle_rate, settings.throttle_burst),
        Errors(core.bus, keep_text=settings.store_text),
    )
    dispatcher.include_routers(*routers)
    answer_here(routers)
    return dispatcher

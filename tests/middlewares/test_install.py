"""All middlewares together: their order is behaviour, and every router is measured."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiogram import Bot, Dispatcher, Router
from aiogram.filters import Command
from aiogram.types import Message, Update
from aiogram.utils.i18n import gettext as _

from bot.analytics.core import Core
from bot.analytics.events import CommandUsed, ErrorRaised, MessageReceived, UserSeen
from bot.analytics.mentions import concerns
from bot.analytics.people import People
from bot.config import Settings
from bot.database.tables import events, users
from bot.dispatcher import build_dispatcher
from bot.handlers.routers import all_routers, load_routers
from bot.middlewares.language import Catalogues
from bot.middlewares.timer import UpdateTimer
from bot.telegram.conversations import Conversations
from tests.databases import sqlite_address
from tests.fakes import Outbox
from tests.middlewares.stage import BURST, Stage, fail, messages_to, nothing
from tests.rows import rows_of
from tests.updates import ALICE, acts, edits, moves, posts, presses, reacts, says

OPERATORS = ("tests.routers:build_router",)


async def shop(message: Message) -> None:
    """A command of somebody's, in whatever language we speak."""
    await message.answer(_("Help"))


def test_the_order_is_the_documented_one() -> None:
    layers = Stage().dispatcher.update.outer_middleware

    names = [type(layer).__name__ for layer in layers]
    assert names[-5:] == ["UpdateTimer", "Activity", "Language", "Throttle", "Errors"]


async def test_who_is_refused_was_active_all_the_same() -> None:
    stage = Stage()

    await stage.hears(*(says(ALICE, "hi") for _ in range(BURST + 2)))

    assert len(stage.facts(UserSeen)) == BURST + 2
    assert len(stage.facts(MessageReceived)) == BURST + 2


async def test_who_is_refused_causes_no_error() -> None:
    stage = Stage(messages_to(fail))

    await stage.hears(*(says(ALICE, "hi") for _ in range(BURST + 2)))

    assert len(stage.facts(ErrorRaised)) == BURST


async def test_handlers_speak_the_persons_language() -> None:
    stage = Stage(messages_to(shop))

    await stage.hears(says(ALICE.model_copy(update={"language_code": "de"}), "hi"))

    assert stage.outbox.texts == ["Hilfe"]


@pytest.mark.parametrize(
    "update",
    [
        presses(ALICE, "x"),
        acts(ALICE, "inline_query"),
        acts(ALICE, "poll_answer"),
        acts(ALICE, "pre_checkout_query"),
        edits(ALICE),
        reacts(ALICE),
        posts("news"),
        moves(ALICE, "left", "member"),
        moves(ALICE, "left", "member", kind="my_chat_member"),
    ],
    ids=str,
)
async def test_handlers_of_every_kind_of_update_are_measured(update: Update) -> None:
    router = Router()
    for observer in router.observers.values():
        observer.register(nothing)
    stage = Stage(router)

    await stage.hears(update)

    assert (stage.handled().handler, stage.handled().outcome) == ("nothing", "handled")


@pytest.mark.parametrize(
    ("text", "handler", "outcome"),
    [("7", "slow", "handled"), ("break", "broken", "error"), ("tea", "shop", "handled")],
)
async def test_an_operators_handlers_are_measured_by_name(
    text: str, handler: str, outcome: str
) -> None:
    stage = Stage(*load_routers(OPERATORS))

    await stage.hears(says(ALICE, text))

    assert (stage.handled().handler, stage.handled().outcome) == (handler, outcome)


async def test_an_operators_commands_count_under_their_own_names() -> None:
    stage = Stage(selling())

    await stage.hears(says(ALICE, "/shop now"), says(ALICE, "/steal"))

    assert [fact.command for fact in stage.facts(CommandUsed)] == ["shop", "other"]


def selling() -> Router:
    """A router that knows /shop."""
    router = Router()
    router.message.register(shop, Command("shop"))
    return router


@pytest.mark.parametrize("text", ["/nonsense", "hello"])
async def test_a_hint_for_what_nobody_understood_is_unhandled(text: str) -> None:
    settings = Settings(_env_file=None)
    stage = Stage(*all_routers(settings))
    stage.dispatcher["settings"] = settings

    await stage.hears(says(ALICE, text))

    assert stage.handled().outcome == "unhandled"
    assert len(stage.outbox.texts) == 1


def build(core: Core, settings: Settings) -> Dispatcher:
    """All routers, joined to *core* as the app joins them."""
    people = People(core.database, core.store.flush, core.bus, after=core.feed.forget)
    dispatcher = build_dispatcher(
        core,
        settings,
        all_routers(settings),
        people=people,
        i18n=Catalogues(),
        timer=UpdateTimer(core.bus),
        username=lambda: None,
    )
    dispatcher.workflow_data.update(people=people, settings=settings, farewells=[])
    return dispatcher


async def test_forgetting_leaves_no_trace_of_the_button_that_asked_for_it(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, database_url=sqlite_address(tmp_path))
    core, bot = Core(settings), Bot("42:T", session=Outbox())
    dispatcher = build(core, settings)
    await core.start()

    await dispatcher.feed_update(bot, presses(ALICE, "privacy:erase"))
    await core.store.flush()

    kept = [row for table in (users, events) for row in await rows_of(core.database, table)]
    await core.stop()
    assert [(row["user_number"], row["chat_id"]) for row in kept] == [(None, None)]
    assert not any(concerns(fact, ALICE.id) for _, fact in core.feed.after(0))


async def test_the_app_keeps_no_conversation_with_those_who_have_none(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, database_url=sqlite_address(tmp_path))
    core, bot = Core(settings), Bot("42:T", session=Outbox())
    dispatcher = build(core, settings)
    await core.start()

    await dispatcher.feed_update(bot, says(ALICE, "/help"))

    storage = dispatcher.fsm.storage
    await core.stop()
    assert isinstance(storage, Conversations) and storage.count == 0

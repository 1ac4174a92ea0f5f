"""What counts as a command, and where those who start come from."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import Router
from aiogram.filters import CommandStart
from aiogram.types import Chat, Update, User

from bot.analytics.events import CommandUsed, UserStarted
from tests.middlewares.stage import Stage, nothing
from tests.updates import ALICE, GROUP, ROBOT, message_json, private, says, told


def starting() -> Router:
    """A router that knows /start."""
    router = Router()
    router.message.register(nothing, CommandStart(ignore_case=True))
    return router


async def commands(update: Update, username: str | None = "TestBot") -> list[str]:
    """The commands in *update*, for a bot that knows /start."""
    stage = Stage(starting(), username=lambda: username)
    await stage.hears(update)
    return [fact.command for fact in stage.facts(CommandUsed)]


async def sources(text: str, chat: Chat | None = None) -> list[str]:
    """Where *text* says that somebody comes from."""
    stage = Stage(starting())
    await stage.hears(says(ALICE, text, chat))
    return [fact.source for fact in stage.facts(UserStarted)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", ["start"]),
        ("/START", ["start"]),
        ("/start x", ["start"]),
        ("/start\nx", ["start"]),
        ("/Start@ThisBot", []),
        ("/Start@TestBot", ["start"]),
        ("/start@testbot x", ["start"]),
        ("/start@", ["start"]),
        ("/start@otherbot", []),
        ("/start@testbot@x", []),
        ("/unknown", ["other"]),
        ("/unknown@otherbot", []),
        ("/startx", ["other"]),
        ("//start", ["other"]),
        ("/é", ["other"]),
        ("/@TestBot", ["other"]),
        ("/" + "x" * 5000, ["other"]),
        ("/", []),
        ("/ start", []),
        ("/\n", []),
        ("/\u2003start", []),
        ("start", []),
        (" /start", []),
        ("hello /start", []),
    ],
)
async def test_a_text_is_read_as_the_command(text: str, expected: list[str]) -> None:
    assert await commands(says(ALICE, text)) == expected


async def test_a_command_with_an_address_is_nobodys_while_our_name_is_unknown() -> None:
    assert await commands(says(ALICE, "/start@TestBot"), username=None) == []


async def test_a_caption_is_a_command_because_handlers_answer_it() -> None:
    photo = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}
    message = message_json(ALICE, private(ALICE), photo=[photo], caption="/start ads")
    stage = Stage(starting())

    await stage.hears(told(message=message))

    assert stage.handled().handler == "nothing"
    assert [fact.command for fact in stage.facts(CommandUsed)] == ["start"]
    assert [fact.source for fact in stage.facts(UserStarted)] == ["ads"]


@pytest.mark.parametrize(
    ("user", "more"), [(ROBOT, {}), (None, {}), (ALICE, {"sender_chat": GROUP})], ids=str
)
async def test_only_people_use_commands(user: User | None, more: dict[str, Any]) -> None:
    assert await commands(says(user, "/start", GROUP, **more)) == []


async def test_a_command_in_a_group_counts_for_the_person_and_the_group() -> None:
    stage = Stage(starting())

    await stage.hears(says(ALICE, "/start", GROUP))

    (fact,) = stage.facts(CommandUsed)
    assert (fact.user_id, fact.chat_id) == (ALICE.id, GROUP.id)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("/start", ""),
        ("/start ads-spring_1", "ads-spring_1"),
        ("/start@TestBot ads", "ads"),
        ("/START  ads", "ads"),
        ("/start " + "x" * 64, "x" * 64),
        ("/start " + "x" * 65, ""),
        ("/start a b", ""),
        ("/start ads\n", ""),
        ("/start <b>", ""),
        ("/start é", ""),
        ("/start ٣", ""),
        ("/start ads\0", ""),
        ("/start ';--", ""),
    ],
)
async def test_the_source_is_the_payload_of_a_link_or_nothing(text: str, source: str) -> None:
    assert await sources(text) == [source]


async def test_nobody_starts_in_a_group() -> None:
    assert await sources("/start ads", GROUP) == []


async def test_other_commands_start_nothing() -> None:
    assert await sources("/help ads") == []

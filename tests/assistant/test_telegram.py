"""An answer in a chat, and Telegram's many ways not to take it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.types import Chat, Message

from bot.analytics.bus import Bus
from bot.assistant.screen import Outcome, ScreenError
from bot.assistant.telegram import GROUP_PACE, PRIVATE_PACE, ChatScreen
from bot.middlewares.language import Catalogues
from bot.sandbox.server import Sandbox
from bot.telegram.connect import build_bot
from tests.driver import Driver, message_text
from tests.updates import NOON

DONE = Outcome(state="done")
QUICK = (0.01,) * 5


def word(outcome: Outcome, has_text: bool) -> str:  # noqa: FBT001  a LastWord
    return "" if outcome.state == "done" else f"({outcome.state}, {has_text})"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    catalogues = Catalogues()
    with catalogues.context(), catalogues.use_locale("en"):
        yield


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    one = build_bot(sandbox.token, sandbox.url, Bus())
    yield one
    await one.session.close()


@pytest.fixture
async def ann(driver: Driver) -> int:
    """Somebody who has written to the bot."""
    ann = await driver.person("Ann")
    await driver.write(ann, "Why?")
    return ann


def screen(bot: Bot, chat: int, kind: str = "private", **more: Any) -> ChatScreen:
    question = Message(message_id=1, date=NOON, chat=Chat(id=chat, type=kind), **more)
    return ChatScreen(bot, question, word, QUICK)


async def shown(driver: Driver, chat: int) -> list[str]:
    return [message_text(one) for one in (await driver.messages(chat))[1:]]


async def test_an_answer_that_is_coming_can_be_stopped(bot: Bot, driver: Driver, ann: int) -> None:
    await screen(bot, ann).open(5)

    _, message = await driver.messages(ann)
    (button,) = message["reply_markup"]["inline_keyboard"][0]
    assert (message["text"], button["text"], button["callback_data"]) == (
        "…",
        "⏹ Stop",
        "assistant:5",
    )


async def test_the_same_text_again_is_no_edit(bot: Bot, driver: Driver, ann: int) -> None:
    one = screen(bot, ann)
    await one.open(5)

    for text in ("Hello", "Hello ", "Hello\n"):
        await one.draw(text)

    assert len(await driver.calls("editMessageText")) == 1


async def test_a_blank_text_is_still_a_sign_of_life(bot: Bot, driver: Driver, ann: int) -> None:
    one = screen(bot, ann)
    await one.open(5)

    await one.draw(" \n ")

    assert await shown(driver, ann) == ["…"]


async def test_a_text_that_outgrows_a_message_moves_the_button_along(
    bot: Bot, driver: Driver, ann: int
) -> None:
    one = screen(bot, ann)
    await one.open(5)

    await one.draw("a" * 5000)

    _, first, second = await driver.messages(ann)
    assert ("reply_markup" in first, "reply_markup" in second) == (False, True)
    assert one.message_id == second["message_id"]


async def test_the_end_is_said_below_the_text(bot: Bot, driver: Driver, ann: int) -> None:
    one, other = screen(bot, ann), screen(bot, ann)
    for each in (one, other):
        await each.open(5)

    await one.finish("Hello ", Outcome(state="stopped"))
    await other.finish("", Outcome(state="failed"))

    assert await shown(driver, ann) == ["Hello\n\n(stopped, True)", "(failed, False)"]


@pytest.mark.parametrize("status", [500, 502])
async def test_telegram_s_own_trouble_is_waited_for_at_the_end(
    bot: Bot, driver: Driver, ann: int, status: int
) -> None:
    one = screen(bot, ann)
    await one.open(5)
    await driver.fault("editMessageText", "status", status=status, times=3)

    await one.finish("Hello", DONE)

    assert await shown(driver, ann) == ["Hello"]


async def test_a_lost_answer_to_an_edit_changes_nothing(
    bot: Bot, driver: Driver, ann: int
) -> None:
    one = screen(bot, ann)
    await one.open(5)
    await driver.fault("editMessageText", "lost", times=1)

    for _ in range(2):  # "message is not modified", says Telegram to the second
        await one.draw("Hello")
    await one.draw("Hello world")

    assert await shown(driver, ann) == ["Hello world"]


async def test_a_draw_that_fails_is_part_of_the_next(bot: Bot, driver: Driver, ann: int) -> None:
    one = screen(bot, ann)
    await driver.fault("sendMessage", "status", status=502, times=1)

    await one.open(5)
    await one.draw("Hello")

    assert await shown(driver, ann) == ["Hello"]


async def test_after_a_long_refusal_nothing_is_drawn_for_a_while(
    bot: Bot, driver: Driver, ann: int
) -> None:
    one = screen(bot, ann)
    await one.open(5)
    await driver.fault("editMessageText", "status", status=429, retry_after=400)

    for text in ("a", "ab", "abc"):
        await one.draw(text)
    await one.finish("abcd", DONE)

    # One from draw; the end is worth one try, and not so long a wait.
    assert len(await driver.calls("editMessageText")) == 2


@pytest.mark.parametrize("what", ["blocked", "deleted"])
async def test_who_cannot_see_it_is_not_shown_more(
    bot: Bot, driver: Driver, ann: int, what: str
) -> None:
    one = screen(bot, ann)
    await one.open(5)
    if what == "blocked":
        await driver.block(ann)
    else:
        await bot.delete_message(ann, one.message_id or 0)

    with pytest.raises(ScreenError):
        await one.draw("Hello")
    await one.finish("Hello", DONE)
    await one.beat()


async def test_in_a_group_the_question_is_named_and_the_pace_is_slower(
    bot: Bot, driver: Driver
) -> None:
    ann = await driver.person("Ann")
    group = await driver.group(ann)
    asked = await driver.write(ann, "/ask Why?", chat=group)
    question = Message(
        message_id=asked["message_id"], date=NOON, chat=Chat(id=group, type="supergroup")
    )
    one = ChatScreen(bot, question, word)

    await one.open(5)

    *_, message = await driver.messages(group)
    assert message["reply_to_message"]["message_id"] == asked["message_id"]
    assert one.pace == GROUP_PACE > PRIVATE_PACE

"""A real aiogram bot lives in the sandbox as it would live in Telegram."""

from __future__ import annotations

import asyncio

import pytest
from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from tests.driver import Driver

BUTTONS = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text="More", callback_data="more")]]
)


async def test_get_me_is_the_sandbox_bot(bot: Bot) -> None:
    me = await bot.get_me()

    assert (me.id, me.is_bot, me.username) == (424242, True, "telegauge_sandbox_bot")


async def test_what_a_person_writes_arrives_as_an_update(bot: Bot, ann: int) -> None:
    (update,) = await bot.get_updates()

    assert update.message is not None and update.message.from_user is not None
    assert (update.message.text, update.message.from_user.id) == ("/start", ann)


async def test_a_message_comes_back_with_its_entities(bot: Bot, ann: int) -> None:
    message = await bot.send_message(ann, "<b>7</b> people", reply_markup=BUTTONS)

    assert message.html_text == "<b>7</b> people"
    assert message.reply_markup is not None
    assert message.reply_markup.inline_keyboard[0][0].callback_data == "more"


async def test_an_edit_changes_what_the_person_sees(bot: Bot, driver: Driver, ann: int) -> None:
    message = await bot.send_message(ann, "working …")

    await message.edit_text("done")

    assert [one["text"] for one in await driver.messages(ann)] == ["/start", "done"]


async def test_a_fault_of_429_is_a_retry_after(bot: Bot, driver: Driver, ann: int) -> None:
    await driver.fault("sendMessage", "status", status=429, retry_after=7, times=1)

    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(ann, "hello")

    assert caught.value.retry_after == 7


@pytest.mark.parametrize("kind", ["drop", "lost"])
async def test_a_lost_connection_is_a_network_error(
    bot: Bot, driver: Driver, ann: int, kind: str
) -> None:
    await driver.fault("sendMessage", kind, times=1)

    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ann, "hello")


async def test_a_bad_gateway_is_a_server_error(bot: Bot, driver: Driver, ann: int) -> None:
    await driver.fault("*", "status", status=502)

    with pytest.raises(TelegramServerError):
        await bot.send_message(ann, "hello")


async def test_who_blocked_the_bot_cannot_be_written_to(
    bot: Bot, driver: Driver, ann: int
) -> None:
    await driver.block(ann)

    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(ann, "hello")


async def test_broken_html_is_a_bad_request(bot: Bot, ann: int) -> None:
    with pytest.raises(TelegramBadRequest, match="can't parse entities"):
        await bot.send_message(ann, "<b>7")


async def test_the_older_of_two_pollers_is_told_of_the_conflict(bot: Bot) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.05)

    await bot.get_updates()

    with pytest.raises(TelegramConflictError, match="only one bot instance"):
        await older


async def test_a_polling_dispatcher_answers_messages_and_buttons(bot: Bot, driver: Driver) -> None:
    person = await driver.person("Bob")
    polling = asyncio.create_task(dispatcher().start_polling(bot, handle_signals=False))

    message = await driver.say(person, "hello", "you said hello")
    answer = await driver.press(person, message, "More")

    assert answer == {"text": "more!", "show_alert": False, "url": None}
    polling.cancel()
    await asyncio.wait({polling})


def dispatcher() -> Dispatcher:
    dp = Dispatcher()

    @dp.message()
    async def echo(message: Message) -> None:
        await message.answer(f"you said {message.text}", reply_markup=BUTTONS)

    @dp.callback_query()
    async def more(query: CallbackQuery) -> None:
        await query.answer(f"{query.data}!")

    return dp

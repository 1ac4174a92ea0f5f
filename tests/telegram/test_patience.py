"""Tests: bot/telegram/patience.py."""

from __future__ import annotations

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery, GetMe, SendMessage

from bot.analytics.bus import Bus
from bot.analytics.events import ApiCalled, RateLimited
from bot.telegram.answers import Method
from bot.telegram.patience import Patience
from tests.driver import Driver, message_text
from tests.telegram.rig import Recorder, friend

SEND = SendMessage(chat_id=7, text="hello")


def flood(seconds: int, method: Method = SEND) -> TelegramRetryAfter:
    return TelegramRetryAfter(method=method, message="Too Many Requests", retry_after=seconds)


async def test_a_flooded_message_is_sent_again_after_the_wait(
    bot: Bot, driver: Driver, facts: Recorder
) -> None:
    ann = await friend(driver)
    await driver.fault("sendMessage", "status", status=429, retry_after=1, times=1)

    await bot.send_message(ann, "hello")

    assert [call.outcome for call in facts.of(ApiCalled)] == ["flood", "ok"]
    assert [fact.kind for fact in facts.of(RateLimited)] == ["telegram"]


async def test_other_chats_go_on_while_one_has_to_wait(bot: Bot, driver: Driver) -> None:
    ann, bob = await friend(driver, "Ann"), await friend(driver, "Bob")
    await driver.fault("sendMessage", "status", status=429, retry_after=1, times=1)
    slow = asyncio.create_task(bot.send_message(ann, "slow"))
    await driver.wait_for_call("sendMessage")

    await bot.send_message(bob, "quick")

    assert not slow.done()
    await slow
    assert [message_text(one) for one in await driver.messages(ann)] == ["/start", "slow"]


async def test_a_second_message_to_the_waiting_chat_does_not_ask_before_its_turn(
    bot: Bot, driver: Driver
) -> None:
    ann = await friend(driver)
    await driver.fault("sendMessage", "status", status=429, retry_after=1, times=1)
    first = asyncio.create_task(bot.send_message(ann, "first"))
    await driver.wait_for_call("sendMessage")

    await asyncio.gather(first, bot.send_message(ann, "second"))

    assert [call["status"] for call in await driver.calls("sendMessage")] == [429, 200, 200]


async def test_too_long_a_wait_fails_at_once(facts: Recorder) -> None:
    patience = Patience(Bus(facts), longest=60)

    with pytest.raises(TelegramRetryAfter):
        await patience.consider(flood(61), 1)

    assert facts.of(RateLimited)


async def test_a_call_is_not_made_for_ever() -> None:
    with pytest.raises(TelegramRetryAfter):
        await Patience(Bus()).consider(flood(1), 3)


async def test_an_answer_to_a_button_is_not_sent_late() -> None:
    answer = AnswerCallbackQuery(callback_query_id="1")

    with pytest.raises(TelegramRetryAfter):
        await Patience(Bus()).consider(flood(1, answer), 1)


async def test_a_queue_that_grows_too_long_refuses() -> None:
    patience = Patience(Bus(), longest=5)
    await patience.consider(flood(5), 1)
    waiting = asyncio.create_task(patience.turn(SEND))
    await asyncio.sleep(0)

    with pytest.raises(TelegramRetryAfter, match="too many"):
        await patience.turn(SEND)
    waiting.cancel()


async def test_the_list_of_waiting_chats_is_bounded() -> None:
    patience = Patience(Bus())

    for chat in range(3000):
        await patience.consider(flood(0, SendMessage(chat_id=chat + 1, text="x")), 1)

    assert len(patience) <= 1001


async def test_reading_is_repeated_after_a_lost_connection(bot: Bot, driver: Driver) -> None:
    await driver.fault("getMe", "drop", times=1)

    me = await bot.get_me()

    assert me.is_bot


async def test_a_message_is_not_repeated_after_a_lost_answer(bot: Bot, driver: Driver) -> None:
    ann = await friend(driver)
    await driver.fault("sendMessage", "lost", times=1)

    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ann, "once")

    assert len(await driver.messages(ann)) == 2


async def test_reading_is_not_repeated_for_ever() -> None:
    gone = TelegramNetworkError(method=GetMe(), message="gone")

    with pytest.raises(TelegramNetworkError):
        await Patience(Bus()).consider(gone, 2)

"""Tests: bot/telegram/session.py."""

from __future__ import annotations

import asyncio
import io
import traceback

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from bot.analytics.bus import Bus
from bot.analytics.events import ApiCalled
from bot.sandbox.server import Sandbox
from bot.telegram.connect import build_bot
from bot.telegram.session import FileError
from tests.driver import Driver
from tests.telegram.rig import TOKEN, Recorder, friend


class GetMeWrongly(TelegramMethod[list[int]]):
    """getMe, by somebody who expects something else."""

    __returning__ = list[int]
    __api_method__ = "getMe"


def outcomes(facts: Recorder) -> list[tuple[str, str]]:
    return [(call.method, call.outcome) for call in facts.of(ApiCalled)]


async def test_a_call_is_a_fact_with_its_time(bot: Bot, driver: Driver, facts: Recorder) -> None:
    ann = await friend(driver)

    sent = await bot.send_message(ann, "hello")

    (call,) = facts.of(ApiCalled)
    assert (call.method, call.outcome) == ("sendMessage", "ok")
    assert call.seconds > 0 and sent.text == "hello"


async def test_what_comes_back_can_be_answered(bot: Bot, driver: Driver) -> None:
    ann = await friend(driver)
    sent = await bot.send_message(ann, "hello")

    await sent.edit_text("<b>bold</b>")

    assert (await driver.messages(ann))[-1]["entities"][0]["type"] == "bold"


async def test_buttons_arrive(bot: Bot, driver: Driver) -> None:
    ann = await friend(driver)
    button = InlineKeyboardButton(text="Ä & Ö", callback_data="a=1&b=2")

    await bot.send_message(
        ann, "choose", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]])
    )

    keyboard = (await driver.messages(ann))[-1]["reply_markup"]["inline_keyboard"]
    assert keyboard == [[{"text": "Ä & Ö", "callback_data": "a=1&b=2"}]]


async def test_a_file_goes_there_and_back(bot: Bot, driver: Driver) -> None:
    ann = await friend(driver)
    sent = await bot.send_document(ann, BufferedInputFile(b"content", "note.txt"))
    assert sent.document

    content = await bot.download(sent.document)

    assert isinstance(content, io.BytesIO) and content.read() == b"content"


async def test_a_refusal_is_counted_under_its_class(bot: Bot, facts: Recorder) -> None:
    with pytest.raises(TelegramBadRequest):
        await bot.send_message(404, "nobody")

    assert outcomes(facts) == [("sendMessage", "bad_request")]


@pytest.mark.parametrize(
    ("kind", "outcome"), [("drop", "network"), ("garbage", "server"), ("status", "server")]
)
async def test_a_fault_is_counted_under_its_class(
    bot: Bot, driver: Driver, facts: Recorder, kind: str, outcome: str
) -> None:
    ann = await friend(driver)
    await driver.fault("sendMessage", kind, times=1)

    with pytest.raises(TelegramAPIError):
        await bot.send_message(ann, "hello")

    assert outcomes(facts) == [("sendMessage", outcome)]


async def test_a_call_that_hangs_ends_as_a_timeout(
    bot: Bot, driver: Driver, facts: Recorder
) -> None:
    ann = await friend(driver)
    await driver.fault("sendMessage", "hang", times=1)

    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ann, "hello", request_timeout=1)

    assert outcomes(facts) == [("sendMessage", "timeout")]


async def test_a_cancelled_call_is_no_outcome(bot: Bot, driver: Driver, facts: Recorder) -> None:
    await driver.fault("getMe", "hang")
    call = asyncio.create_task(bot.get_me())
    await asyncio.sleep(0.05)

    call.cancel()
    await asyncio.wait({call})

    assert call.cancelled() and outcomes(facts) == []


async def test_a_result_of_another_form_is_an_error_without_the_result(
    bot: Bot, facts: Recorder
) -> None:
    with pytest.raises(ClientDecodeError) as caught:
        await bot(GetMeWrongly())

    assert "Telegauge" not in "".join(traceback.format_exception(caught.value))
    assert outcomes(facts) == [("getMe", "server")]


@pytest.mark.parametrize("address", ["http://[broken", "http://127.0.0.1:9", "nothing"])
async def test_no_error_of_the_network_carries_the_token(address: str) -> None:
    bot = build_bot(TOKEN, address, Bus())

    with pytest.raises(TelegramNetworkError) as caught:
        await bot.send_message(7, "hello")
    await bot.session.close()

    assert TOKEN not in "".join(traceback.format_exception(caught.value))


async def test_no_error_of_a_download_carries_the_token(bot: Bot) -> None:
    with pytest.raises(FileError) as caught:
        await bot.download_file("documents/missing.txt")

    told = "".join(traceback.format_exception(caught.value))
    assert "404" in told and TOKEN not in told


async def test_closing_twice_is_harmless(sandbox: Sandbox) -> None:
    bot = build_bot(sandbox.token, sandbox.url, Bus())
    await bot.get_me()

    await bot.session.close()
    await bot.session.close()

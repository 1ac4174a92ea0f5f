"""What the admins' chat is sent, and what Telegram's refusals mean."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.types import Chat, Message

from bot.alerts.telegram import UNKNOWN, AdminChat
from bot.errors import NotifyError
from bot.sandbox.server import Sandbox
from tests.alerts.scene import NOON
from tests.driver import Driver

CALL = SendMessage(chat_id=-100, text="hello")


class Session(BaseSession):
    """A Telegram that knows two calls and can be told to refuse the next ones."""

    def __init__(self, *refusals: AiogramError) -> None:
        super().__init__()
        self.refusals = list(refusals)
        self.calls: list[TelegramMethod[Any]] = []

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109  aiogram says so
        self.calls.append(method)
        if self.refusals:
            raise self.refusals.pop(0)
        return Message(message_id=7, date=NOON, chat=Chat(id=-100, type="group"))

    async def close(self) -> None: ...

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        yield b""


def chat(session: Session) -> AdminChat:
    return AdminChat(Bot("42:TEST", session=session), chat_id=-100)


async def test_a_notice_is_sent_as_html_and_its_number_comes_back() -> None:
    session = Session()

    number = await chat(session).send("<b>hello</b>")

    assert number == 7
    assert isinstance(call := session.calls[0], SendMessage) and call.parse_mode == "HTML"


async def test_a_message_is_edited_in_place() -> None:
    session = Session()

    await chat(session).edit(7, "over")

    call = session.calls[0]
    assert isinstance(call, EditMessageText) and (call.message_id, call.text) == (7, "over")


@pytest.mark.parametrize(
    ("refusal", "permanent"),
    [
        (TelegramForbiddenError(CALL, "bot was kicked from the group chat"), True),
        (TelegramBadRequest(CALL, "Bad Request: chat not found"), True),
        (TelegramNetworkError(CALL, "timed out"), False),
        (TelegramServerError(CALL, "Bad Gateway"), False),
    ],
)
async def test_only_a_refusal_is_permanent(refusal: TelegramAPIError, permanent: bool) -> None:  # noqa: FBT001  a table's column
    with pytest.raises(NotifyError) as caught:
        await chat(Session(refusal)).send("hello")

    assert caught.value.permanent is permanent


async def test_telegrams_wish_to_wait_is_passed_on() -> None:
    refusal = TelegramRetryAfter(CALL, "Too Many Requests", retry_after=17)

    with pytest.raises(NotifyError) as caught:
        await chat(Session(refusal)).send("hello")

    assert caught.value.retry_after == 17 and not caught.value.permanent


async def test_an_edit_that_changes_nothing_is_well() -> None:
    refusal = TelegramBadRequest(CALL, "Bad Request: message is not modified: same content")

    await chat(Session(refusal)).edit(7, "over")


async def test_a_group_that_became_a_supergroup_is_followed() -> None:
    session = Session(TelegramMigrateToChat(CALL, "migrated", migrate_to_chat_id=-100200))

    await chat(session).send("hello")

    assert [call.chat_id for call in session.calls if isinstance(call, SendMessage)] == [
        -100,
        -100200,
    ]


def unreadable() -> ClientDecodeError:
    return ClientDecodeError("the result has an unknown form", ValueError("date"), "withheld")


async def test_a_notice_whose_answer_nobody_can_read_is_sent() -> None:
    session = Session(unreadable())

    assert await chat(session).send("hello") == UNKNOWN
    assert len(session.calls) == 1


async def test_an_edit_whose_answer_nobody_can_read_is_well() -> None:
    await chat(Session(unreadable())).edit(7, "over")


async def test_over_http_a_notice_is_sent_and_edited(sandbox: Sandbox, driver: Driver) -> None:
    ann = await driver.person("Ann")
    await driver.write(ann, "/start")
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url))
    async with Bot(sandbox.token, session) as bot:
        admins = AdminChat(bot, ann)
        number = await admins.send("🔴 <b>CRITICAL</b> &lt;1 %")
        await admins.edit(number, "🟢 <b>over</b>")
        await admins.edit(number, "🟢 <b>over</b>")  # as after a crash: not modified, and well

    assert [message["text"] for message in await driver.messages(ann)] == ["/start", "🟢 over"]

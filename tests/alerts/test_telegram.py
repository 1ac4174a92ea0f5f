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
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.types import Chat, InlineKeyboardMarkup, Message

from bot.alerts.moves import Moves
from bot.alerts.notifier import Button
from bot.alerts.telegram import CALL_SECONDS, UNKNOWN, AdminChat
from bot.database.engine import Database
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
        self.timeouts: list[int | None] = []

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109  aiogram says so
        self.calls.append(method)
        self.timeouts.append(timeout)
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
        (TelegramBadRequest(CALL, "Bad Request: BUTTON_DATA_INVALID"), True),
        (TelegramBadRequest(CALL, "Bad Request: message thread not found"), True),
        (TelegramNetworkError(CALL, "timed out"), False),
        (TelegramServerError(CALL, "Bad Gateway"), False),
    ],
)
async def test_only_a_notice_that_is_wrong_is_permanent(
    refusal: TelegramAPIError,
    permanent: bool,  # noqa: FBT001  a table's column
) -> None:
    with pytest.raises(NotifyError) as caught:
        await chat(Session(refusal)).send("hello")

    assert (caught.value.permanent, caught.value.refused) == (permanent, False)


@pytest.mark.parametrize(
    ("refusal", "remedy"),
    [
        (TelegramForbiddenError(CALL, "Forbidden: bot was blocked by the user"), "press Start"),
        (TelegramForbiddenError(CALL, "Forbidden: bot was kicked from the group chat"), "back"),
        (TelegramForbiddenError(CALL, "Forbidden: something new"), "may write there"),
        (TelegramBadRequest(CALL, "Bad Request: chat not found"), "ALERT_CHAT_ID"),
        (TelegramBadRequest(CALL, "Bad Request: not enough rights to send text"), "let the bot"),
        (TelegramUnauthorizedError(CALL, "Unauthorized"), "BOT_TOKEN"),
        (TelegramNotFound(CALL, "Not Found"), "TELEGRAM_API_URL"),
    ],
)
async def test_a_chat_that_takes_nothing_says_what_to_do(
    refusal: TelegramAPIError, remedy: str
) -> None:
    with pytest.raises(NotifyError, match=remedy) as caught:
        await chat(Session(refusal)).send("hello")

    assert caught.value.refused and not caught.value.permanent


async def test_an_edit_of_a_message_that_is_gone_is_given_up() -> None:
    refusal = TelegramBadRequest(CALL, "Bad Request: message to edit not found")

    with pytest.raises(NotifyError) as caught:
        await chat(Session(refusal)).edit(7, "over")

    assert caught.value.permanent


async def test_a_notice_that_is_no_html_to_telegram_arrives_all_the_same() -> None:
    session = Session(TelegramBadRequest(CALL, "Bad Request: can't parse entities: oh"))

    await chat(session).send("<b>1 &lt; 2</b>")

    last = session.calls[-1]
    assert isinstance(last, SendMessage) and (last.text, last.parse_mode) == ("1 < 2", None)


async def test_a_hanging_telegram_is_given_fifteen_seconds() -> None:
    session = Session()

    await chat(session).send("hello")
    await chat(session).edit(7, "over")

    assert session.timeouts == [CALL_SECONDS, CALL_SECONDS]


async def test_a_message_has_its_buttons_and_loses_them() -> None:
    session = Session()

    await chat(session).send("hello", [[Button("Acknowledge", "alert:ack:7")]])
    await chat(session).edit(7, "over")

    sent, edited = session.calls
    assert isinstance(sent, SendMessage) and isinstance(sent.reply_markup, InlineKeyboardMarkup)
    assert sent.reply_markup.inline_keyboard[0][0].callback_data == "alert:ack:7"
    assert isinstance(edited, EditMessageText) and edited.reply_markup is None


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


MOVED = TelegramMigrateToChat(CALL, "migrated", migrate_to_chat_id=-100200)


def numbers(session: Session) -> list[object]:
    """The chats that were written to."""
    return [getattr(call, "chat_id", None) for call in session.calls]


async def test_a_move_is_remembered_over_a_restart(database: Database) -> None:
    moves, later = (Moves(database, "chat", -100) for _ in range(2))
    await AdminChat(Bot("42:TEST", session=Session(MOVED)), -100, moves).send("hello")
    session = Session()

    await AdminChat(Bot("42:TEST", session=session), -100, later).send("again")

    assert numbers(session) == [-100200]
    assert later.advice == "the chat -100 has become -100200: set ALERT_CHAT_ID=-100200"


async def test_a_chat_that_stayed_needs_no_advice(sqlite: Database) -> None:
    moves = Moves(sqlite, "chat", -100)

    await AdminChat(Bot("42:TEST", session=Session()), -100, moves).send("hello")

    assert moves.advice == ""


async def test_an_edit_that_meets_a_move_follows_it_and_leaves_the_message(
    sqlite: Database,
) -> None:
    moves, session = Moves(sqlite, "chat", -100), Session(MOVED)
    admins = AdminChat(Bot("42:TEST", session=session), -100, moves)

    with pytest.raises(NotifyError) as caught:
        await admins.edit(7, "over")
    await admins.send("hello")

    assert caught.value.permanent and numbers(session) == [-100, -100200]


async def test_a_database_that_is_away_does_not_silence_a_chat_that_moved(
    database: Database,
) -> None:
    session = Session(MOVED)
    admins = AdminChat(Bot("42:TEST", session=session), -100, Moves(database, "chat", -100))
    async with database.write("tests.drop") as connection:
        await connection.exec_driver_sql("DROP TABLE marks")

    await admins.send("hello")
    await admins.send("again")

    assert numbers(session) == [-100, -100200, -100200]


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

"""Stand-ins that behave.  Real classes, so they break when an interface does."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import ClientDecodeError, TelegramBadRequest
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageText,
    GetMe,
    SendDocument,
    SendMessage,
    TelegramMethod,
)
from aiogram.types import Chat, InlineKeyboardMarkup, Message, User

from bot.alerts.notifier import Buttons
from bot.analytics.events import Event
from bot.errors import NotifyError
from tests.updates import NOON


class Recorder(list[Event]):
    """A sink that keeps what it is given."""

    def __call__(self, event: Event) -> None:
        self.append(event)


class AdminChat:
    """A notifier with a chat to look into.

    sent: every text as it was sent; shown: the messages as they look now, by number
    buttons: what can be pressed below them now, by number
    problem: raised instead of delivering, until it is None again
    """

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.shown: dict[int, str] = {}
        self.buttons: dict[int, Buttons] = {}
        self.problem: NotifyError | None = None
        self.edit_problem: NotifyError | None = None

    async def send(self, text: str, buttons: Buttons = ()) -> int:
        if self.problem:
            raise self.problem
        self.sent.append(text)
        self.shown[len(self.sent)] = text
        self.buttons[len(self.sent)] = buttons
        return len(self.sent)

    async def edit(self, message_id: int, text: str, buttons: Buttons = ()) -> None:
        if problem := self.problem or self.edit_problem:
            raise problem
        if message_id not in self.shown:
            raise NotifyError("message to edit not found", permanent=True)
        self.shown[message_id] = text
        self.buttons[message_id] = buttons


class Outbox(BaseSession):
    """A Telegram session that keeps every request and answers with nothing.

    problems: the description with which Telegram refuses a method, by the method's class
    unreadable: methods that Telegram answers in a form that nobody knows
    """

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[TelegramMethod[Any]] = []
        self.problems: dict[type[TelegramMethod[Any]], str] = {}
        self.unreadable: set[type[TelegramMethod[Any]]] = set()

    @property
    def texts(self) -> list[str]:
        """What was written or changed, in order."""
        return [
            one.text or "" for one in self.sent if isinstance(one, (SendMessage, EditMessageText))
        ]

    @property
    def hints(self) -> list[str | None]:
        """What was said on top of the chat, in order."""
        return [one.text for one in self.sent if isinstance(one, AnswerCallbackQuery)]

    @property
    def documents(self) -> list[SendDocument]:
        """The files that were sent."""
        return [one for one in self.sent if isinstance(one, SendDocument)]

    @property
    def buttons(self) -> dict[str, str | None]:
        """The buttons of the last message that has some: label and data."""
        for one in reversed(self.sent):
            markup = getattr(one, "reply_markup", None)
            if isinstance(markup, InlineKeyboardMarkup):
                return {b.text: b.callback_data for row in markup.inline_keyboard for b in row}
        return {}

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109  aiogram's signature
        if isinstance(method, GetMe):
            return User(id=bot.id, is_bot=True, first_name="Bot", username="test_bot")
        if problem := self.problems.get(type(method)):
            raise TelegramBadRequest(method=method, message=problem)
        self.sent.append(method)
        if type(method) in self.unreadable:
            raise ClientDecodeError("unknown form", ValueError("result"), "withheld")
        return None

    async def close(self) -> None:
        """Nothing is open."""

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        """Every file is empty."""
        yield b""


class Post(Outbox):
    """A Telegram session in which everything goes well, and every message gets a number."""

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109  aiogram's signature
        if isinstance(method, GetMe) or type(method) in self.problems:
            return await super().make_request(bot, method, timeout)
        self.sent.append(method)
        if method.__returning__ is bool:
            return True
        if method.__returning__ is str:
            return "https://t.me/$invoice"
        chat = Chat(id=getattr(method, "chat_id", None) or 1, type="private")
        return Message(message_id=len(self.sent), date=NOON, chat=chat).as_(bot)

"""An answer as people see it: a message that grows, a button to stop it, a word on its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.enums import ChatAction, ChatType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.filters.callback_data import CallbackData
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from aiogram.utils.i18n import I18n
from aiogram.utils.i18n import gettext as _

from bot.assistant.assistant import Assistant
from bot.assistant.book import Left
from bot.assistant.pages import pages
from bot.assistant.screen import Outcome, ScreenError
from bot.errors import BotError

# About one message a second into a chat, and twenty a minute into a group.
PRIVATE_PACE = 1.0
GROUP_PACE = 3.0
COMING = "…"
SAME = "message is not modified"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# The end of an answer is worth so many tries, that far apart.
WAITS = (1.0, 2.0, 5.0, 15.0, 60.0)
LONGEST_WAIT = 300.0

log = structlog.get_logger(__name__)


class StopButton(CallbackData, prefix="assistant"):
    """Ends the answer with this number; whoever presses it must have asked."""

    completion: int


# How an answer ended, and whether it has any text.
LastWord = Callable[[Outcome, bool], str]


@dataclass(slots=True)
class Shown:
    """A message in the chat, as it looks now."""

    message_id: int
    text: str
    has_button: bool


class PassingError(BotError):
    """Telegram did not take it this time.

    wait: seconds it asked for
    """

    def __init__(self, reason: str, wait: float = 0) -> None:
        super().__init__(reason)
        self.wait = wait


class ChatScreen:
    """One answer, below the question that it answers.  A Screen.

    A part that Telegram may or may not have taken is sent again: to read a line twice is better
    than an answer without its end.

    last_word: what to say below an answer that ended like this, and above nothing else
    waits: seconds between the tries to show the end
    """

    def __init__(
        self,
        bot: Bot,
        question: Message,
        last_word: LastWord,
        waits: tuple[float, ...] = WAITS,
    ) -> None:
        is_private = question.chat.type == ChatType.PRIVATE
        self.pace = PRIVATE_PACE if is_private else GROUP_PACE
        self._bot = bot
        self._chat_id = question.chat.id
        self._thread_id = question.message_thread_id if question.is_topic_message else None
        # In a group, people must see whose question is answered.
        self._reply_to = None if is_private else question.message_id
        self._last_word = last_word
        self._waits = waits
        self._shown: list[Shown] = []
        self._button: InlineKeyboardMarkup | None = None
        self._quiet_until = 0.0

    @property
    def message_id(self) -> int | None:
        """Where the answer grows now; None while there is nothing."""
        return self._shown[-1].message_id if self._shown else None

    async def open(self, completion_id: int) -> None:
        """As any Screen.  When Telegram is away, the first draw tries again."""
        data = StopButton(completion=completion_id).pack()
        stop = InlineKeyboardButton(text="⏹ " + _("Stop"), callback_data=data)
        self._button = InlineKeyboardMarkup(inline_keyboard=[[stop]])
        await self.draw(COMING)

    async def draw(self, text: str) -> None:
        """As any Screen.  What Telegram does not take now is part of the next draw."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._quiet_until:
            return
        try:
            await self._show(text, self._button)
        except PassingError as exc:
            log.info("an answer could not be shown yet", error=str(exc))
            self._quiet_until = loop.time() + exc.wait

    async def beat(self) -> None:
        """As any Screen."""
        try:
            await self._bot.send_chat_action(
                self._chat_id, ChatAction.TYPING, message_thread_id=self._thread_id
            )
        except (TelegramAPIError, ClientDecodeError) as exc:
            log.debug("typing was not shown", error=str(exc))

    async def finish(self, text: str, outcome: Outcome) -> None:
        """As any Screen."""
        word = self._last_word(outcome, bool(text.strip()))
        whole = "\n\n".join(part for part in (text.rstrip(), word) if part)
        for wait in (*self._waits, None):
            try:
                await self._show(whole, None)
            except ScreenError as exc:
                log.info("nobody can see the end of an answer", error=str(exc))
            except PassingError as exc:
                if wait is not None and exc.wait <= LONGEST_WAIT:
                    await asyncio.sleep(max(wait, exc.wait))
                    continue
                log.warning("the end of an answer could not be shown", error=str(exc))
            return

    async def _show(self, text: str, button: InlineKeyboardMarkup | None) -> None:
        """Bring the chat to show *text*, the button below its last part only."""
        parts = [part.strip() or COMING for part in pages(text)]
        for number, part in enumerate(parts):
            is_last = number == len(parts) - 1
            markup = button if is_last else None
            if number >= len(self._shown):
                await self._send(part, markup)
            elif (self._shown[number].text, self._shown[number].has_button) != (
                part,
                bool(markup),
            ):
                await self._edit(self._shown[number], part, markup)

    async def _send(self, text: str, markup: InlineKeyboardMarkup | None) -> None:
        reply = None
        if self._reply_to and not self._shown:
            reply = ReplyParameters(message_id=self._reply_to, allow_sending_without_reply=True)
        async with _sorted():
            try:
                message = await self._bot.send_message(
                    self._chat_id,
                    text,
                    message_thread_id=self._thread_id,
                    parse_mode=None,
                    link_preview_options=NO_PREVIEW,
                    reply_parameters=reply,
                    reply_markup=markup,
                )
            except ClientDecodeError as exc:
                # It is there, but nobody can change it, and once more would be too often.
                raise ScreenError("a message without a number") from exc
        self._shown.append(Shown(message.message_id, text, bool(markup)))

    async def _edit(self, shown: Shown, text: str, markup: InlineKeyboardMarkup | None) -> None:
        async with _sorted():
            await edit(self._bot, self._chat_id, shown.message_id, text, markup)
        shown.text, shown.has_button = text, bool(markup)


async def edit(
    bot: Bot,
    chat_id: int,
    message_id: int,
    text: str,
    markup: InlineKeyboardMarkup | None = None,
) -> None:
    """Put plain *text* into a message; nothing happens when it is there already."""
    try:
        await bot.edit_message_text(
            text,
            chat_id=chat_id,
            message_id=message_id,
            parse_mode=None,
            link_preview_options=NO_PREVIEW,
            reply_markup=markup,
        )
    except TelegramBadRequest as exc:
        if SAME not in exc.message:
            raise
    except ClientDecodeError as exc:
        log.warning("an edit's answer has an unknown form", error=str(exc))  # but it was taken


async def mend(bot: Bot, i18n: I18n, assistant: Assistant, last_word: LastWord) -> None:
    """End what a dead process left running, and say so in the chats; what fails waits for later.

    An edit says it, because an edit that is made twice is read once.
    """
    await assistant.close_interrupted()
    for left in await assistant.left():
        try:
            with i18n.context(), i18n.use_locale(left.language):
                async with _sorted():
                    await _mend(bot, left, last_word)
        except PassingError as exc:
            log.info("an interrupted answer is mended later", error=str(exc))
            continue
        except ScreenError as exc:
            log.info("an interrupted answer cannot be mended", error=str(exc))
        await assistant.told(left.completion_id)


async def _mend(bot: Bot, left: Left, last_word: LastWord) -> None:
    if left.is_cut:
        text = last_word(Outcome(state="interrupted"), False)  # noqa: FBT003  its text is unknown
        await edit(bot, left.chat_id, left.message_id, text)
        return
    try:
        await bot.edit_message_reply_markup(chat_id=left.chat_id, message_id=left.message_id)
    except TelegramBadRequest as exc:
        if SAME not in exc.message:
            raise


@asynccontextmanager
async def _sorted() -> AsyncIterator[None]:
    """Tell what passes by itself from what is in vain."""
    try:
        yield
    except TelegramRetryAfter as exc:
        raise PassingError(exc.message, exc.retry_after) from exc
    except (TelegramServerError, TelegramNetworkError) as exc:
        raise PassingError(exc.message) from exc
    except (TelegramAPIError, ClientDecodeError) as exc:
        raise ScreenError(str(exc)) from exc

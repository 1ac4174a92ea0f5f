"""Telegram as the place where quizzes are played."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from aiogram import Bot
from aiogram.enums import ChatMemberStatus, ParseMode, PollType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, InputPollOption
from aiogram.utils.i18n import I18n

from bot.analytics.render.words import Words
from bot.quiz.run import Asked
from bot.quiz.stage import Buttons, Poll, StageError

# The same request would get the same refusal for ever.  A group that became a supergroup is
# another chat: whoever plays there begins anew.
REFUSALS = (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
MANAGERS = frozenset({ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR})
SAME = "message is not modified"

log = structlog.get_logger(__name__)


class TelegramStage:
    """A Stage."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def ask(self, chat_id: int, asked: Asked, seconds: int) -> Poll:
        """Send a quiz poll; not anonymous, or nobody would know who answered.

        Its texts are plain: a bank may ask about <b> and &.  Nobody can forward it, because who
        votes elsewhere does not play here.
        """
        with _explained():
            message = await self._bot.send_poll(
                chat_id,
                asked.text,
                [InputPollOption(text=option, text_parse_mode=None) for option in asked.options],
                question_parse_mode=None,
                is_anonymous=False,
                type=PollType.QUIZ,
                correct_option_ids=[asked.right],
                explanation=asked.explanation,
                explanation_parse_mode=None,
                open_period=seconds,
                protect_content=True,
            )
        if message.poll is None:
            raise StageError("sent a poll and got none back")
        return Poll(message.poll.id, message.message_id)

    async def say(self, chat_id: int, text: str, buttons: Buttons = ()) -> None:
        """Send a message."""
        with _explained():
            await self._bot.send_message(
                chat_id, text, parse_mode=ParseMode.HTML, reply_markup=_markup(buttons)
            )

    async def edit(self, chat_id: int, message_id: int, text: str, buttons: Buttons = ()) -> None:
        """Put *text* into a message; well if it is there already."""
        with _explained():
            await self._bot.edit_message_text(
                text,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=_markup(buttons),
            )

    async def close(self, chat_id: int, message_id: int) -> None:
        """Let nobody vote any more, as far as that is possible."""
        try:
            await self._bot.stop_poll(chat_id, message_id)
        except (TelegramAPIError, ClientDecodeError) as exc:
            log.debug("poll not closed", error=str(exc))

    async def name(self, chat_id: int, telegram_id: int) -> str | None:
        """What a member of the chat is called; None when it cannot be found out."""
        try:
            member = await self._bot.get_chat_member(chat_id, telegram_id)
        except (TelegramAPIError, ClientDecodeError) as exc:
            log.debug("name not found", error=str(exc))
            return None
        return str(member.user.first_name)

    async def is_admin(self, chat_id: int, telegram_id: int) -> bool:
        """Whether somebody manages the chat; no, when it cannot be found out."""
        try:
            member = await self._bot.get_chat_member(chat_id, telegram_id)
        except (TelegramAPIError, ClientDecodeError) as exc:
            log.debug("rights not found", error=str(exc))
            return False
        return member.status in MANAGERS


class Phrases:
    """The words of each language, for what is said later than the command was."""

    def __init__(self, i18n: I18n) -> None:
        self._default = i18n.default_locale
        self._words = {
            locale: Words(locale=locale, translations=texts)
            for locale, texts in i18n.locales.items()
        }

    def __call__(self, language: str) -> Words:
        """The words of *language*; English ones when its catalogue is gone."""
        return self._words.get(language) or self._words[self._default]


def _markup(buttons: Buttons) -> InlineKeyboardMarkup | None:
    rows = [
        [InlineKeyboardButton(text=label, callback_data=data) for label, data in row]
        for row in buttons
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


@contextmanager
def _explained() -> Iterator[None]:
    """Turn aiogram's errors into StageError."""
    try:
        yield
    except REFUSALS as exc:
        if SAME not in exc.message:
            raise StageError(exc.message, is_final=True) from exc
    except TelegramAPIError as exc:
        raise StageError(exc.message) from exc
    except ClientDecodeError as exc:
        # Telegram said "ok" and then something we cannot read: it is done.
        raise StageError(str(exc)) from exc

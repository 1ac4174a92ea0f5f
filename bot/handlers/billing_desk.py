"""The desk between people with a question about a payment and the admins who answer it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import structlog
from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
)
from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.fit import bold, quoted
from bot.billing.ledger import Entry
from bot.billing.telegram import Tongues
from bot.config import Settings
from bot.handlers.answers import NO_PREVIEW, button
from bot.handlers.billing_text import charge
from bot.plans import Plans

QUESTION_LENGTH = 1000
# With our own words around it an answer must fit into 4,096 characters.
ANSWER_LENGTH = 3500
# The same would be refused again: nobody has opened the chat, or somebody closed it.
REFUSALS = (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound)

log = structlog.get_logger(__name__)


class SupportButton(CallbackData, prefix="paysupport"):
    """Whose question it is: only admins have such a button, in a message of ours."""

    person: int


class Fate(StrEnum):
    """What became of words that were handed on."""

    ARRIVED = "arrived"
    REFUSED = "refused"
    LATER = "later"


class Desk:
    """Hands questions to ALERT_CHAT_ID, or else to every admin, and answers to the person."""

    def __init__(self, bot: Bot, tongues: Tongues, plans: Plans, settings: Settings) -> None:
        self._bot = bot
        self._tongues = tongues
        self._plans = plans
        alert_chat, admins = settings.alert_chat_id, settings.admin_ids
        self._chats: Sequence[int] = [alert_chat] if alert_chat else admins

    async def ask(self, user_id: int, question: str, paid: Sequence[Entry]) -> Fate:
        """Whether a question has reached at least one chat of admins, each in their language."""
        fates = [await self._hand(chat, user_id, question, paid) for chat in self._chats]
        if Fate.ARRIVED in fates:
            return Fate.ARRIVED
        if Fate.LATER in fates:
            return Fate.LATER
        log.error("question about a payment: no admin has sent /start, and no ALERT_CHAT_ID works")
        return Fate.REFUSED

    async def answer(self, user_id: int, answer: str) -> Fate:
        """Whether the person has the answer, in their language; *answer* is plain text."""
        async with self._tongues.of(user_id):
            heading = bold(_("Answer about your payment:"))
            hint = _("To write back, send /paysupport with your text.")
        text = f"{heading}\n{quoted(answer, ANSWER_LENGTH)}\n\n{hint}"
        return await self._send(user_id, text)

    async def _hand(
        self, chat_id: int, user_id: int, question: str, paid: Sequence[Entry]
    ) -> Fate:
        async with self._tongues.of(chat_id):
            lines = [
                _("Question about a payment, by {person}:").format(person=_person(user_id)),
                quoted(question, QUESTION_LENGTH),
                *(self._line(one) for one in paid),
                "",
                _("Reply to this message, and I hand your answer on."),
            ]
            label = _("Answer")
        answering = button(label, SupportButton(person=user_id).pack())
        markup = InlineKeyboardMarkup(inline_keyboard=[[answering]])
        return await self._send(chat_id, "\n".join(lines), markup)

    def _line(self, one: Entry) -> str:
        known = self._plans.get(one.plan)
        name = quoted(known.title if known else _("other"))
        return f"{charge(one.charge_id)} · {one.stars} ⭐ · {name}"

    async def _send(
        self, chat_id: int, text: str, markup: InlineKeyboardMarkup | None = None
    ) -> Fate:
        try:
            await self._bot.send_message(
                chat_id,
                text,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=markup,
            )
        except ClientDecodeError:
            return Fate.ARRIVED  # taken, though in unknown words
        except TelegramMigrateToChat as exc:  # the group became a supergroup
            return await self._send(exc.migrate_to_chat_id, text, markup)
        except TelegramAPIError as exc:
            log.warning("words about a payment not handed on", error=str(exc))
            return Fate.REFUSED if isinstance(exc, REFUSALS) else Fate.LATER
        return Fate.ARRIVED


def _person(user_id: int) -> str:
    """The number to look for, and a link that opens the chat with them where Telegram knows it."""
    profile = _("profile")
    return f'<code>{user_id}</code> (<a href="tg://user?id={user_id}">{profile}</a>)'

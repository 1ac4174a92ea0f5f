"""An admin's reply to a question about a payment, carried to the person who asked."""

from __future__ import annotations

from aiogram import Bot, F, Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.fit import units
from bot.analytics.render.words import Words
from bot.handlers.access import IsAdmin
from bot.handlers.answers import acknowledge, say
from bot.handlers.billing_desk import ANSWER_LENGTH, Desk, Fate, SupportButton


class ToQuestion(Filter):
    """A reply to one of our questions; hands on whose it was as `asker`."""

    async def __call__(self, message: Message, bot: Bot) -> bool | dict[str, int]:
        """Whether *message* answers a message of ours that has the button."""
        asked = message.reply_to_message
        # Anybody can show buttons by a bot of their own; ours say only what we wrote.
        if asked is None or asked.from_user is None or asked.from_user.id != bot.id:
            return False
        asker = _asker(asked.reply_markup)
        return {"asker": asker} if asker is not None else False


async def support_answer(message: Message, asker: int, desk: Desk, words: Words) -> None:
    """Hand an admin's text on, and say whether it arrived."""
    if not message.text:
        await say(message, _("I can only hand on text. Please write your answer."))
    elif units(message.text) > ANSWER_LENGTH:
        text = _("This is too long, so I have not handed it on: at most {count} characters.")
        await say(message, text.format(count=words.number(ANSWER_LENGTH)))
    else:
        await say(message, _told(await desk.answer(asker, message.text)))


async def support_stranger(message: Message) -> None:
    """Somebody else replied in the admins' chat."""
    await say(message, _only_admins())


async def support_button(callback: CallbackQuery) -> None:
    """Say how to answer."""
    text = _("Reply to this message with your answer, and I hand it on.")
    await acknowledge(callback, text)


async def support_button_stranger(callback: CallbackQuery) -> None:
    """Somebody else pressed in the admins' chat."""
    await acknowledge(callback, _only_admins())


def _only_admins() -> str:
    return _("Only an admin of this bot can answer, and not anonymously. Nothing was handed on.")


def _told(fate: Fate) -> str:
    match fate:
        case Fate.ARRIVED:
            return _("Your answer has arrived.")
        case Fate.REFUSED:
            return _("Your answer did not arrive: the person has blocked me or is gone.")
        case Fate.LATER:
            return _("Telegram did not take your answer. Please reply again in a few minutes.")


def _asker(markup: InlineKeyboardMarkup | None) -> int | None:
    for row in markup.inline_keyboard if markup else []:
        for one in row:
            try:
                return SupportButton.unpack(one.callback_data or "").person
            except (TypeError, ValueError):
                continue  # another button
    return None


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="billing_answer")
    is_command = F.text.startswith("/")
    router.message.register(support_answer, ~is_command, ToQuestion(), IsAdmin())
    router.message.register(support_stranger, ~is_command, ToQuestion())
    router.callback_query.register(support_button, SupportButton.filter(), IsAdmin())
    router.callback_query.register(support_button_stranger, SupportButton.filter())
    return router

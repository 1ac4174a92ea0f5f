"""/paysupport: help with a payment, which Telegram requires of whoever sells."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from aiogram import Bot, Router
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.filters import Command, CommandObject
from aiogram.types import Message
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.fit import quoted
from bot.analytics.render.words import Words
from bot.billing.ledger import Entry
from bot.billing.shop import Shop
from bot.config import Settings
from bot.handlers.access import InPrivate
from bot.handlers.answers import say
from bot.handlers.billing_text import charge, day
from bot.plans import Plans

SHOWN = 5
QUESTION_LENGTH = 1000

log = structlog.get_logger(__name__)


async def paysupport(  # noqa: PLR0913, PLR0917  aiogram hands in what is asked for by name
    message: Message,
    command: CommandObject,
    shop: Shop,
    settings: Settings,
    words: Words,
    bot: Bot,
) -> None:
    """Answer /paysupport; with a text, hand it to the admins."""
    if not await InPrivate()(message) or message.from_user is None:
        await say(message, _("Write /paysupport to me in our private chat."))
        return
    paid = await shop.ledger.last(message.from_user.id, SHOWN)
    question = (command.args or "").strip()
    if question:
        answer = await _forwarded(message.from_user.id, question, paid, shop, settings, bot)
        await say(message, answer)
    else:
        await say(message, _terms(paid, shop.plans, settings, words))


def _terms(paid: Sequence[Entry], plans: Plans, settings: Settings, words: Words) -> str:
    parts = [
        _(
            "Plans are paid in Telegram Stars for 30 days; a monthly one is renewed until you "
            "stop it in /plan. If something is wrong with a payment, write what happened after "
            "the command: /paysupport I have paid twice."
        )
    ]
    if settings.support_contact:
        text = _("You can also turn to {contact}.")
        parts.append(text.format(contact=quoted(settings.support_contact)))
    if paid:
        lines = [_line(one, plans, words) for one in paid]
        parts.append("\n".join([_("Your last payments:"), *lines]))
    return "\n\n".join(parts)


def _line(one: Entry, plans: Plans, words: Words) -> str:
    known = plans.get(one.plan)
    name = known.title if known else _("other")
    text = "{day}: {stars} ⭐, {plan}"
    if one.is_refunded:
        text = _("{day}: {stars} ⭐, {plan}, given back")
    told = text.format(day=day(one.paid_at, words), stars=one.stars, plan=quoted(name))
    return f"{told}\n{charge(one.charge_id)}"


async def _forwarded(  # noqa: PLR0913, PLR0917  what the question is made of
    user_id: int, question: str, paid: Sequence[Entry], shop: Shop, settings: Settings, bot: Bot
) -> str:
    """Hand the question on; what the person is told."""
    if not shop.allowance.take(user_id):
        return _("You have written three times today. The admins have it; please wait for them.")
    chats = [settings.alert_chat_id] if settings.alert_chat_id else settings.admin_ids
    lines = [
        _("Question about a payment, by {person}:").format(person=f"<code>{user_id}</code>"),
        quoted(question, QUESTION_LENGTH),
        *(f"{charge(one.charge_id)} · {one.stars} ⭐ · {one.plan}" for one in paid),
    ]
    if [chat for chat in chats if await _is_sent(bot, chat, "\n".join(lines))]:
        return _("The admins have your question. They will answer you here or write to you.")
    shop.allowance.give_back(user_id)
    if settings.support_contact:
        text = _("The admins cannot be reached here. Please turn to {contact}.")
        return text.format(contact=quoted(settings.support_contact))
    return _("The admins cannot be reached now. Please try again later.")


async def _is_sent(bot: Bot, chat_id: int, text: str) -> bool:
    try:
        await bot.send_message(chat_id, text, parse_mode="HTML")
    except ClientDecodeError:
        return True  # taken, though in unknown words
    except TelegramAPIError as exc:
        log.warning("question not handed on", error=str(exc))
        return False
    return True


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="billing_support")
    router.message.register(paysupport, Command("paysupport", ignore_case=True))
    return router

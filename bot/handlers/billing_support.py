"""/paysupport: help with a payment, which Telegram requires of whoever sells."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram import Router
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
from bot.handlers.billing_desk import Desk, Fate
from bot.handlers.billing_text import charge, day
from bot.plans import Plans

SHOWN = 5


async def paysupport(  # noqa: PLR0913, PLR0917  aiogram hands in what is asked for by name
    message: Message,
    command: CommandObject,
    shop: Shop,
    desk: Desk,
    settings: Settings,
    words: Words,
) -> None:
    """Answer /paysupport; with a text, hand it to the admins."""
    if not await InPrivate()(message) or message.from_user is None:
        await say(message, _("Write /paysupport to me in our private chat."))
        return
    paid = await shop.ledger.last(message.from_user.id, SHOWN)
    question = (command.args or "").strip()
    if question:
        user_id = message.from_user.id
        await say(message, await _handed(user_id, question, paid, shop, desk, settings))
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


async def _handed(  # noqa: PLR0913, PLR0917  what the question is made of
    user_id: int, question: str, paid: Sequence[Entry], shop: Shop, desk: Desk, settings: Settings
) -> str:
    """Hand the question on; what the person is told."""
    if not shop.allowance.take(user_id):
        return _("You have written three times today. The admins have it; please wait for them.")
    fate = await desk.ask(user_id, question, paid)
    if fate is Fate.ARRIVED:
        return _("The admins have your question. Their answer will come here, from me.")
    shop.allowance.give_back(user_id)
    if settings.support_contact:
        text = _("The admins cannot be reached here. Please turn to {contact}.")
        return text.format(contact=quoted(settings.support_contact))
    if fate is Fate.LATER:
        return _("The admins cannot be reached now. Please send it again in a few minutes.")
    return _(
        "Nobody can be reached through me: I cannot write to those who run this bot, and your "
        "question was not kept. Please turn to whoever showed you this bot, with the ids of your "
        "payments; /paysupport lists them."
    )


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="billing_support")
    router.message.register(paysupport, Command("paysupport", ignore_case=True))
    return router

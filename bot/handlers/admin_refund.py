"""/refund: an admin gives a payment back, and what it gave is taken back."""

from __future__ import annotations

from enum import StrEnum

from aiogram import F, Router
from aiogram.enums import MessageEntityType
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from bot.analytics.render.fit import quoted
from bot.analytics.render.words import Words
from bot.billing.account import AccountError
from bot.billing.ledger import Entry
from bot.billing.shop import Shop
from bot.handlers.admin import admin_router, argument
from bot.handlers.answers import Rows, button, change, say
from bot.handlers.billing_text import CHARGE_LENGTH, charge, title
from bot.handlers.payments import written


class Step(StrEnum):
    """What a button asks for."""

    SURE = "sure"
    KEEP = "keep"


class RefundButton(CallbackData, prefix="refund"):
    """A step; a charge's id is too long for a button, so it stands in the message above."""

    step: Step


async def refund(message: Message, command: CommandObject, shop: Shop, words: Words) -> None:
    """Answer /refund CHARGE_ID with what it is about, and ask."""
    charge_id = argument(command)
    if not charge_id or len(charge_id) > CHARGE_LENGTH or len(charge_id.split()) > 1:
        await say(message, _("Write the payment's id after the command: /refund CHARGE_ID."))
        return
    entry = await shop.ledger.entry(charge_id)
    if problem := _problem(entry):
        await say(message, problem)
    elif entry:
        await say(message, _details(entry, shop, words), _question(entry))


async def refund_sure(callback: CallbackQuery, shop: Shop) -> None:
    """Give the Stars back; repeating it after a crash does no harm.

    1. Telegram gives them back, or says that it has done so.
    2. The ledger marks it and takes the plan back, in one transaction.
    3. Telegram stops the renewal: a job does that.
    """
    entry = await shop.ledger.entry(_charge_in(callback))
    if entry is None or entry.user_id is None or entry.is_refunded:
        await change(callback, _problem(entry))
        return
    try:
        await shop.account.refund(entry.user_id, entry.charge_id)
    except AccountError as exc:
        if not exc.is_done:
            await change(callback, _refusal(exc), _question(entry))
            return
    marked = await written(lambda: shop.ledger.refund(entry.charge_id), _patience)
    await change(callback, _done(entry))
    if marked:  # else Telegram's own word about it was quicker, and told the person
        await shop.voice.refunded(entry.user_id, entry.stars)


async def refund_keep(callback: CallbackQuery) -> None:
    """The admin has changed their mind."""
    await change(callback, _("Nothing was given back."))


def _problem(entry: Entry | None) -> str:
    """Why there is nothing to give back; empty when there is."""
    if entry is None:
        return _("No payment has this id. /paysupport shows people the ids of theirs.")
    if entry.is_refunded:
        return _("This payment was given back already.")
    if entry.user_id is None:
        return _(
            "Whoever paid this has asked to be forgotten. Telegram needs to know to whom the "
            "Stars go, and nobody here knows any more."
        )
    return ""


def _refusal(exc: AccountError) -> str:
    if exc.permanent:
        text = _("Telegram did not give it back: {reason}.")
        return text.format(reason=quoted(str(exc)))
    return _(
        "Telegram did not answer, so nobody knows yet. Press again: nothing is given back twice."
    )


def _details(entry: Entry, shop: Shop, words: Words) -> str:
    lines = [
        _("Payment {charge}").format(charge=charge(entry.charge_id)),
        _("by {person}, {moment}").format(
            person=entry.user_id, moment=words.moment(entry.paid_at)
        ),
        f"{entry.stars} ⭐ · {quoted(title(shop.plans, entry.plan))}",
    ]
    if entry.is_recurring:
        lines.append(_("a month of a subscription, whose renewal stops as well"))
    return "\n".join(lines)


def _question(entry: Entry) -> Rows:
    text = ngettext("Give back {stars} Star", "Give back {stars} Stars", entry.stars)
    yes = button(text.format(stars=entry.stars), RefundButton(step=Step.SURE).pack())
    return [[button(_("Leave it"), RefundButton(step=Step.KEEP).pack()), yes]]


def _done(entry: Entry) -> str:
    text = ngettext("{stars} Star was given back.", "{stars} Stars were given back.", entry.stars)
    return f"{text.format(stars=entry.stars)}\n{charge(entry.charge_id)}"


def _charge_in(callback: CallbackQuery) -> str:
    """The id in our own message above the button; empty when it cannot be read any more."""
    message = callback.message
    if not isinstance(message, Message):
        return ""
    codes = [e for e in message.entities or [] if e.type == MessageEntityType.CODE]
    return codes[0].extract_from(message.text or "") if codes else ""


async def _patience() -> None:
    """The admin waits; the log says for what."""


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = admin_router("admin_refund")
    router.message.register(refund, Command("refund", ignore_case=True))
    router.callback_query.register(refund_sure, RefundButton.filter(F.step == Step.SURE))
    router.callback_query.register(refund_keep, RefundButton.filter(F.step == Step.KEEP))
    return router

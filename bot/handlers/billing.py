"""/plan: what somebody is on, what the others offer, and the way to pay, to stop and to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import structlog
from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, LabeledPrice, Message
from aiogram.utils.i18n import gettext as _

from bot.analytics.bus import Bus
from bot.analytics.features.billing import InvoiceSent
from bot.analytics.render.fit import quoted
from bot.analytics.render.words import Words
from bot.billing.account import AccountError
from bot.billing.checkout import Refusal, refusal
from bot.billing.entitlement import PERIOD
from bot.billing.payload import STARS, Kind, Purchase, price
from bot.billing.shop import Shop
from bot.billing.subscriptions import Subscription
from bot.clock import Clock
from bot.config import Settings
from bot.handlers.access import InPrivate
from bot.handlers.answers import Rows, acknowledge, add, button, change, say
from bot.handlers.billing_text import (
    allowed_again,
    description,
    offer,
    overview,
    refused,
    title,
)
from bot.plans import Plan, Plans

log = structlog.get_logger(__name__)


class Step(StrEnum):
    """What a button asks for."""

    MONTH = "month"
    ONCE = "once"
    STOP = "stop"
    RESUME = "resume"


class PlanButton(CallbackData, prefix="plan"):
    """A step and a plan's name; who presses it means themselves."""

    step: Step
    plan: str


async def plan(message: Message, shop: Shop, settings: Settings, words: Words) -> None:
    """Answer /plan; what somebody pays is nothing for a group."""
    if not await InPrivate()(message):
        await say(message, _("Write /plan to me in our private chat."))
        return
    held = await shop.subscriptions.of(message.from_user.id) if message.from_user else ()
    text = overview(shop.plans, held, settings, words)
    await say(message, text, _buttons(shop.plans, held))


async def plan_month(  # noqa: PLR0913, PLR0917  aiogram hands in what is asked for by name
    callback: CallbackQuery,
    callback_data: PlanButton,
    shop: Shop,
    bot: Bot,
    bus: Bus,
    clock: Clock,
) -> None:
    """A link to subscribe by, or why there is none."""
    sale = await _sale(callback, Purchase(callback_data.plan, Kind.MONTH), shop)
    if sale is None:
        return
    link = await bot.create_invoice_link(**sale.invoice, subscription_period=PERIOD // 1000)
    pay = InlineKeyboardButton(text=offer(sale.plan, Kind.MONTH, sale.stars), url=link)
    await add(callback, quoted(description(sale.plan, Kind.MONTH)), [[pay]])
    bus.publish(sale.fact(callback, clock))


async def plan_once(  # noqa: PLR0913, PLR0917  aiogram hands in what is asked for by name
    callback: CallbackQuery,
    callback_data: PlanButton,
    shop: Shop,
    bot: Bot,
    bus: Bus,
    clock: Clock,
) -> None:
    """An invoice for 30 days, or why there is none."""
    sale = await _sale(callback, Purchase(callback_data.plan, Kind.ONCE), shop)
    if sale is None:
        return
    await bot.send_invoice(callback.from_user.id, **sale.invoice)
    await acknowledge(callback)
    bus.publish(sale.fact(callback, clock))


async def plan_renewal(
    callback: CallbackQuery,
    callback_data: PlanButton,
    shop: Shop,
    settings: Settings,
    words: Words,
) -> None:
    """Stop the renewal, or go on with it; the plan stays until its time is over."""
    user_id, is_wanted = callback.from_user.id, callback_data.step is Step.RESUME
    try:
        is_changed = await _changed(shop, user_id, callback_data.plan, is_wanted=is_wanted)
    except AccountError as exc:
        log.warning("renewal not changed", reason=str(exc))
        text = _("Telegram did not change the renewal. Please try again in a few minutes.")
        await add(callback, text)
        return
    held = await shop.subscriptions.of(user_id)
    text = overview(shop.plans, held, settings, words)
    if is_changed and is_wanted:
        text = f"{text}\n\n{allowed_again()}"
    await change(callback, text, _buttons(shop.plans, held))


async def _changed(shop: Shop, user_id: int, plan_name: str, *, is_wanted: bool) -> bool:
    """Whether there was a renewal to change; raises AccountError."""
    mine = [one for one in await shop.subscriptions.of(user_id) if one.plan == plan_name]
    changed = [one for one in mine if (one.can_resume if is_wanted else one.renews)]
    for one in changed:
        if is_wanted:
            await shop.renewals.resume(user_id, one)
        else:
            await shop.renewals.stop(user_id, one)
    return bool(changed)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sale:
    """A sale that is on."""

    plan: Plan
    purchase: Purchase
    stars: int

    @property
    def invoice(self) -> dict[str, Any]:
        """What both kinds of invoices have in common."""
        return {
            "title": self.plan.title,
            "description": description(self.plan, self.purchase.kind),
            "payload": self.purchase.payload,
            "currency": STARS,
            "prices": [LabeledPrice(label=self.plan.title, amount=self.stars)],
        }

    def fact(self, callback: CallbackQuery, clock: Clock) -> InvoiceSent:
        """That the person was shown a way to pay."""
        return InvoiceSent(
            at=clock(),
            user_id=callback.from_user.id,
            plan=self.plan.name,
            stars=self.stars,
            is_recurring=self.purchase.kind is Kind.MONTH,
        )


async def _sale(callback: CallbackQuery, purchase: Purchase, shop: Shop) -> _Sale | None:
    """The sale, or None after the person was told why it is off: buttons can be old or forged."""
    plan = shop.plans.get(purchase.plan)
    stars = (price(plan, purchase.kind) if plan else None) or 0
    held = await shop.subscriptions.held(callback.from_user.id)
    reason = refusal(shop.plans, purchase, stars, held)
    if reason or plan is None:
        await add(callback, refused(reason or Refusal.UNKNOWN_PLAN))
        return None
    return _Sale(plan=plan, purchase=purchase, stars=stars)


def _buttons(plans: Plans, held: Sequence[Subscription]) -> Rows:
    """The renewals of what is held, and then whatever a checkout would agree to."""
    rows = [_renewal(plans, one) for one in held if one.renews or one.can_resume]
    for plan in plans.paid:
        for kind in Kind:
            stars = price(plan, kind)
            purchase = Purchase(plan.name, kind)
            if stars and refusal(plans, purchase, stars, held) is None:
                data = PlanButton(step=Step(kind), plan=plan.name).pack()
                rows.append([button(offer(plan, kind, stars), data)])
    return rows


def _renewal(plans: Plans, one: Subscription) -> list[InlineKeyboardButton]:
    step = Step.STOP if one.renews else Step.RESUME
    text = _("Do not renew {plan}") if one.renews else _("Renew {plan} after all")
    label = text.format(plan=title(plans, one.plan))
    return [button(label, PlanButton(step=step, plan=one.plan).pack())]


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="billing")
    router.message.register(plan, Command("plan", ignore_case=True))
    press = router.callback_query.register
    press(plan_month, InPrivate(), PlanButton.filter(F.step == Step.MONTH))
    press(plan_once, InPrivate(), PlanButton.filter(F.step == Step.ONCE))
    press(plan_renewal, InPrivate(), PlanButton.filter(F.step.in_({Step.STOP, Step.RESUME})))
    return router

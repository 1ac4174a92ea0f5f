"""What a payer loses who asks to be forgotten; Telegram must stop charging them first."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from aiogram.utils.i18n import gettext as _

from bot.analytics.render.fit import quoted
from bot.analytics.render.words import Words
from bot.billing.account import AccountError
from bot.billing.shop import Shop
from bot.billing.subscriptions import Subscription
from bot.handlers.billing_text import day, title
from bot.handlers.farewell import Farewell, StayError
from bot.plans import Plans

log = structlog.get_logger(__name__)


def build_farewell(shop: Shop) -> Farewell:
    """Names the plans that would go, and stops their renewals."""

    async def losses(user_id: int, words: Words) -> Sequence[str]:
        held = await shop.subscriptions.of(user_id)
        lines = [_loss(shop.plans, one, words) for one in held]
        return [*lines, _("Stars that you have paid do not come back.")] if lines else []

    async def leave(user_id: int) -> None:
        try:
            await shop.renewals.stop_all(user_id)
        except AccountError as exc:
            log.warning("not forgotten: renewal not stopped", reason=str(exc))
            raise StayError(_stay()) from exc

    return Farewell(losses=losses, leave=leave)


def _loss(plans: Plans, one: Subscription, words: Words) -> str:
    text = _("Your plan {plan}, paid until {day}, would end at once.")
    if one.renews:
        text = _(
            "Your plan {plan}, paid until {day}, would end at once, and Telegram would charge "
            "for it no more."
        )
    return text.format(plan=quoted(title(plans, one.plan)), day=day(one.expires_at, words))


def _stay() -> str:
    return _(
        "Nothing was erased: Telegram did not stop the renewal of your plan, and would go on to "
        "charge you. Please try again in a few minutes. If it does not help, write to "
        "/paysupport."
    )

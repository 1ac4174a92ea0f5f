"""The checkout: Telegram asks whether the sale is on and waits ten seconds, whatever is broken."""

from __future__ import annotations

import asyncio

import structlog
from aiogram import Bot, F, Router
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramBadRequest
from aiogram.types import PreCheckoutQuery

from bot.analytics.bus import Bus
from bot.analytics.features.billing import CheckoutStarted, PaymentFailed
from bot.billing.checkout import refusal
from bot.billing.payload import PREFIX, STARS, purchase_in
from bot.billing.shop import Shop
from bot.clock import Clock
from bot.handlers.billing_text import refused
from bot.plans import OTHER

# Two answers and the look into the database (2 s) are less than Telegram's ten seconds.
ANSWER_SECONDS = 3
ATTEMPTS = 2
PAUSE_SECONDS = 0.2

log = structlog.get_logger(__name__)


async def pre_checkout(
    query: PreCheckoutQuery, shop: Shop, bot: Bot, bus: Bus, clock: Clock
) -> None:
    """Agree, or refuse with a sentence.

    Nothing is written here, and the one look into the database is bounded: while it is away, what
    was last known of the person counts.
    """
    user_id, purchase = query.from_user.id, purchase_in(query.invoice_payload)
    known = shop.plans.get(purchase.plan) if purchase else None
    plan = known.name if known else OTHER
    bus.publish(CheckoutStarted(at=clock(), user_id=user_id, plan=plan))
    held = await shop.subscriptions.held(user_id)
    reason = refusal(shop.plans, purchase, query.total_amount, held)
    is_heard = await _answered(bot, query, refused(reason) if reason else None)
    failure = reason or (None if is_heard else "unreachable")
    if failure:
        bus.publish(PaymentFailed(at=clock(), user_id=user_id, plan=plan, reason=failure))


async def _answered(bot: Bot, query: PreCheckoutQuery, problem: str | None) -> bool:
    """Whether Telegram has the answer.  A lost one is repeated; an error must not hide a sale."""
    answer = query.answer(ok=problem is None, error_message=problem)
    for attempt in range(ATTEMPTS):
        try:
            await bot(answer, request_timeout=ANSWER_SECONDS)
        except TelegramBadRequest as exc:
            # Refused the second time, it has arrived the first time.
            log.warning("checkout answered too late", error=exc.message, again=attempt > 0)
            return attempt > 0
        except ClientDecodeError:
            return True
        except TelegramAPIError as exc:
            log.warning("checkout not answered", error=str(exc))
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return True
    return False


def build_router() -> Router:
    """A fresh router, because aiogram lets a router join one dispatcher only."""
    router = Router(name="billing_checkout")
    # Invoices of the operator's own routers are none of ours.
    ours = (F.currency == STARS) & F.invoice_payload.startswith(PREFIX)
    router.pre_checkout_query.register(pre_checkout, ours)
    return router

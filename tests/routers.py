"""Somebody else's routers, loaded with BOT_ROUTERS: slow ones, broken ones."""

from __future__ import annotations

import asyncio

from aiogram import F, Router
from aiogram.types import LabeledPrice, Message, PreCheckoutQuery


async def slow(message: Message) -> None:
    """Answer after a while, as real work does."""
    await asyncio.sleep(0.05)
    await message.answer(f"done {message.text}")


async def lasting(message: Message) -> None:
    """Answer after a while that is longer than the test's DRAIN_TIMEOUT."""
    await asyncio.sleep(3)
    await message.answer("it is done")


async def broken(message: Message) -> None:
    """Fail."""
    raise ZeroDivisionError


async def shop(message: Message) -> None:
    """Offer something for one Star."""
    await message.answer_invoice(
        title="Tea",
        description="A cup of it",
        payload="tea",
        currency="XTR",
        prices=[LabeledPrice(label="Tea", amount=1)],
    )


async def checkout(query: PreCheckoutQuery) -> None:
    """Agree to every payment."""
    await query.answer(ok=True)


def build_router() -> Router:
    """Numbers are slow, "last" lasts, "break" breaks, "tea" is sold."""
    router = Router(name="of the tests")
    router.message.register(slow, F.text.regexp(r"^\d+$"))
    router.message.register(lasting, F.text == "last")
    router.message.register(broken, F.text == "break")
    router.message.register(shop, F.text == "tea")
    router.pre_checkout_query.register(checkout)
    return router

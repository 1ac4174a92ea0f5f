"""Cashier: a bot that answers checkouts, so that people can pay."""

from __future__ import annotations

import asyncio
from typing import Any

from aiogram import Bot
from aiogram.types import LabeledPrice, Message, PreCheckoutQuery

from tests.driver import Driver
from tests.sandbox.samples import Json

MONTH = 2_592_000
GOODS: Json = {"title": "Plus", "description": "All of it", "payload": "plus:1", "currency": "XTR"}


def stars(amount: int) -> list[LabeledPrice]:
    """The one price of an invoice."""
    return [LabeledPrice(label="Plus", amount=amount)]


async def offer(bot: Bot, chat: int, amount: int = 100) -> Message:
    """An invoice message."""
    return await bot.send_invoice(chat, prices=stars(amount), **GOODS)


async def checkout(bot: Bot, **answer: Any) -> PreCheckoutQuery:
    """Answer the next checkout, by default with ok; what was before it is confirmed."""
    offset = None
    while True:
        for update in await bot.get_updates(offset, timeout=5):
            offset = update.update_id + 1
            query = update.pre_checkout_query
            if query:
                await query.answer(**({"ok": True} | answer)).as_(bot)
                await bot.get_updates(offset)
                return query


async def buy(bot: Bot, driver: Driver, person: int, message: Message, **how: Any) -> Json:
    """How a person's payment went that the bot agreed to."""
    shown = {"message_id": message.message_id, "chat": {"id": message.chat.id}}
    _, answer = await asyncio.gather(checkout(bot), driver.pay(person, shown, **how))
    return answer


async def subscribe(bot: Bot, driver: Driver, person: int) -> str:
    """The charge of a new subscription of 100 Stars a month."""
    link = await bot.create_invoice_link(prices=stars(100), subscription_period=MONTH, **GOODS)
    paying = driver.ask("POST", f"/chats/{person}/pay", {"person": person, "link": link})
    _, answer = await asyncio.gather(checkout(bot), paying)
    return str(answer["charge_id"])

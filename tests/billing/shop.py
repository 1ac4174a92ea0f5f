"""A scene with billing in it, and a Telegram that knows what Stars are."""

from __future__ import annotations

from typing import Any

from aiogram import Bot
from aiogram.methods import CreateInvoiceLink, GetStarTransactions
from aiogram.types import MessageEntity, StarTransactions, Update, User

from bot.billing.payload import Kind, Purchase
from bot.database.engine import Database
from tests.fakes import Outbox
from tests.handlers.scene import Scene
from tests.updates import ALICE, presses, says, told

LINK = "https://t.me/$link"


class StarBox(Outbox):
    """An outbox that makes links and has an empty account."""

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109  aiogram's signature
        await super().make_request(bot, method, timeout)
        if isinstance(method, CreateInvoiceLink):
            return LINK
        return (
            StarTransactions(transactions=[]) if isinstance(method, GetStarTransactions) else True
        )

    def calls(self, kind: type[Any]) -> list[Any]:
        """What was asked of this kind, in order."""
        return [one for one in self.sent if isinstance(one, kind)]


class ShopScene(Scene):
    """People buy, and the bot's answers are in the outbox."""

    outbox: StarBox

    def __init__(self, database: Database, **settings: Any) -> None:
        box = StarBox()
        usual: dict[str, Any] = {"features": ("billing", "downloads")}
        super().__init__(database, Bot("42:TEST", session=box), **(usual | settings))
        self.outbox = box

    async def buys(
        self, plan: str = "premium", kind: Kind = Kind.MONTH, user: User = ALICE, **more: Any
    ) -> str:
        """What the payer reads."""
        return await self.hears(pays(plan, kind, user, **more))


def pays(
    plan: str = "premium", kind: Kind = Kind.MONTH, user: User = ALICE, **more: Any
) -> Update:
    """A payment that Telegram tells."""
    month = {"is_recurring": True, "is_first_recurring": True} if kind is Kind.MONTH else {}
    paid = {
        "currency": "XTR",
        "total_amount": 150,
        "invoice_payload": Purchase(plan, kind).payload,
        "telegram_payment_charge_id": "c1",
        "provider_payment_charge_id": "",
        **month,
        **more,
    }
    return says(user, None, successful_payment=paid)


def checks_out(plan: str = "premium", stars: int = 150, **more: Any) -> Update:
    """Telegram asks whether the sale is on."""
    query = {
        "id": "1",
        "from": ALICE.model_dump(mode="json", exclude_none=True),
        "currency": "XTR",
        "total_amount": stars,
        "invoice_payload": Purchase(plan, Kind.MONTH).payload,
        **more,
    }
    return told(pre_checkout_query=query)


def presses_below(user: User, data: str, text: str, charge: str) -> Update:
    """*user* presses a button below our *text*, in which *charge* is set in code."""
    update = presses(user, data)
    assert update.callback_query
    entity = MessageEntity(type="code", offset=text.index(charge), length=len(charge))
    message = update.callback_query.message
    assert message
    shown = message.model_copy(update={"text": text, "entities": [entity]})
    query = update.callback_query.model_copy(update={"message": shown})
    return update.model_copy(update={"callback_query": query})

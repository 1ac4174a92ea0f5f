"""Shopkeeper: a tiny bot of plain Bot API calls that has something to press and to pay."""

from __future__ import annotations

import asyncio
from typing import Self

from tests.sandbox.plain import Api, Json

KINDS = ["message", "callback_query", "pre_checkout_query", "my_chat_member", "message_reaction"]
BUTTONS = [{"text": "More", "callback_data": "more"}, {"text": "Erase", "callback_data": "me:bin"}]
SHOWN = {"reply_markup": {"inline_keyboard": [BUTTONS]}}
GOODS = {"title": "Plus", "description": "All of it", "payload": "plus:1", "currency": "XTR"}


class Shopkeeper:
    """Answers every private message with buttons and an invoice; an async context manager.

    heard: every update it was sent
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self._task: asyncio.Task[None] | None = None
        self.heard: list[Json] = []

    async def __aenter__(self) -> Self:
        """Offer one command and begin to listen."""
        menu = [{"command": "tips", "description": "good to know"}]
        await self._api.result("setMyCommands", commands=menu)
        await self._api.result("getUpdates", allowed_updates=KINDS)
        self._task = asyncio.create_task(self._work())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hear no more."""
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def of(self, kind: str) -> list[Json]:
        """What was heard of one kind of update."""
        return [update[kind] for update in self.heard if kind in update]

    @property
    def starts(self) -> dict[int, str]:
        """Who started, with which text; the first one counts."""
        found: dict[int, str] = {}
        for message in self.of("message"):
            if message.get("text", "").startswith("/start"):
                found.setdefault(message["from"]["id"], message["text"])
        return found

    @property
    def blocked_by(self) -> list[int]:
        """Who blocked the bot."""
        changes = self.of("my_chat_member")
        blocks = [c for c in changes if c["new_chat_member"]["status"] == "kicked"]
        return [change["from"]["id"] for change in blocks]

    async def _work(self) -> None:
        offset = 0
        while True:
            for update in await self._api.result("getUpdates", offset=offset, timeout=5):
                offset = update["update_id"] + 1
                self.heard.append(update)
                await self._answer(update)

    async def _answer(self, update: Json) -> None:
        if query := update.get("callback_query"):
            await self._api("answerCallbackQuery", callback_query_id=query["id"])
        elif query := update.get("pre_checkout_query"):
            await self._api("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)
        elif (message := update.get("message")) and message["chat"]["type"] == "private":
            chat = message["chat"]["id"]
            price = [{"label": "Plus", "amount": 100}]
            await self._api("sendMessage", chat_id=chat, text="Hello", **SHOWN)
            if "text" in message:
                await self._api("sendInvoice", chat_id=chat, prices=price, **GOODS)

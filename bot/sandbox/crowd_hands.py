"""What a simulated person can do: exactly what the chat page can, over the same HTTP interface."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import ClientSession, ClientTimeout, TCPConnector

from bot.errors import BotError
from bot.sandbox.params import Json

AT_ONCE = 8  # requests
# Longer than the sandbox lets anybody wait for a bot.
TIMEOUT = ClientTimeout(total=40)


class RefusedError(BotError):
    """The sandbox says that this cannot be done; trying again is useless."""


class Hands:
    """Speaks the driving interface below *url*; to be closed.  Chats and people are numbers.

    Everything raises RefusedError, or aiohttp's ClientError and TimeoutError.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = ClientSession(
            connector=TCPConnector(limit=AT_ONCE),
            timeout=TIMEOUT,
            json_serialize=lambda value: orjson.dumps(value).decode(),
        )

    @property
    def site(self) -> str:
        """The address of the media site, without a slash at its end."""
        return f"{self._url}/media"

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()

    async def state(self) -> Json:
        """Who and what is there."""
        return await self._ask("GET", "/state")

    async def appear(self, details: Json) -> None:
        """Somebody new gets Telegram."""
        await self._ask("POST", "/people", details)

    async def write(self, person: int, text: str, chat: int | None = None) -> Json:
        """The message as sent, to the bot or into *chat*."""
        body = {"person": person, "text": text}
        return await self._ask("POST", f"/chats/{chat or person}/messages", body)

    async def read(self, chat: int, after: int, wait: int = 0) -> list[Json]:
        """The messages after one, oldest first; waits so many seconds for the first."""
        answer = await self._ask("GET", f"/chats/{chat}/messages?after={after}&wait={wait}")
        return list(answer["messages"])

    async def menu(self, person: int) -> list[str]:
        """The commands that the bot offers this person."""
        chat = await self._ask("GET", f"/chats/{person}?person={person}")
        return [str(entry["command"]) for entry in chat["commands"]]

    async def press(self, person: int, message_id: int, data: str) -> None:
        """Press a button below a message of the bot and wait for its answer."""
        body = {"person": person, "message_id": message_id, "data": data}
        await self._ask("POST", f"/chats/{person}/press", body)

    async def pay(self, person: int, message_id: int) -> bool:
        """Whether paying the invoice went well."""
        body = {"person": person, "message_id": message_id}
        answer = await self._ask("POST", f"/chats/{person}/pay", body)
        return bool(answer["paid"])

    async def pay_by(self, person: int, link: str) -> bool:
        """Whether paying what an invoice link offers went well."""
        body = {"person": person, "link": link}
        answer = await self._ask("POST", f"/chats/{person}/pay", body)
        return bool(answer["paid"])

    async def vote(self, person: int, message_id: int, option: int) -> None:
        """Choose an answer in a poll of the private chat."""
        body = {"person": person, "message_id": message_id, "option_ids": [option]}
        await self._ask("POST", f"/chats/{person}/vote", body)

    async def block(self, person: int) -> None:
        """Never hear of the bot again."""
        await self._ask("POST", f"/people/{person}/block")

    async def unblock(self, person: int) -> None:
        """Give the bot another chance."""
        await self._ask("POST", f"/people/{person}/unblock")

    async def found(self, person: int, title: str) -> int:
        """A new group with the bot in it; its number."""
        body = {"title": title, "type": "supergroup", "members": [person]}
        return int((await self._ask("POST", "/chats", body))["id"])

    async def join(self, person: int, chat: int) -> None:
        """Come into a group."""
        await self._ask("POST", f"/chats/{chat}/join", {"person": person})

    async def react(self, person: int, chat: int, message_id: int, emoji: str) -> None:
        """Put a reaction to a message."""
        body = {"person": person, "message_id": message_id, "emoji": [emoji]}
        await self._ask("POST", f"/chats/{chat}/react", body)

    async def _ask(self, method: str, path: str, body: Json | None = None) -> Json:
        address = f"{self._url}/sandbox{path}"
        async with self._session.request(method, address, json=body) as response:
            answer: Any = await response.json()
            if not response.ok:
                raise RefusedError(f"{path}: {answer['error']}")
            found: Json = answer
            return found

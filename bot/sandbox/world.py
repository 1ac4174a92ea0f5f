"""Everything the sandbox knows: people, chats, messages, files, updates to deliver."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.params import ApiError, Json, Params, bad_request

CALLS_KEPT = 10_000


@dataclass(slots=True)
class Person:
    """Somebody with Telegram; `user` is the API's User object."""

    user: Json
    is_admin: bool = False
    has_started: bool = False
    has_blocked: bool = False

    @property
    def id(self) -> int:
        """The number Telegram knows the person by."""
        return int(self.user["id"])


@dataclass(slots=True)
class Chat:
    """A private chat, group, supergroup or channel; `info` is the API's Chat object."""

    info: Json
    members: dict[int, str] = field(default_factory=dict)  # person → member, administrator, left
    messages: dict[int, Json] = field(default_factory=dict)
    last_message_id: int = 0
    has_bot: bool = True
    action: str = ""
    action_until: float = 0.0

    @property
    def id(self) -> int:
        """The chat's number; a private chat has its person's."""
        return int(self.info["id"])


@dataclass(slots=True)
class World:
    """One bot and all it can meet.  Methods and the driving interface change it, views read it."""

    token: str
    bot: Json
    people: dict[int, Person] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    updates: deque[Json] = field(default_factory=deque)
    calls: deque[Json] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    commands: dict[str, list[Json]] = field(default_factory=dict)  # scope as JSON → menu
    webhook: Json = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    watchers: set[Callable[[Json], None]] = field(default_factory=set)
    # Update numbers go on from the clock, so that a bot that remembers numbers
    # it has seen does not take a new sandbox's updates for old ones.
    _update_ids: itertools.count[int] = field(
        default_factory=lambda: itertools.count(int(time.time() * 1000))
    )

    def queue(self, update: Json) -> Json:
        """Number *update* and let the bot have it."""
        numbered = {"update_id": next(self._update_ids), **update}
        self.updates.append(numbered)
        self.arrived.set()
        return numbered

    def chat(self, chat_id: int | None) -> Chat:
        """The chat the bot means, or Telegram's refusal."""
        if chat_id is None:
            raise bad_request("chat_id is empty")
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        person = self.people.get(chat_id)
        if person and person.has_blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if not chat.has_bot:
            raise ApiError(403, "Forbidden: bot was kicked from the group chat")
        return chat

    def post(self, chat: Chat, message: Json) -> Json:
        """Number *message*, put it into *chat* and show it to whoever watches."""
        chat.last_message_id += 1
        whole = {
            "message_id": chat.last_message_id,
            "date": int(time.time()),
            "chat": chat.info,
            **message,
        }
        chat.messages[chat.last_message_id] = whole
        self.tell({"type": "message", "chat_id": chat.id, "message": whole})
        return whole

    def tell(self, change: Json) -> None:
        """Hand *change* to every open page."""
        for watcher in tuple(self.watchers):
            watcher(change)


Method = Callable[[World, Params], Awaitable[Any]]

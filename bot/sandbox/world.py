"""Everything the sandbox knows: people, chats, messages, files, updates to deliver."""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.bell import Bell
from bot.sandbox.faults import Faults
from bot.sandbox.flood import Flood
from bot.sandbox.mailbox import Mailbox
from bot.sandbox.params import ApiError, Json, Params, bad_request
from bot.sandbox.queries import Queries

CALLS_KEPT = 10_000
MESSAGES_KEPT = 2_000
BYTES_KEPT = 512 * 2**20

# Kinds Telegram sends only to bots that ask for them by name.
ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}


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
    bot_status: str = "member"
    pinned: list[int] = field(default_factory=list)  # message ids, the newest last
    keyboard: Json | None = None  # the reply keyboard below the text field
    menu_button: Json | None = None
    changed: dict[int, int] = field(default_factory=dict)  # message id → World.seq of its change
    notes: dict[int, Json] = field(default_factory=dict)  # message id → what modules keep with it
    migrated_to: int = 0  # the supergroup this group has become

    @property
    def id(self) -> int:
        """The chat's number; a private chat has its person's."""
        return int(self.info["id"])

    @property
    def is_private(self) -> bool:
        """Whether it is a conversation of one person with the bot."""
        return bool(self.info["type"] == "private")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Bytes somebody sent, and what Telegram calls them."""

    file_id: str
    file_unique_id: str
    file_path: str
    name: str
    mime: str
    content: bytes


@dataclass(slots=True)
class World:
    """One bot and all it can meet.  Methods and the driving interface change it, views read it."""

    token: str
    bot: Json
    people: dict[int, Person] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    updates: Mailbox = field(default_factory=Mailbox)
    calls: deque[Json] = field(default_factory=lambda: deque(maxlen=CALLS_KEPT))
    commands: dict[str, list[Json]] = field(default_factory=dict)  # scope as JSON → menu
    webhook: Json = field(default_factory=dict)
    arrived: Bell = field(default_factory=Bell)  # rings for every update
    watchers: set[Callable[[Json], None]] = field(default_factory=set)
    files: dict[str, StoredFile] = field(default_factory=dict)
    files_made: int = 0
    faults: Faults = field(default_factory=Faults)
    flood: Flood = field(default_factory=Flood)
    queries: Queries = field(default_factory=Queries)
    allowed_updates: list[str] = field(default_factory=list)
    links: list[Json] = field(default_factory=list)  # title and url of the bot's other pages
    profile: dict[str, str] = field(default_factory=dict)  # "description:de" → text
    menu_button: Json = field(default_factory=lambda: {"type": "commands"})
    shelf: dict[str, Any] = field(default_factory=dict)  # what a module keeps for itself
    messages_kept: int = MESSAGES_KEPT  # in each chat; older ones are gone as if deleted
    bytes_kept: int = BYTES_KEPT  # of all files together; older ones are gone
    first_message_id: int = 1  # of each chat
    seq: int = 0  # grows with every change anybody can see
    poll: int = 0  # the number of the newest getUpdates; an older one gives way
    is_closing: bool = False
    calls_made: int = 0
    noticed: Bell = field(default_factory=Bell)  # rings for every call and change
    # Update numbers go on from the clock, so that a bot that remembers numbers
    # it has seen does not take a new sandbox's updates for old ones.
    _update_ids: itertools.count[int] = field(
        default_factory=lambda: itertools.count(int(time.time() * 1000))
    )

    def queue(self, update: Json) -> Json:
        """Number *update* and let the bot have it, if the bot takes that kind."""
        numbered = {"update_id": next(self._update_ids), **update}
        if all(self._is_wanted(kind) for kind in update):
            self.push(numbered)
        return numbered

    def push(self, update: Json, raw: str | None = None) -> None:
        """Let the bot have *update* as it is, whatever its kind, or *raw* in its place."""
        self.updates.push(update, raw)
        self.arrived.ring()

    def queue_raw(self, text: str) -> int:
        """Queue *text* to stand in the list of updates byte for byte; its number comes back."""
        number = next(self._update_ids)
        self.push({"update_id": number}, text)
        return number

    def number(self) -> int:
        """The next update's number."""
        return next(self._update_ids)

    def chat(self, chat_id: int | None) -> Chat:
        """The chat the bot may write to, or Telegram's refusal."""
        chat = self.known_chat(chat_id)
        person = self.people.get(chat.id)
        if person and person.has_blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if person and not person.has_started:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        if not chat.has_bot:
            raise ApiError(403, f"Forbidden: bot was kicked from the {_place(chat)} chat")
        return chat

    def known_chat(self, chat_id: int | None) -> Chat:
        """The chat the bot means, whether or not it may write there, or ApiError 400."""
        if chat_id is None:
            raise bad_request("chat_id is empty")
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, words, migrate_to_chat_id=chat.migrated_to)
        return chat

    def post(self, chat: Chat, message: Json) -> Json:
        """Number *message*, put it into *chat* and show it to whoever watches."""
        chat.last_message_id = max(chat.last_message_id + 1, self.first_message_id)
        whole = {
            "message_id": chat.last_message_id,
            "date": int(time.time()),
            "chat": chat.info,
            **message,
        }
        self.show(chat, whole)
        return whole

    def show(self, chat: Chat, message: Json) -> None:
        """Put *message*, new or changed, into its place in *chat*."""
        chat.messages[message["message_id"]] = message
        chat.changed[message["message_id"]] = self.seq + 1
        self.tell({"type": "message", "chat_id": chat.id, "message": message})
        if len(chat.messages) > self.messages_kept:
            self.remove(chat, next(iter(chat.messages)))

    def remove(self, chat: Chat, message_id: int) -> None:
        """Take a message out of *chat*, with all that is known about it."""
        del chat.messages[message_id]
        chat.changed.pop(message_id, None)
        chat.notes.pop(message_id, None)
        chat.pinned = [number for number in chat.pinned if number != message_id]
        self.tell({"type": "message", "chat_id": chat.id, "deleted": message_id})

    def link(self, links: list[Json]) -> None:
        """Show *links* to the bot's other pages, also where a page was quicker than the bot."""
        self.links = links
        self.tell({"type": "links", "links": links})

    def tell(self, change: Json) -> None:
        """Hand *change* to every open page."""
        self.seq += 1
        self.noticed.ring()
        for watcher in tuple(self.watchers):
            watcher(change)

    def _is_wanted(self, kind: str) -> bool:
        return kind in self.allowed_updates if self.allowed_updates else kind not in ON_REQUEST


def _place(chat: Chat) -> str:
    return {"supergroup": "supergroup", "channel": "channel"}.get(chat.info["type"], "group")


Method = Callable[[World, Params], Awaitable[Any]]

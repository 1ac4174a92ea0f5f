"""Sink: who is heard of again can be written to again, so what waits for them need not wait."""

from __future__ import annotations

from collections.abc import Callable

from bot.analytics.events import BotUnblocked, ChatJoined, Event, MessageReceived
from bot.database.alert_tables import ADMIN, CHAT

# A person lets the bot in, the bot was brought into a group, somebody writes where it is; and
# where such a fact has the chat's number: a private chat has that of its person.
HEARD: dict[type[Event], str] = {
    BotUnblocked: "user_id",
    ChatJoined: "chat_id",
    MessageReceived: "chat_id",
}


class Knocks:
    """wake: takes a lane; is_chat: whether a number is that of the admins' chat"""

    def __init__(self, wake: Callable[[str], object], is_chat: Callable[[int], bool]) -> None:
        self._wake = wake
        self._is_chat = is_chat

    def wants(self, kind: type[Event]) -> bool:
        """What says that a chat can be written to."""
        return kind in HEARD

    def __call__(self, event: Event) -> None:
        chat_id: int = getattr(event, HEARD[type(event)])
        if self._is_chat(chat_id):
            self._wake(CHAT)
        self._wake(f"{ADMIN}{chat_id}")

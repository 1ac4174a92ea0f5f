"""Who came and who went: the bot in chats, people in groups, blocks in private chats."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import datetime

from aiogram.types import Chat, ChatMemberUpdated, Message, ResultChatMemberUnion, Update

from bot.analytics.events import BotBlocked, BotUnblocked, ChatJoined, ChatLeft, Event
from bot.middlewares.reading import chat_type

REMEMBERED = 10_000
ABSENT = {"left", "kicked"}


class Memberships:
    """Reads joins and leaves, each once.

    Telegram may tell a join twice, as a service message and as a chat_member update, so the last
    10,000 are remembered.
    """

    def __init__(self) -> None:
        self._present: OrderedDict[tuple[int, int], bool] = OrderedDict()

    def read(self, update: Update, at: datetime) -> Iterable[Event]:
        """The facts in *update* about who is where."""
        if (message := update.message) is not None:
            # Asked of every message, and the answer is nearly always no.
            if message.new_chat_members or message.left_chat_member:
                return self._service(message, at)
        elif (change := update.chat_member) is not None:
            return self._change(change, at)
        elif (change := update.my_chat_member) is not None:
            return _bot(change, at)
        return ()

    def _change(self, change: ChatMemberUpdated, at: datetime) -> Iterator[Event]:
        person = change.new_chat_member.user
        present = _is_present(change.new_chat_member)
        if not person.is_bot and _is_present(change.old_chat_member) != present:
            yield from self._moved(change.chat, person.id, at, present=present)

    def _service(self, message: Message, at: datetime) -> Iterator[Event]:
        for person in message.new_chat_members or ():
            if not person.is_bot:
                yield from self._moved(message.chat, person.id, at, present=True)
        gone = message.left_chat_member
        if gone and not gone.is_bot:
            yield from self._moved(message.chat, gone.id, at, present=False)

    def _moved(self, chat: Chat, user_id: int, at: datetime, *, present: bool) -> Iterator[Event]:
        key = (chat.id, user_id)
        if self._present.get(key) == present:
            return
        self._present[key] = present
        self._present.move_to_end(key)
        if len(self._present) > REMEMBERED:
            self._present.popitem(last=False)
        yield _moved(chat, at, user_id, present=present)


def _bot(change: ChatMemberUpdated, at: datetime) -> Iterator[Event]:
    before, now = _is_present(change.old_chat_member), _is_present(change.new_chat_member)
    if before == now:
        return
    if change.chat.type == "private":
        # The chat of a block is the person's own.
        yield (BotUnblocked if now else BotBlocked)(at=at, user_id=change.chat.id)
    else:
        yield _moved(change.chat, at, None, present=now)


def _moved(chat: Chat, at: datetime, user_id: int | None, *, present: bool) -> Event:
    kind = chat_type(chat)
    if present:
        return ChatJoined(
            at=at, chat_id=chat.id, chat_type=kind, title=chat.title, user_id=user_id
        )
    return ChatLeft(at=at, chat_id=chat.id, chat_type=kind, user_id=user_id)


def _is_present(member: ResultChatMemberUnion) -> bool:
    return member.status not in ABSENT and getattr(member, "is_member", True)

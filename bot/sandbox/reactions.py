"""Reactions: who put which emoji under a message."""

from __future__ import annotations

import time
from collections import Counter

from bot.sandbox.params import Json
from bot.sandbox.world import Chat, World

# What Telegram offers; anything else is REACTION_INVALID.
OFFERED = """
❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊
🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋
🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃
💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
ALLOWED = frozenset(OFFERED.split())
Given = dict[int, list[str]]


def given(chat: Chat, message_id: int) -> Given:
    """user id → emoji under one message; to be changed in place."""
    people: Given = chat.notes.setdefault(message_id, {}).setdefault("reactions", {})
    return people


def in_chat(chat: Chat) -> dict[str, Json]:
    """message id → user id → emoji, for the driving interface."""
    return {
        str(message_id): {str(user): emoji for user, emoji in people.items()}
        for message_id, notes in chat.notes.items()
        if (people := notes.get("reactions"))
    }


def put(world: World, chat: Chat, message_id: int, user_id: int, emoji: list[str]) -> list[str]:
    """Change one user's reactions; those of before come back."""
    people = given(chat, message_id)
    before = people.pop(user_id, [])
    if emoji:
        people[user_id] = emoji
    told = {str(user): list(shown) for user, shown in people.items()}
    change = {"type": "reaction", "chat_id": chat.id, "message_id": message_id, "reactions": told}
    world.tell(change)
    return before


def types(emoji: list[str]) -> list[Json]:
    """The API's ReactionTypeEmoji objects."""
    return [{"type": "emoji", "emoji": one} for one in emoji]


def update(chat: Chat, message_id: int, user: Json, before: list[str]) -> Json:
    """What the bot hears: who changed what, or in a channel the bare sums."""
    people = given(chat, message_id)
    place = {"chat": chat.info, "message_id": message_id, "date": int(time.time())}
    if chat.info["type"] == "channel":
        return {"message_reaction_count": place | {"reactions": _sums(people)}}
    old, new = types(before), types(people.get(user["id"], []))
    return {"message_reaction": place | {"user": user, "old_reaction": old, "new_reaction": new}}


def _sums(people: Given) -> list[Json]:
    sums = Counter(one for emoji in people.values() for one in emoji)
    return [{"type": kind, "total_count": sums[kind["emoji"]]} for kind in types(list(sums))]

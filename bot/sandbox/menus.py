"""Command menus: which of them a person sees in a chat."""

from __future__ import annotations

from typing import Any

import orjson

from bot.sandbox.membership import status_of
from bot.sandbox.params import Json
from bot.sandbox.world import Chat, World

DEFAULT: Json = {"type": "default"}


def menu_key(scope: Json, language: str) -> str:
    """How World.commands names a menu."""
    return orjson.dumps([scope, language], option=orjson.OPT_SORT_KEYS).decode()


def commands_for(world: World, chat: Chat, person_id: int) -> list[Json]:
    """The menu a person sees: the narrowest scope that has one, their language first."""
    person = world.people.get(person_id)
    language = str(person.user.get("language_code", "")) if person else ""
    for scope in _scopes(world, chat, person_id):
        for tongue in (language, ""):
            menu = world.commands.get(menu_key(scope, tongue))
            if menu:
                return menu
    return []


def _scopes(world: World, chat: Chat, person_id: int) -> list[Json]:
    """The scopes that reach a person, narrowest first, in the order of the API's manual."""
    here: dict[str, Any] = {"chat_id": chat.id}
    if chat.is_private:
        return [{"type": "chat", **here}, {"type": "all_private_chats"}, DEFAULT]
    runs_it = status_of(world, chat, person_id) in {"creator", "administrator"}
    scopes = [
        {"type": "chat_member", **here, "user_id": person_id},
        {"type": "chat_administrators", **here} if runs_it else None,
        {"type": "chat", **here},
        {"type": "all_chat_administrators"} if runs_it else None,
        {"type": "all_group_chats"},
        DEFAULT,
    ]
    return [scope for scope in scopes if scope]

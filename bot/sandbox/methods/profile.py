"""The bot itself: who it is, its command menus, its descriptions."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from bot.sandbox.compose import known_chat_of
from bot.sandbox.menus import DEFAULT, menu_key
from bot.sandbox.mini_apps import check_address
from bot.sandbox.params import Json, Params, bad_request
from bot.sandbox.world import Chat, Method, World

COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
COMMAND_LIMIT = 100
COMMAND_TEXT_LIMIT = 256
CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}
PLAIN_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
# Privacy mode is off: in groups the bot hears everything.
ABILITIES = {
    "can_join_groups": True,
    "can_read_all_group_messages": True,
    "supports_inline_queries": True,
    "can_connect_to_business": False,
    "has_main_web_app": False,
    "has_topics_enabled": False,
    "allows_users_to_create_topics": False,
}
BUTTON_KINDS = {"commands", "web_app", "default"}
TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}


async def get_me(world: World, _params: Params) -> Json:
    """The bot as a User, with what only getMe tells."""
    return {**world.bot, **ABILITIES}


async def agree(_world: World, _params: Params) -> bool:
    """LogOut and close: nothing to do on a server of one bot."""
    return True


async def set_my_commands(world: World, params: Params) -> bool:
    """Give a scope its menu."""
    commands: Any = params.json("commands")
    if not isinstance(commands, list) or len(commands) > COMMAND_LIMIT:
        raise bad_request("can't parse commands JSON array")
    menu = [_command(one) for one in commands]
    world.commands[_menu(world, params)] = menu
    world.tell({"type": "chat", "commands": True})
    return True


async def get_my_commands(world: World, params: Params) -> list[Json]:
    """The menu of exactly that scope and language."""
    return world.commands.get(_menu(world, params), [])


async def delete_my_commands(world: World, params: Params) -> bool:
    """Take a scope's menu away; wider ones show again."""
    world.commands.pop(_menu(world, params), None)
    world.tell({"type": "chat", "commands": True})
    return True


async def set_text(name: str, world: World, params: Params) -> bool:
    """Set the name, the description or the short description for a language."""
    text = params.text(name)
    if len(text) > TEXT_LIMITS[name]:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    world.profile[f"{name}:{params.text('language_code')}"] = text
    return True


async def get_text(name: str, world: World, params: Params) -> Json:
    """That text in a language, or in the one for all."""
    kept = world.profile.get(f"{name}:{params.text('language_code')}")
    everywhere = world.profile.get(f"{name}:", world.bot["first_name"] if name == "name" else "")
    return {name: kept or everywhere}


async def set_chat_menu_button(world: World, params: Params) -> bool:
    """Set the button beside the text field, for one chat or for all."""
    button = _button(params.json("menu_button") or DEFAULT)
    if not params.text("chat_id"):
        world.menu_button = button
    else:
        _private_chat_of(world, params).menu_button = button
    world.tell({"type": "chat", "menu_button": button})
    return True


async def get_chat_menu_button(world: World, params: Params) -> Json:
    """The button of a chat, "default" when it has none of its own; or the one of all."""
    if not params.text("chat_id"):
        return world.menu_button
    return _private_chat_of(world, params).menu_button or DEFAULT


def _button(given: object) -> Json:
    if not isinstance(given, dict):
        raise bad_request("can't parse menu button: expected an Object")
    kind = str(given.get("type"))
    if kind not in BUTTON_KINDS:
        raise bad_request("can't parse menu button: Unsupported menu button type specified")
    if kind != "web_app":
        return {"type": kind}
    if not given.get("text"):
        raise bad_request("menu button text must be non-empty")
    check_address("menu button web app URL", given.get("web_app"))
    return {"type": kind, "text": str(given["text"]), "web_app": given["web_app"]}


def _private_chat_of(world: World, params: Params) -> Chat:
    chat = known_chat_of(world, params)
    if not chat.is_private:
        raise bad_request("invalid chat_id specified")
    return chat


def _menu(world: World, params: Params) -> str:
    scope = params.json("scope") or DEFAULT
    if not isinstance(scope, dict):
        raise bad_request("can't parse BotCommandScope JSON object")
    kind = str(scope.get("type"))
    if kind in PLAIN_SCOPES:
        return menu_key({"type": kind}, params.text("language_code"))
    if kind not in CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    inner = Params(scope)
    place: Json = {"type": kind, "chat_id": known_chat_of(world, inner).id}
    if kind == "chat_member":
        place["user_id"] = inner.integer("user_id")
    return menu_key(place, params.text("language_code"))


def _command(value: object) -> Json:
    if not isinstance(value, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, text = str(value.get("command", "")), str(value.get("description", ""))
    if not COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(text) <= COMMAND_TEXT_LIMIT:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": text}


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "logOut": agree,
    "close": agree,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": partial(set_text, "name"),
    "getMyName": partial(get_text, "name"),
    "setMyDescription": partial(set_text, "description"),
    "getMyDescription": partial(get_text, "description"),
    "setMyShortDescription": partial(set_text, "short_description"),
    "getMyShortDescription": partial(get_text, "short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}

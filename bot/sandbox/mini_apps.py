"""Mini Apps: pages that open inside Telegram, and what Telegram signs and hands over to them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from urllib.parse import quote, urlencode, urlsplit

import orjson

from bot.sandbox.doors import is_loopback
from bot.sandbox.params import Json, bad_request
from bot.sandbox.world import Chat, Person, World

VERSION = "8.0"
PLATFORM = "weba"  # Telegram's web client A, which holds Mini Apps in a frame as the page does
USER_FIELDS = ("id", "first_name", "last_name", "username", "language_code", "is_premium")
# The chat page's own colours, by Telegram's names for them.
THEMES = {
    "light": {
        "bg_color": "#fffdf9",
        "secondary_bg_color": "#efece5",
        "header_bg_color": "#fffdf9",
        "section_bg_color": "#ffffff",
        "section_separator_color": "#e0dacd",
        "bottom_bar_bg_color": "#fffdf9",
        "text_color": "#1d2624",
        "hint_color": "#626d69",
        "subtitle_text_color": "#626d69",
        "section_header_text_color": "#0d6e66",
        "accent_text_color": "#0d6e66",
        "link_color": "#0d6e66",
        "button_color": "#0d6e66",
        "button_text_color": "#ffffff",
        "destructive_text_color": "#b3261e",
    },
    "dark": {
        "bg_color": "#161f22",
        "secondary_bg_color": "#0e1517",
        "header_bg_color": "#161f22",
        "section_bg_color": "#1d282b",
        "section_separator_color": "#283437",
        "bottom_bar_bg_color": "#161f22",
        "text_color": "#e4ebe8",
        "hint_color": "#93a29d",
        "subtitle_text_color": "#93a29d",
        "section_header_text_color": "#4cc4b4",
        "accent_text_color": "#4cc4b4",
        "link_color": "#4cc4b4",
        "button_color": "#4cc4b4",
        "button_text_color": "#04211d",
        "destructive_text_color": "#ff8a80",
    },
}


def check_address(what: str, page: object) -> None:
    """Take https, and what Telegram would not: plain http of this machine.  ApiError 400.

    what: how Telegram calls the place where the address stands
    """
    if not isinstance(page, dict):
        raise bad_request(f"can't parse {what}: expected an Object")
    address = str(page.get("url", ""))
    problem = _problem(address)
    if problem:
        raise bad_request(f"{what} '{address}' is invalid: {problem}")


def check_place(markup: Json | None, chat: Chat) -> None:
    """Buttons that open a Mini App are for private chats; ApiError 400 elsewhere."""
    rows = (
        [] if markup is None else [*markup.get("inline_keyboard", ()), *markup.get("keyboard", ())]
    )
    if not chat.is_private and any(button.get("web_app") for row in rows for button in row):
        raise bad_request("BUTTON_TYPE_INVALID")


def menu_button_of(world: World, chat: Chat) -> Json:
    """What stands beside the text field: the chat's own button, or the one of all."""
    own = chat.menu_button
    return world.menu_button if own is None or own["type"] == "default" else own


def launch(world: World, person: Person, address: str, theme: str) -> str:
    """*address* with all that Telegram's web client adds to it when *person* opens it.

    theme: one of THEMES
    """
    added = {
        "tgWebAppData": init_data(world, person),
        "tgWebAppVersion": VERSION,
        "tgWebAppPlatform": PLATFORM,
        "tgWebAppThemeParams": orjson.dumps(THEMES[theme]).decode(),
    }
    bare, _, fragment = address.partition("#")
    # As the clients do, so that a page's own fragment stays in front.
    joined = f"{fragment}{'&' if '=' in fragment or '?' in fragment else '?'}" if fragment else ""
    return f"{bare}#{joined}{urlencode(added, quote_via=quote)}"


def init_data(world: World, person: Person) -> str:
    """Who opens a Mini App, signed with the bot's token as Telegram signs it.

    Source: https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
    """
    user = {name: person.user[name] for name in USER_FIELDS if name in person.user}
    fields = {
        "query_id": f"AA{secrets.token_urlsafe(16)}",
        "user": orjson.dumps({**user, "allows_write_to_pm": person.has_started}).decode(),
        "auth_date": str(int(time.time())),
    }
    told = "\n".join(f"{name}={fields[name]}" for name in sorted(fields)).encode()
    key = hmac.digest(b"WebAppData", world.token.encode(), hashlib.sha256)
    signature = hmac.new(key, told, hashlib.sha256).hexdigest()
    return urlencode({**fields, "hash": signature}, quote_via=quote)


def _problem(address: str) -> str:
    """What Telegram says against *address*; empty when it takes it."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return "Wrong HTTP URL"
    if parts.scheme not in {"http", "https"}:
        return "Only HTTPS links are allowed" if parts.scheme else "Wrong HTTP URL"
    if not host:
        return "URL host is empty"
    is_allowed = parts.scheme == "https" or is_loopback(host)
    return "" if is_allowed else "Only HTTPS links are allowed"
